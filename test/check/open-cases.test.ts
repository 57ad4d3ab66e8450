/**
 * Blocks on their own whose options, truth values and whole numbers leave shapes open: what they require, case by case,
 * and that it is required exactly where the same text with numbers is refused.
 */
import { describe, expect, it } from 'vitest';
import { displayCondition, evaluateCondition, type Condition } from '../../compiler/shapes/index.ts';
import { checkText, summaryOf } from './checking.ts';

interface OpenBlock {
  readonly parameters: string;
  readonly body: string;
  readonly requires: readonly string[];
  /** Arguments to try, as `name = value` lists. */
  readonly tries: readonly string[];
}

const blocks: Readonly<Record<string, OpenBlock>> = {
  'a pool that may be left out': {
    parameters: 'flag = false',
    body: 'let y = x -> if flag { MaxPooling2D(2) }\n  output z = y -> Conv2D(8, 3)',
    requires: ['!flag || h >= 6', 'flag || h >= 3', '!flag || w >= 6', 'flag || w >= 3'],
    tries: ['flag = true', 'flag = false'],
  },
  'a projection that may be left out': {
    parameters: 'filters: int, project = false',
    body: 'let shortcut = x -> if project { Conv2D(2 * filters, 1) }\n  output y = x -> Conv2D(2 * filters, 1) -> add(shortcut)',
    requires: ['project || c == 2 * filters'],
    tries: ['filters = 2, project = true', 'filters = 2, project = false', 'filters = 3, project = false'],
  },
  'an option handed on': {
    parameters: 'mode: same | valid',
    body: 'output y = x -> Conv2D(c, 3, padding: mode) -> Conv2D(8, 2, padding: valid)',
    requires: [
      'mode != valid || h >= 4',
      'mode != same || h >= 2',
      'mode != valid || w >= 4',
      'mode != same || w >= 2',
    ],
    tries: ['mode = same', 'mode = valid'],
  },
  'an option that is asked about': {
    parameters: 'mode: same | valid | causal, strides = 1',
    body: 'let y = if mode == causal { x } else { x -> MaxPooling2D(2, strides: 1) }\n  output z = y -> if strides == 2 { MaxPooling2D(3) }',
    requires: [
      'mode == causal || h >= 2',
      'mode != causal || strides != 2 || h >= 3',
      'mode == causal || strides != 2 || h >= 4',
      'mode == causal || w >= 2',
      'mode != causal || strides != 2 || w >= 3',
      'mode == causal || strides != 2 || w >= 4',
    ],
    tries: ['mode = same, strides = 2', 'mode = causal, strides = 2', 'mode = causal, strides = 1', 'mode = valid, strides = 1'], // prettier-ignore
  },
  'another number of axes in one case': {
    parameters: 'pool = true',
    body: 'let y = x -> if pool { GlobalAveragePooling2D }\n  output z = y -> Conv2D(8, 3)',
    requires: ['pool || h >= 3', 'pool || w >= 3'],
    tries: ['pool = true', 'pool = false'],
  },
  'a number that depends on a case': {
    parameters: 'wide = false',
    body: 'let k = if wide { 5 } else { 3 }\n  output y = x -> Conv2D(8, k)',
    requires: ['!wide || h >= 5', 'wide || h >= 3', '!wide || w >= 5', 'wide || w >= 3'],
    tries: ['wide = true', 'wide = false'],
  },
  'several results': {
    parameters: 'flip = false',
    body: 'let (a, b) = if flip { (x, x[0:2]) } else { (x[1:], x) }\n  output y = a -> MaxPooling2D(2, strides: 1)\n  output z = concat(b, b, axis: 0)',
    requires: ['!flip || h >= 2', 'flip || h >= 3', 'w >= 2'],
    tries: ['flip = true', 'flip = false'],
  },
  'cases that come out alike': {
    parameters: 'bias = true, mode: same | valid = same',
    body: 'let y = x -> Conv2D(8, 1, padding: mode, useBias: bias)\n  output z = y -> MaxPooling2D(2)',
    requires: ['h >= 2', 'w >= 2'],
    tries: ['bias = true, mode = same', 'bias = false, mode = valid'],
  },
  'a declared shape': {
    parameters: 'half = true',
    body: 'let y = x -> if half { MaxPooling2D(2, padding: same) -> UpSampling2D(2) }\n  output z: [h, w, c] = y',
    requires: ['!half || h % 2 == 0', '!half || w % 2 == 0'],
    tries: ['half = true', 'half = false'],
  },
};

