/** Just enough of the language to run the examples of definitions: one call with its arguments, and shapes. */
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { registry } from '../../compiler/definitions/registry.ts';
import type { FunctionDefinition } from '../../compiler/definitions/define-function.ts';
import type { DefinitionExample, LayerDefinition } from '../../compiler/definitions/define-layer.ts';
import { someNumbers, type Arguments } from './harness.ts';

export const sizes: Readonly<Record<string, number>> = { n: 5, h: 6, w: 7, seq: 4 };

/** `ceil(h / 2)`, `2 * h`, `3 * h * w`, `h + 1`. */
export function sizeOf(text: number | string): number {
  if (typeof text === 'number') return text;
  const rounded = /^(ceil|floor)\((.*)\)$/.exec(text);
  if (rounded) return Math[rounded[1] as 'ceil'](sizeOf(rounded[2]!));
  for (const [symbol, apply] of [
    [' + ', (a: number, b: number) => a + b],
    [' / ', (a: number, b: number) => a / b],
    [' * ', (a: number, b: number) => a * b],
  ] as const) {
    const parts = text.split(symbol);
    if (parts.length > 1) return parts.map(sizeOf).reduce(apply);
  }
  return sizes[text] ?? Number(text);
}

type Example = DefinitionExample['input'];
export const shapeOf = (input: Example): number[] => ('shape' in input ? input.shape : input).map(sizeOf);

/** Two examples of the described tensor. */
export function tensorOf(input: Example, seed: number): NdArray {
  const dtype = 'shape' in input ? input.dtype : 'float32';
  const x = someNumbers([2, ...shapeOf(input)], seed);
  if (dtype === 'float32') return x;
  return ndArray(x.shape, x.data.map((v) => (dtype === 'bool' ? Number(v > 0) : Math.floor(Math.abs(v) * 4))), dtype); // prettier-ignore
}

/** Splits at commas outside of brackets. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  let quoted = false;
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    if (quoted) {
      part += c;
      continue;
    }
    if ('([{'.includes(c)) depth++;
    if (')]}'.includes(c)) depth--;
    if (c === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += c;
  }
  if (part.trim() !== '') parts.push(part.trim());
  return parts;
}

/** A layer given to another: its name and its arguments. */
function layerOf(text: string): unknown {
  const definition = registry.layers.get(/^\w+/.exec(text)![0])!;
  return [definition.name, callOf(definition, { source: text, input: [], output: [] }).args];
}

function valueOf(text: string): unknown {
  if (/^[A-Z]\w*(\(.*\))?$/.test(text)) return layerOf(text);
  if (/^[([].*[)\]]$/.test(text)) return split(text.slice(1, -1)).map(valueOf);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text.startsWith('"')) return text.slice(1, -1);
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

export interface Call {
  readonly args: Arguments;
  readonly inputs: readonly NdArray[];
  readonly batched: readonly boolean[];
  readonly inputNames?: readonly string[];
}

interface Filling {
  readonly definition: LayerDefinition | FunctionDefinition;
  readonly tensors: Readonly<Record<string, NdArray>>;
  readonly inputs: NdArray[];
  readonly names: string[];
  readonly args: Record<string, unknown>;
}

const isVariadic = (name: string | undefined): boolean => name?.startsWith('...') ?? false;

/** The name of the tensor that comes next, or undefined where all are there. */
const nextTensor = ({ definition, inputs }: Filling): string | undefined =>
  definition.tensors[inputs.length] ?? definition.tensors.find(isVariadic);

function fillPositional(f: Filling, texts: readonly string[]): void {
  const left = Object.entries(f.definition.parameters).filter(([, p]) => !p.named);
  const queue = [...texts];
  while (queue.length > 0) {
    const text = queue.shift()!;
    const value = valueOf(text);
    const takesTensor = f.definition.kind === 'function' && nextTensor(f) !== undefined;
    if (takesTensor && (text in f.tensors || typeof value === 'number')) {
      f.names.push(nextTensor(f)!);
      f.inputs.push(f.tensors[text] ?? ndArray([1], [Number(value)]));
      continue;
    }
    const [name, parameter] = left.shift()!;
    const rest = parameter.type.kind === 'sizes' || parameter.type.kind === 'permutation';
    f.args[name] = rest && !Array.isArray(value) ? [value, ...queue.splice(0).map(valueOf)] : value;
  }
}

/** The call that an example stands for. */
export function callOf(definition: LayerDefinition | FunctionDefinition, example: DefinitionExample): Call {
  const given = Object.entries(example.tensors ?? {}).map(([name, type], i) => [name, tensorOf(type, i + 5)] as const);
  const tensors: Record<string, NdArray> = { x: tensorOf(example.input, 2), ...Object.fromEntries(given) };
  const arrow = example.source.split(/ -> (?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const call = arrow.at(-1)!;
  const needsTensor = definition.tensors.some((name) => !name.endsWith('?'));
  const head = arrow.length > 1 ? arrow[0]!.replace(/^\((.*)\)$/, '$1') : undefined;
  // An expression that mentions `x` itself: a pattern of axes holds an arrow.
  const mentions = head === undefined && example.source.includes('->');
  const piped = head !== undefined ? split(head) : needsTensor && !mentions ? ['x'] : [];
  const open = call.indexOf('(');
  // Arguments of the layer, then of its call: `Layer(4)(mask: m)`.
  const texts =
    open < 0
      ? []
      : split(
          call
            .slice(open + 1, -1)
            .replace(/^\)\(/, '')
            .replace(')(', ', '),
        );
  const filling: Filling = { definition, tensors, inputs: [], names: [], args: {} };
  for (const name of piped) {
    filling.names.push(nextTensor(filling)!);
    filling.inputs.push(tensors[name]!);
  }
  const labelled = texts.map((text) => /^(\w+): (.*)$/.exec(text));
  fillPositional(filling, texts.filter((_, i) => !labelled[i])); // prettier-ignore
  for (const match of labelled) {
    if (!match) continue;
    const [, name, text] = match;
    if (definition.tensors.some((tensor) => tensor.replace('?', '') === name)) {
      filling.names.push(name!);
      filling.inputs.push(tensors[text!]!);
    } else filling.args[name!] = valueOf(text!);
  }
  const batched = filling.inputs.map((x) => x.shape[0] !== 1);
  return { args: filling.args, inputs: filling.inputs, batched, inputNames: filling.names };
}
