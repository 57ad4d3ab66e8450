/** Every definition is complete: documented parameters, defaults that show, names of Keras, and examples that run. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Parameters } from '../../compiler/definitions/parameters.ts';
import { functionOfOperator, registry } from '../../compiler/definitions/registry.ts';
import { createGraphBuilder, evaluateNodes, topological } from '../../compiler/graph/index.ts';
import { pairValues } from '../../compiler/lower/lower-pair.ts';
import { dim } from '../../compiler/shapes/index.ts';
import { metricResult } from '../../runtime/metric-results.ts';
import { numbersOf } from './concrete-need.ts';
import { callOf, shapeOf } from './example-source.ts';
import { applied, completed, evaluated, someWeights } from './harness.ts';

type Described = { readonly name: string; readonly summary: string; readonly doc?: string; readonly parameters: Parameters }; // prettier-ignore
const kinds = Object.entries(registry) as [string, ReadonlyMap<string, Described>][];

describe.each(kinds)('%s', (_, definitions) => {
  test.each([...definitions.values()].map((d) => [d.name, d] as const))('%s is documented', (_, definition) => {
    expect(definition.summary).toMatch(/^[A-Z`−\d].*\.$/s);
    expect(definition.doc ?? '').not.toBe('');
    for (const [name, parameter] of Object.entries(definition.parameters)) {
      expect(name).toMatch(/^[a-z]\w*$/);
      expect(parameter.doc).toMatch(/\.$/);
      if (!parameter.required) expect(parameter.defaultText).toMatch(/\S/);
      expect(parameter.defaultText ?? '').not.toContain('object');
    }
  });
});

const json = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const keras = json('./keras-names.json') as Record<string, string[]>;
const signatures = json('./keras-signatures.json') as { readonly layers: Readonly<Record<string, unknown>> };

test('names of layers are those of Keras', () => {
  for (const name of registry.layers.keys()) expect(Object.keys(signatures.layers)).toContain(name);
});

test.each(['losses', 'metrics', 'optimizers', 'schedules', 'callbacks', 'initializers', 'regularizers', 'constraints'] as const)(
  'names of %s are those of Keras', (kind) => {
    for (const name of registry[kind].keys()) expect(keras[kind]).toContain(name);
  },
); // prettier-ignore

test('activations are those of Keras', () => {
  const ours = [...registry.functions.values()].filter((f) => f.activation).map((f) => f.name);
  for (const name of ours) expect(keras['activations']).toContain(name);
});

test('operators', () => {
  for (const operator of [
    '+',
    '-',
    '*',
    '/',
    '**',
    '%',
    '@',
    '==',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    '&&',
    '||',
    '!',
    'unary -',
  ])
    // prettier-ignore
    expect(functionOfOperator(operator), operator).toBeDefined();
});

const examples = [...registry.layers.values(), ...registry.functions.values()].flatMap((definition) =>
  definition.examples.map((example) => [`${definition.kind} ${example.source}`, definition, example] as const),
);

test.each(examples)('%s', (_, definition, example) => {
  const call = callOf(definition, example);
  const options = { batched: call.batched, ...(call.inputNames ? { inputNames: call.inputNames } : {}) };
  const result = applied(definition, call.args, call.inputs, options);
  const shape = shapeOf(example.output);
  expect(numbersOf(result.types[0]!.shape)).toEqual(shape);
  expect(result.types[0]!.dtype).toBe(example.dtype ?? result.types[0]!.dtype);
  const [output] = evaluated(result.outputs, { inputs: call.inputs, weights: someWeights(result) });
  expect(output!.shape.slice(1)).toEqual(shape);
  expect(output!.dtype).toBe(result.types[0]!.dtype);
});

test('every layer and function but internal ones has an example', () => {
  for (const definition of [...registry.layers.values(), ...registry.functions.values()])
    if (!('internal' in definition)) expect(definition.examples.length, definition.name).toBeGreaterThan(0);
});

const pairs = [...registry.losses.values(), ...registry.metrics.values()];
test.each(pairs.map((pair) => [`${pair.kind} ${pair.name}`, pair] as const))(
  '%s gives what Keras documents',
  (_, definition) => {
    // prettier-ignore
    for (const { target, output, value } of definition.examples) {
    const op = createGraphBuilder();
    const y = op.constant(output.flat(), [output.length, output[0]!.length]);
    const t = op.constant(target.flat(), [target.length, ...(Array.isArray(target[0]) ? [target[0].length] : [])]);
    const pair = { definition, parameters: completed(definition.parameters, {}), target: t, prediction: y };
    const values = pairValues(op, pair, dim(output.length));
    const { accumulator } = definition;
    const made = accumulator ? values : op.mean(values);
    const result = evaluateNodes(topological([made]), {}).get(made)!;
    const context = { parameters: pair.parameters, output: { dtype: 'float32', shape: y.shape.slice(1), batched: true } } as const;
    if (accumulator) expect(result.shape).toEqual([accumulator.size(context)]);
    const score = accumulator ? metricResult(accumulator.result(context), result.data) : result.data[0];
    expect(score).toBeCloseTo(value, 3);
  }
  },
);

test('defaults of whole numbers are shown as numbers', () => {
  const conv = registry.layers.get('Conv2D')!.parameters;
  expect([conv['strides']!.defaultText, conv['padding']!.defaultText, conv['activation']!.defaultText]).toEqual(['1', 'valid', 'linear']); // prettier-ignore
  expect(registry.layers.get('ZeroPadding2D')!.parameters['padding']!.defaultText).toBe('1');
});
