/** The examples of definitions with open sizes: the rule gives the formula that the example shows. */
import { expect, test } from 'vitest';
import type { DefinitionExample } from '../../compiler/definitions/define-layer.ts';
import type { Need } from '../../compiler/definitions/need.ts';
import { registry } from '../../compiler/definitions/registry.ts';
import type { TensorType } from '../../compiler/definitions/types.ts';
import { namedInputs } from '../../compiler/lower/apply-definition.ts';
import { asNumber, dim, display, isSpread, spread, variable, type Dim, type Shape } from '../../compiler/shapes/index.ts'; // prettier-ignore
import { concreteNeed, numbersOf } from './concrete-need.ts';
import { callOf } from './example-source.ts';
import { completed, typesOf } from './harness.ts';

/** Takes for granted what open sizes leave undecided. */
const trustingNeed: Need = {
  ...concreteNeed,
  rank: () => true,
  rankAtLeast: () => true,
  equal: () => true,
  fits: () => true,
  divisible: () => true,
  sameCount: () => true,
  index: () => true,
  broadcast: (inputs) => inputs.reduce<Shape>((a, b) => (b.shape.length >= a.length ? joined(b.shape, a) : joined(a, b.shape)), []), // prettier-ignore
};
const isOne = (axis: Dim | undefined): boolean => axis !== undefined && asNumber(axis) === 1;
const joined = (long: Shape, short: Shape): Shape =>
  long.map((axis, i) => {
    const other = short[i - long.length + short.length];
    return other && !isSpread(axis) && isOne(axis) ? other : axis;
  });

const names = ['n', 'h', 'w', 'seq'];
const symbolic = (size: number | string): Dim =>
  typeof size === 'number' ? dim(size) : variable({ name: size, id: names.indexOf(size) });

function typeOf(input: DefinitionExample['input']): TensorType {
  const [dtype, shape] = 'shape' in input ? [input.dtype, input.shape] : (['float32', input] as const);
  return { dtype, shape: shape.map(symbolic), batched: true };
}

const examples = [...registry.layers.values(), ...registry.functions.values()].flatMap((definition) =>
  definition.examples
    .filter(
      (e) =>
        [e.input, e.output].some((s) => JSON.stringify(s).includes('"')) && e.output.some((s) => typeof s === 'string'),
    ) // prettier-ignore
    .map((example) => [`${definition.kind} ${example.source}`, definition, example] as const),
);

test.each(examples.map(([name], i) => [name, i] as const))('%s', (_, i) => {
  const [, definition, example] = examples[i]!;
  const call = callOf(definition, example);
  // The numeric run made the inputs in order; here they are typed with open sizes.
  const others = Object.values(example.tensors ?? {}).map(typeOf);
  const typed = [typeOf(example.input), ...others];
  const needsTensor = definition.tensors.some((name) => !name.endsWith('?'));
  const available = needsTensor ? typed : others;
  const types = call.inputs.map((x, k) => available[k] ?? { dtype: x.dtype, shape: [], batched: false });
  const parameters = completed(definition.parameters, call.args);
  const named = namedInputs(definition.tensors, types, call.inputNames);
  const [result] = typesOf(
    definition.shape({ input: types[0]!, inputs: types, named, parameters, need: trustingNeed }),
  );
  expect(result!.shape.map((axis) => (isSpread(axis) ? '…' : display(axis)))).toEqual(example.output.map(String));
});

test('many of them', () => expect(examples.length).toBeGreaterThan(60));

test.each([
  ['Dense', { units: 3 }, '...lead, 3'],
  ['LayerNormalization', {}, '...lead, 8'],
  ['BatchNormalization', {}, '...lead, 8'],
  ['Dropout', { rate: 0.5 }, '...lead, 8'],
])('%s works on every rank', (name, args, expected) => {
  const definition = registry.layers.get(name)!;
  const input: TensorType = { dtype: 'float32', shape: [spread('lead', 0), dim(8)], batched: true };
  const parameters = completed(definition.parameters, args);
  const context = { input, inputs: [input], named: {}, parameters, need: trustingNeed };
  const [type] = typesOf(definition.shape(context));
  expect(type!.shape.map((axis) => (isSpread(axis) ? `...${axis.name}` : display(axis))).join(', ')).toBe(expected);
  const weights = definition.weights?.(context) ?? {};
  for (const weight of Object.values(weights)) if (weight) expect(numbersOf(weight.shape)).toContain(name === 'Dense' ? 3 : 8); // prettier-ignore
});

test('functions look past a spread where they can', () => {
  const input: TensorType = { dtype: 'float32', shape: [dim(4), spread('rest', 0), dim(8)], batched: true };
  const shapeOf = (name: string, args: Readonly<Record<string, unknown>>): string => {
    const definition = registry.functions.get(name)!;
    const parameters = completed(definition.parameters, args);
    const result = definition.shape({ input, inputs: [input], named: {}, parameters, need: trustingNeed });
    if (result === undefined) return 'unknown';
    return typesOf(result)[0]!.shape.map((axis) => (isSpread(axis) ? `...${axis.name}` : display(axis))).join(', '); // prettier-ignore
  };
  const at = { kind: 'integer', at: dim(0) };
  expect(shapeOf('mean', { axis: -1 })).toBe('4, ...rest');
  expect(shapeOf('sum', { axis: 0 })).toBe('...rest, 8');
  expect(shapeOf('sum', { axis: 1 })).toBe('unknown');
  expect(shapeOf('softmax', {})).toBe('4, ...rest, 8');
  expect(shapeOf('expandDims', { axis: -1 })).toBe('4, ...rest, 8, 1');
  expect(shapeOf('index', { items: [at] })).toBe('...rest, 8');
  expect(shapeOf('index', { items: [at, { kind: 'ellipsis' }, at] })).toBe('...rest');
  expect(shapeOf('index', { items: [at, at] })).toBe('unknown');
  expect(shapeOf('flatten', {})).toBe('unknown');
});
