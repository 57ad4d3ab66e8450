/** Every buffer is freed exactly once, after its last use; results and arguments never. On samples and on random graphs. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emitModule } from '../../compiler/emit/emit-module.ts';
import type { EmitOptions } from '../../compiler/emit/emitted.ts';
import type { TensorNode } from '../../compiler/graph/index.ts';
import { HandMade, n } from './hand-made.ts';
import { samples, type Sample } from './samples.ts';
import { checkMemory, functionsOf, Memory } from './tracked-runtime.ts';

const options = (backends: EmitOptions['backends']): EmitOptions => ({
  target: 'js',
  backends,
  sourceMap: false,
  version: '0',
});

function codeOf(sample: Sample, ending: string, backends: EmitOptions['backends'] = ['cpu']): string {
  return emitModule(sample.file, sample.models, options(backends)).find((file) => file.name.endsWith(ending))!.code;
}

function checkInference(code: string, name = 'infer'): Memory {
  const memory = new Memory();
  const infer = functionsOf(code, memory.helpers, [name])[name]!;
  checkMemory(memory, () => infer({}, memory.record([2, 4]), memory.record([2, 4, 4, 4])));
  return memory;
}

function checkTraining(code: string): void {
  const functions = ['gradients', 'update', 'evaluate'];
  const passes = ['forwardPass', 'backwardPass'].filter((name) => code.includes(`function ${name}(`));
  for (const name of [...functions, ...passes]) {
    for (const inputGradients of name === 'gradients' ? [false, true] : [false]) {
      const memory = new Memory();
      const run = functionsOf(code, memory.helpers, [name])[name]!;
      const record = () => memory.record([2, 4, 4, 4]);
      const [weights, inputs, targets] = [record(), record(), record()];
      const spent = () => memory.record([2, 4, 4, 4], name === 'update');
      const rest = { slots: spent(), gradients: spent(), saved: record(), frozen: record() };
      const numbers = { learningRate: 1, step: 1, seed: 1, inputGradients };
      checkMemory(memory, () =>
        name === 'evaluate'
          ? run({}, weights, inputs, targets)
          : run({}, { weights, inputs, targets, ...rest, ...numbers }),
      );
    }
  }
}

describe('memory of emitted code', () => {
  it.each(['digits', 'norm'])('%s', (name) => {
    for (const backends of [['cpu'], ['wasm'], ['cpu', 'wasm', 'webgl', 'webgpu']] as const) {
      checkInference(codeOf(samples[name]!(), `${name}.js`, backends));
      checkTraining(codeOf(samples[name]!(), '.train.js', backends));
    }
  });

  it('aliases as results', () => {
    checkInference(codeOf(samples['halve']!(), 'halve.js'));
    const code = codeOf(samples['odd']!(), 'names.js');
    checkInference(code, 'promiseInfer');
    checkInference(code, 'mapInfer');
  });

  it('random graphs', () => {
    fc.assert(
      fc.property(
        fc.array(instruction, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
        (program, outputs) => {
          checkInference(codeOf(randomModel(program, outputs), 'random.js'));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('random training steps', () => {
    fc.assert(
      fc.property(
        fc.array(instruction, { minLength: 1, maxLength: 15 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 2 }),
        (program, outputs) => {
          checkTraining(codeOf(randomModel(program, outputs, true), '.train.js', ['wasm']));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps no more alive than it must on a chain', () => {
    const program = Array.from({ length: 20 }, (_, i) => ({
      op: i % 2 === 0 ? ('tanh' as const) : ('sigmoid' as const),
      a: i + 2,
      b: 0,
    }));
    expect(checkInference(codeOf(randomModel(program, [22]), 'random.js')).peak).toBe(2);
  });
});

const opNames = [
  'add',
  'multiply',
  'matMul',
  'tanh',
  'sigmoid',
  'relu',
  'flatten',
  'concat',
  'half',
  'sumRows',
  'random',
  'noGradient',
] as const;
interface Instruction {
  readonly op: (typeof opNames)[number];
  readonly a: number;
  readonly b: number;
}
const instruction: fc.Arbitrary<Instruction> = fc.record({
  op: fc.constantFrom(...opNames),
  a: fc.nat(40),
  b: fc.nat(40),
});

const text = `model Random {
  input x: [4, 4]
  output o0 = x -> something
}
train Random { target t: [4, 4] }
`;

/** Every value has the shape [n, 4, 4], so any may be an operand of any. */
function randomModel(program: readonly Instruction[], outputs: readonly number[], trains = false): Sample {
  const made = new HandMade(text, 'random.nn');
  const { op } = made;
  const x = made.input('x', [4, 4]);
  const w = made.weight('w', [4, 4], 'something');
  const v = made.weight('v', [4, 4], 'something');
  const shape = [n, 4, 4];
  const values: TensorNode[] = [x, op.add(x, w), op.multiply(x, v)];
  const apply: { readonly [Name in Instruction['op']]: (a: TensorNode, b: TensorNode, i: number) => TensorNode } = {
    add: (a, b) => op.add(a, b),
    multiply: (a, b) => op.multiply(a, b),
    matMul: (a, b) => op.matMul(a, b),
    tanh: (a) => op.tanh(a),
    sigmoid: (a) => op.sigmoid(a),
    relu: (a) => op.relu(a),
    flatten: (a, b) => op.reshape(op.add(op.reshape(a, [n, 16]), op.reshape(b, [n, 16])), shape),
    concat: (a, b) => op.slice(op.concat([a, b], 2), [0, 0, 2], shape),
    half: (a) => op.multiply(a, 0.5),
    sumRows: (a, b) => op.add(a, op.sum(b, [1], true)),
    random: (a, _, i) => op.add(a, op.randomUniform(shape, { use: i })),
    noGradient: (a) => op.multiply(a, op.stopGradient(a)),
  };
  program.forEach(({ op: name, a, b }, i) => {
    values.push(
      made.stage('something', `stage_${i}`, () =>
        apply[name](values[a % values.length]!, values[b % values.length]!, i),
      ),
    );
  });
  const picked = outputs.map((i) => values[i % values.length]!);
  picked.forEach((node, i) => made.output(`o${i}`, i % 2 === 1 ? op.reshape(node, [n, 16]) : node));
  if (!trains) return { file: made.file, models: [made.model('Random')] };
  const target = made.target('t', [4, 4]);
  const total = picked.reduce((sum, node) => op.add(sum, node), op.add(values[1]!, values[2]!));
  const loss = op.mean(op.square(op.subtract(total, target)));
  const report = op.reshape(loss, [1]);
  const passes = made.passes(new Map(picked.map((node, i) => [`o${i}`, node])));
  const training = made.adam(loss, report, report);
  return { file: made.file, models: [made.model('Random', {}, training, passes)] };
}
