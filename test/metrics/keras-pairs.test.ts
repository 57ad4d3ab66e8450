/** Losses with their gradients, and metrics over two batches, with their arguments, against numbers of Keras (keras-pairs.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { createGraphBuilder, evaluateNodes, ndArray, topological, type NdArray } from '../../compiler/graph/index.ts';
import { metricTotals, pairSums, pairValues } from '../../compiler/lower/lower-pair.ts';
import { dim } from '../../compiler/shapes/index.ts';
import { ReportFold } from '../../runtime/history.ts';
import { completed, type Arguments } from '../layers/harness.ts';

interface Tabled {
  readonly shape: number[];
  readonly data: number[];
  readonly dtype: 'float32' | 'int32';
}
interface Case {
  readonly name: string;
  readonly table: string;
  readonly arguments: Arguments;
}
interface Pairs {
  readonly tables: Readonly<Record<string, { readonly target: Tabled; readonly output: Tabled }>>;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly losses: readonly (Case & { readonly mean: number; readonly gradient: number[] })[];
  readonly metrics: readonly (Case & { readonly value: number; readonly weighed: number | null })[];
}
const pairs = JSON.parse(readFileSync(new URL('./keras-pairs.json', import.meta.url), 'utf8')) as Pairs;
const titled = <C extends Case>(cases: readonly C[]): [string, C][] =>
  cases.map((c) => [`${c.name} of ${c.table} ${JSON.stringify(c.arguments)}`, c]);
const array = ({ shape, data, dtype }: Tabled): NdArray => ndArray(shape, data, dtype);

/** Arguments as the checker gives them. */
function parametersOf(kind: 'losses' | 'metrics', { name, arguments: args }: Case): Readonly<Record<string, unknown>> {
  const { parameters } = registry[kind].get(name)!;
  const lists = Object.entries(args).map(([key, value]) => {
    // Keras's code has false alarms and misses the other way round than its page and the paper.
    if (name === 'tversky') return [{ alpha: 'beta', beta: 'alpha' }[key] ?? key, value];
    const single = parameters[key]!.type.kind === 'numbers' && typeof value === 'number';
    return [key, single ? [value] : value];
  });
  return completed(parameters, Object.fromEntries(lists) as Arguments);
}

describe('losses', () => {
  test.each(titled(pairs.losses))('%s', (_, c) => {
    const op = createGraphBuilder();
    const [target, output] = [array(pairs.tables[c.table]!.target), array(pairs.tables[c.table]!.output)];
    const x = op.input('x', 'float32', output.shape);
    const pair = {
      definition: registry.losses.get(c.name)!,
      parameters: parametersOf('losses', c),
      target: op.input('t', target.dtype, target.shape),
      prediction: x,
    };
    const mean = op.mean(pairValues(op, pair, dim(output.shape[0]!)));
    const [gradient] = differentiate(op, mean, [x]);
    const values = evaluateNodes(topological([mean, gradient!]), { inputs: { x: output, t: target } });
    expect(values.get(mean)!.data[0]! / c.mean).toBeCloseTo(1, 4);
    const scale = Math.max(1e-3, ...c.gradient.map(Math.abs));
    for (const [i, slope] of c.gradient.entries())
      expect(Math.abs(values.get(gradient!)!.data[i]! - slope) / scale, `gradient ${i}`).toBeLessThan(1e-4);
  });
  test('all of them', () => {
    const seen = new Set(pairs.losses.map(({ name }) => name));
    expect([...registry.losses.keys()].filter((name) => !seen.has(name))).toEqual([]);
  });
});

/** Rows `from` to `to`. */
function rows({ shape, data, dtype }: Tabled, from: number, to: number): NdArray {
  const width = data.length / shape[0]!;
  return ndArray([to - from, ...shape.slice(1)], data.slice(from * width, to * width), dtype);
}

function folded(c: Case, weights: readonly number[] | undefined): number {
  const definition = registry.metrics.get(c.name)!;
  const parameters = parametersOf('metrics', c);
  const { target, output } = pairs.tables[c.table]!;
  const type = { dtype: 'float32', shape: output.shape.slice(1).map(dim), batched: true } as const;
  const context = { parameters, output: type };
  const { accumulator } = definition;
  const fold = new ReportFold([
    accumulator
      ? { name: 'score', kind: 'sums', size: accumulator.size(context), result: accumulator.result(context) }
      : { name: 'score', kind: 'mean' },
  ]);
  const [count, cut] = [target.shape[0]!, Math.ceil(target.shape[0]! / 2)];
  for (const [from, to] of [
    [0, cut],
    [cut, count],
  ] as const) {
    const op = createGraphBuilder();
    const [t, y] = [rows(target, from, to), rows(output, from, to)];
    const pair = { definition, parameters, target: op.constant([...t.data], t.shape, t.dtype), prediction: op.constant([...y.data], y.shape) }; // prettier-ignore
    const sampleWeight = weights && op.constant(weights.slice(from, to), [to - from]);
    const size = dim(to - from);
    const totals = accumulator ? undefined : metricTotals(op, pairValues(op, pair, size), { sampleWeight });
    const parts = totals ? [op.reshape(totals.total, [1]), op.reshape(totals.count, [1])] : [pairSums(op, pair, size, { sampleWeight })]; // prettier-ignore
    const report = parts.length === 1 ? parts[0]! : op.concat(parts, 0);
    fold.add(Float32Array.from(evaluateNodes(topological([report]), {}).get(report)!.data), to - from);
  }
  return fold.scores()['score']!;
}

describe('metrics', () => {
  test.each(titled(pairs.metrics))('%s', (_, c) => {
    expect(folded(c, undefined)).toBeCloseTo(c.value, 4);
    if (c.weighed === null) return;
    const weights = pairs.weights[pairs.tables[c.table]!.target.shape[0]!]!;
    // Keras counts overlaps in whole numbers and cuts weights to such.
    const counted = /IoU$/i.test(c.name) ? weights.map(Math.trunc) : weights;
    expect(folded(c, counted)).toBeCloseTo(c.weighed, 4);
  });
  test('all of them', () => {
    const seen = new Set(pairs.metrics.map(({ name }) => name));
    expect([...registry.metrics.keys()].filter((name) => !seen.has(name))).toEqual([]);
  });
});
