/** An example of a layer or function → the text of a model that computes it, and its inputs with numbers in them. */
import type { FunctionDefinition } from '../../compiler/definitions/define-function.ts';
import type { DefinitionExample, LayerDefinition } from '../../compiler/definitions/define-layer.ts';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { callOf, shapeOf } from '../layers/example-source.ts';
import { applied } from '../layers/harness.ts';
import type { ExtraCase } from './extra-cases.ts';

export interface ExampleModel {
  /** For people: the value and the types of inputs. */
  readonly about: string;
  /** `{ input … output … }` */
  readonly body: string;
  readonly inputs: Readonly<Record<string, NdArray>>;
}

type Described = DefinitionExample['input'];
type Definition = LayerDefinition | FunctionDefinition;

export const batchSize = 2;

/** Functions that are only defined, or only smooth, for positive numbers. */
const wantsPositive: ReadonlySet<string> = new Set(['log', 'log1p', 'sqrt', 'rsqrt', 'power', 'pow']);

const typeText = (input: Described): string => {
  const [dtype, shape] = 'shape' in input ? [input.dtype, input.shape] : ['float32', input];
  return `${dtype === 'float32' ? '' : dtype}[${shape.join(', ')}]`;
};

/** Deterministic numbers, all different, between −3 and 3: on both sides of the corners of activations. */
export function spreadNumbers(shape: readonly number[], seed: number): NdArray {
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: count }, (_, i) =>
    Math.fround(Math.sin((i + 1) * 12.9898 * seed + seed) * (0.99 + (i % 3))),
  );
  return ndArray(shape, data);
}

/** Numbers for an input; indices are below 2, bools are mixed. */
function numbersFor(input: Described, seed: number, positive: boolean): NdArray {
  const dtype = 'shape' in input ? input.dtype : 'float32';
  const x = spreadNumbers([batchSize, ...shapeOf(input)], seed);
  if (dtype === 'int32') return ndArray(x.shape, x.data.map((_, i) => (i * 7 + seed) % 2), dtype); // prettier-ignore
  if (dtype === 'bool') return ndArray(x.shape, x.data.map((v) => Number(v > 0)), dtype); // prettier-ignore
  return positive ? ndArray(x.shape, x.data.map((v) => Math.fround(Math.abs(v) + 0.1))) : x; // prettier-ignore
}

/** How many results the example has. */
function resultsOf(definition: Definition, example: DefinitionExample): number {
  const call = callOf(definition, example);
  const options = { batched: call.batched, ...(call.inputNames ? { inputNames: call.inputNames } : {}) };
  return applied(definition, call.args, call.inputs, options).types.length;
}

/** Inputs by name, and a value or, where it has several results, their number. */
interface Written {
  readonly given: Readonly<Record<string, Described>>;
  readonly value: string;
  readonly results: number;
  readonly positive: boolean;
}

function written({ given, value, results, positive }: Written): ExampleModel {
  const names = Array.from({ length: results }, (_, i) => `result${i}`);
  const lines = [
    ...Object.entries(given).map(([name, type]) => `  input ${name}: ${typeText(type)}`),
    ...(results === 1
      ? [`  output result = ${value}`]
      : [`  let (${names.map((n) => `${n}_`).join(', ')}) = ${value}`, ...names.map((n) => `  output ${n} = ${n}_`)]),
  ];
  const inputs = Object.entries(given).map(([name, type], i) => [name, numbersFor(type, i + 2, positive)] as const);
  const shapes = Object.entries(given).map(([name, type]) => `${name} ${typeText(type)}`);
  return { about: `${value}, ${shapes.join(', ')}`, body: `{\n${lines.join('\n')}\n}`, inputs: Object.fromEntries(inputs) };
} // prettier-ignore

export const extraModel = ({ source, inputs }: ExtraCase): ExampleModel =>
  written({ given: inputs, value: source, results: 1, positive: false });

export function exampleModel(definition: Definition, example: DefinitionExample): ExampleModel {
  const needsTensor = definition.tensors.some((name) => !name.endsWith('?'));
  const expression = example.source.includes('->') || (definition.kind === 'function' && !needsTensor) || mentionsInput(definition, example); // prettier-ignore
  const value = expression ? example.source : `x -> ${example.source}`;
  const given = { x: example.input, ...example.tensors };
  return written({ given, value, results: resultsOf(definition, example), positive: wantsPositive.has(definition.name) });
} // prettier-ignore

/** `einsum("q d, k d -> q k", x, y)` names the input itself. */
const mentionsInput = (definition: Definition, { source }: DefinitionExample): boolean =>
  definition.kind === 'function' && /[(,]\s*x\s*[,)]/.test(source);
