/** The collected cases: real mistakes (`bugs`), whole models (`zoo`), inferred requirements (`requires`). */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkFile } from '../../compiler/check/check-file.ts';
import { createCompiler } from '../../compiler/compile.ts';
import type { CheckResult } from '../../compiler/compile-types.ts';
import type { TensorType } from '../../compiler/definitions/types.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import type { ModelGraph } from '../../compiler/graph/model-graph.ts';
import { asNumber, displayAxis, displayCondition, isSpread } from '../../compiler/shapes/index.ts';
import { resolveFile } from '../../compiler/resolve/resolve-file.ts';
import { checkOnDisk, diskHost, lineOf, summaryOf } from './checking.ts';

const folder = new URL('../cases/', import.meta.url).pathname;
const read = <T>(path: string): T => JSON.parse(readFileSync(`${folder}${path}`, 'utf8')) as T;
const aboveHints = ({ diagnostics }: CheckResult): readonly Diagnostic[] =>
  diagnostics.filter((d) => d.severity !== 'hint');

interface Bug {
  readonly id: string;
  readonly title: string;
  readonly slugs: readonly string[];
  readonly severity: string;
  readonly lines: readonly number[];
}

describe('bugs', () => {
  const all = ['bugs', 'mistakes'].flatMap((where) => read<readonly Bug[]>(`${where}/expected.json`).map((bug) => ({ ...bug, where }))); // prettier-ignore
  for (const bug of all) {
    it(`${bug.id}, ${bug.title}: exactly the one mistake`, () => {
      const found = aboveHints(checkOnDisk(`${folder}${bug.where}/bad/${bug.id}.nn`));
      expect(found.map(summaryOf)).toHaveLength(1);
      expect(bug.slugs).toContain(found[0]!.code);
      expect(found[0]!.severity).toBe(bug.severity);
      expect(bug.lines).toContain(lineOf(found[0]!));
    });
    it(`${bug.id}, put right: nothing above a hint`, () => {
      expect(aboveHints(checkOnDisk(`${folder}${bug.where}/good/${bug.id}.nn`)).map(summaryOf)).toEqual([]);
    });
  }
});

interface Named {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}
interface ZooModel {
  readonly file: string;
  readonly model: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Named[];
  readonly outputs: readonly Named[];
  readonly parameters_total: number;
  readonly parameters_trainable: number;
  readonly requirements: readonly string[];
}

/** A model of ours: one line says what it is expected to be. */
interface Architecture {
  readonly file: string;
  readonly model: string;
  /** `image: [h, w, 3], label: int32[]` */
  readonly inputs: string;
  readonly outputs: string;
  /** Where it has been published or counted by Keras itself. */
  readonly parameters?: number;
  readonly trainable?: number;
  readonly source?: string;
  readonly requirements: readonly string[];
}

const typeOf = (name: string, { dtype, shape }: TensorType): Named => ({
  name,
  dtype,
  shape: shape.map((axis) => (isSpread(axis) ? displayAxis(axis) : (asNumber(axis) ?? displayAxis(axis)))),
});

function describeModel(graph: ModelGraph): Omit<ZooModel, 'file' | 'model' | 'arguments'> {
  const count = (weights: ModelGraph['weights']): number =>
    weights.reduce((sum, { sizes }) => sum + sizes.reduce((a, b) => a * b, 1), 0);
  return {
    inputs: graph.inputs.map(({ node }) => typeOf(node.name, node.outputs[0]!)),
    outputs: graph.outputs.map(({ name, value }) => typeOf(name, value.type)),
    parameters_total: count(graph.weights),
    parameters_trainable: count(graph.weights.filter((weight) => weight.trainable !== false)),
    requirements: graph.requirements.map(({ condition }) => displayCondition(condition)),
  };
}

describe('zoo', () => {
  for (const { file, model, arguments: settings, ...expected } of read<readonly ZooModel[]>('zoo/expected.json')) {
    const given = Object.entries(settings).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
    it(`${file} ${model} ${given.map(([name, value]) => `${name}: ${value}`).join(', ')}`, () => {
      const compiler = createCompiler(diskHost);
      const result = compiler.checkWith(`${folder}zoo/${file}`, model, Object.fromEntries(given));
      expect(aboveHints(result).map(summaryOf)).toEqual([]);
      const graph = result.models.find((candidate) => candidate.name === model);
      expect(graph).toBeDefined();
      const { inputs, outputs, parameters_total, parameters_trainable, requirements } = expected;
      expect(describeModel(graph!)).toEqual({
        inputs,
        outputs,
        parameters_total,
        parameters_trainable,
        requirements,
      });
    });
  }
});

const inShort = (named: readonly Named[]): string =>
  named.map(({ name, dtype, shape }) => `${name}: ${dtype === 'float32' ? '' : dtype}[${shape.join(', ')}]`).join(', ');

describe('architectures', () => {
  const results = new Map<string, CheckResult>();
  const checked = (file: string): CheckResult => {
    if (!results.has(file)) results.set(file, checkOnDisk(`${folder}architectures/${file}`));
    return results.get(file)!;
  };
  for (const { file, model, ...expected } of read<readonly Architecture[]>('architectures/expected.json'))
    it(`${file} ${model}`, () => {
      const result = checked(file);
      expect(aboveHints(result).map(summaryOf)).toEqual([]);
      const found = describeModel(result.models.find(({ name }) => name === model)!);
      expect(inShort(found.inputs)).toBe(expected.inputs);
      expect(inShort(found.outputs)).toBe(expected.outputs);
      expect(found.requirements).toEqual(expected.requirements);
      if (expected.parameters !== undefined) expect(found.parameters_total).toBe(expected.parameters);
      if (expected.trainable !== undefined) expect(found.parameters_trainable).toBe(expected.trainable);
    });
});

interface Requirement {
  readonly id: string;
  readonly where: string;
  readonly requires: readonly string[];
}

describe('requires', () => {
  for (const { id, where, requires } of read<readonly Requirement[]>('requires/expected.json'))
    it(`${id} ${where}`, () => {
      const path = `${folder}requires/${id}.nn`;
      expect(existsSync(path)).toBe(true);
      const { diagnostics, models, blocks } = checkFile(resolveFile(path, diskHost, new Map())!);
      expect(diagnostics.filter((d) => d.severity !== 'hint').map(summaryOf)).toEqual([]);
      const model = models.find(({ name }) => name === where)?.requirements.map(({ condition }) => condition);
      const conditions = model ?? blocks.find(({ name }) => name === where)?.requirements;
      expect(conditions?.map(displayCondition)).toEqual(requires);
    });
});

interface BlockCase {
  readonly file: string;
  readonly block: string;
  readonly requirements: readonly string[];
}

describe('blocks of the zoo on their own', () => {
  for (const { file, block, requirements } of read<readonly BlockCase[]>('zoo/expected-blocks.json'))
    it(`${file} ${block}`, () => {
      const { blocks } = checkFile(resolveFile(`${folder}zoo/${file}`, diskHost, new Map())!);
      const found = blocks.find(({ name }) => name === block);
      expect(found?.requirements.map(displayCondition)).toEqual(requirements);
    });
});