const input = '\n  input x: [h, w, c]\n  ';
const sizes = [2, 3, 4, 5, 6, 7];

/** The requirements of a block with these parameters and body. */
function requirementsOf({ parameters, body }: OpenBlock): readonly Condition[] {
  const { diagnostics, blocks: checked } = checkText(`block B(${parameters}) {${input}${body}\n}\n`);
  expect(diagnostics.filter((d) => d.severity !== 'hint').map(summaryOf)).toEqual([]);
  return checked![0]!.requirements;
}

/** Whether the body is accepted with numbers for all sizes and parameters. */
function isAccepted(body: string, parameters: string, [h, w, c]: readonly number[]): boolean {
  const text = `const h = ${h}\nconst w = ${w}\nconst c = ${c}\nmodel M(${parameters}) {${input}${body}\n}\n`;
  return checkText(text).diagnostics.every((d) => d.severity !== 'error');
}

/** The value of a size or parameter in a condition: truth values and options by their number. */
function valueOf(name: string, labels: readonly string[] | undefined, parameters: string, shape: readonly number[]): number {
  const written = new RegExp(String.raw`\b${name} = (\w+)`).exec(parameters)?.[1];
  if (written === undefined) return shape['hwc'.indexOf(name)]!;
  return labels ? labels.indexOf(written) : Number(written);
} // prettier-ignore

describe('what a block requires case by case', () => {
  for (const [title, block] of Object.entries(blocks)) {
    it(`${title}: in the fewest conditions`, () => {
      expect(requirementsOf(block).map(displayCondition)).toEqual(block.requires);
    });
    it(`${title}: exactly where numbers are refused`, () => {
      const conditions = requirementsOf(block);
      for (const parameters of block.tries) {
        const shapes = [...sizes.map((h) => [h, 6, 4]), [6, 2, 4], [7, 3, 4], [7, 6, 6]];
        const accepted = shapes.map((shape) => isAccepted(block.body, parameters, shape));
        const met = shapes.map((shape) => conditions.every((c) => evaluateCondition(c, (v) => valueOf(v.name, v.labels, parameters, shape)))); // prettier-ignore
        // What is refused at every size is wrong for its parameters alone, which no requirement on inputs says.
        if (accepted.some(Boolean)) expect(met).toEqual(accepted);
      }
    });
  }
});

describe('cases in blocks', () => {
  const errorsOf = (text: string): readonly string[] =>
    checkText(text).diagnostics.filter((d) => d.severity === 'error').map((d) => d.code); // prettier-ignore

  it('a rule that fails in every case is an error in the block', () => {
    const branches = 'if wide { relu } else { expandDims(axis: 0) }';
    expect(errorsOf(`block B(wide = true) {\n  input x: [n]\n  output y = x -> ${branches} -> Conv2D(8, 3)\n}\n`)).toEqual(['shape/rank']); // prettier-ignore
  });

  it('a mistake of the text is one in any case', () => {
    expect(errorsOf('block B(wide = true) {\n  input x: [n]\n  output y = x -> Dense(if wide { 3 } else { 4 }, useBias: wide) -> Dens(3)\n}\n')).toEqual(['name/unknown-layer']); // prettier-ignore
  });

  it('a use that breaks a requirement is refused with the parameters that matter', () => {
    const block = 'block B(keep = true) {\n  input x: [h, c]\n  output y = x -> if keep { relu } else { Conv1D(8, 1) } -> add(x)\n}\n'; // prettier-ignore
    const use = (args: string): string => `${block}\nmodel M {\n  input x: [6, 1]\n  output y = x -> B(${args})\n}\n`;
    expect(errorsOf(use('keep: true'))).toEqual([]);
    const [found] = checkText(use('keep: false')).diagnostics;
    expect(found?.code).toBe('require/failed');
    expect(found?.message).toContain('keep || c == 8');
    expect(found?.message).toContain('keep is false');
  });

  it('many cases end without an answer, and do not hang', () => {
    const names = Array.from({ length: 9 }, (_, i) => `f${i}`);
    const stages = names.map((name) => `if ${name} { MaxPooling1D(2) } else { Conv1D(3, 2) }`);
    const text = `block B(${names.map((n) => `${n} = false`).join(', ')}) {\n  input x: [n, c]\n  output y = x -> ${stages.join(' -> ')} -> Dense(3)\n}\n`; // prettier-ignore
    expect(errorsOf(text)).toEqual([]);
  });
});
