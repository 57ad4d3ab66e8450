/** What a layer or function makes of any sizes, in symbols: inputs, results, the options that change them, weights. */
import type { LayerWeight } from '../definitions/define-layer.ts';
import type { Parameter } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import { displayShape } from '../shapes/index.ts';
import { apartFromOthers, symbolicCall, type Applied, type Result, type SymbolicCall } from './symbolic-call.ts';

export interface ShapeDoc {
  /** `x: [h, w, c]` */
  readonly given: string;
  /** `[h, w, filters]`, or several by name. */
  readonly result: string;
  /** `padding: same`, where it is not what stands in the signature. */
  readonly option?: string;
}
export interface WeightDoc {
  readonly name: string;
  readonly shape: string;
  readonly initializer: string;
  readonly trainable: boolean;
}
export interface ShapesDoc {
  readonly shapes: readonly ShapeDoc[];
  readonly weights: readonly WeightDoc[];
}

const typeText = ({ dtype, shape }: Pick<TensorType, 'dtype' | 'shape'>): string =>
  `${dtype === 'float32' ? '' : dtype}${displayShape(shape)}`;

const resultText = (results: readonly Result[]): string =>
  results.length === 1
    ? typeText(results[0]!)
    : results.map((result) => `${result.name ?? 'result'}: ${typeText(result)}`).join(', ');

/** `x: [h, w, c]`; of a variable number, `xs: [n, d], [n, d2]`. */
const givenText = ({ inputs, names }: SymbolicCall): string =>
  inputs.map((type, i) => `${names[i] === '…' ? '' : `${names[i]!.replace('...', '')}: `}${typeText(type)}`).join(', ');

/** Other values of a parameter that may change the shape. */
function alternatives({ type }: Parameter, value: unknown): readonly unknown[] {
  switch (type.kind) {
    case 'bool':
      return [value !== true];
    case 'option':
      return type.options.filter((option) => option !== value);
    case 'padding':
      return type.explicit
        ? []
        : ['same', 'valid', ...(type.causal ? ['causal'] : [])].filter((name) => name !== value);
    default:
      return [];
  }
}

type Variation = readonly [string, readonly Result[] | undefined];

function variations(call: SymbolicCall, name: string, parameter: Parameter): readonly Variation[] {
  if (apartFromOthers.includes(name)) return [[name, call.lettered(name)]];
  const values = alternatives(parameter, call.parameters[name]);
  return values.map((value) => [`${name}: ${String(value)}`, call.changed(name, value)]);
}

/** One line for each option that gives another shape; options that give the same stand together. */
function optionShapes(definition: Applied, call: SymbolicCall, usual: string): readonly ShapeDoc[] {
  const calls = definition.kind === 'layer' ? definition.callParameters : undefined;
  const found = new Map<string, string[]>();
  for (const [name, parameter] of Object.entries({ ...definition.parameters, ...calls }))
    for (const [option, results] of variations(call, name, parameter)) {
      const text = results && resultText(results);
      if (text && text !== usual) found.set(text, [...(found.get(text) ?? []), option]);
    }
  return [...found].map(([result, options]) => ({ given: givenText(call), result, option: options.join(', or ') }));
}

/** In terms of what the weights' start values are called. */
const weightDoc = ([name, weight]: readonly [string, LayerWeight]): WeightDoc => ({
  name,
  shape: displayShape(weight.shape),
  initializer: weight.initializer.name,
  trainable: weight.trainable !== false,
});

export function shapesOf(definition: Applied): ShapesDoc | undefined {
  const call = symbolicCall(definition);
  if (!call) return undefined;
  const usual = resultText(call.results);
  const first: ShapeDoc = { given: givenText(call), result: usual };
  return {
    shapes: [first, ...optionShapes(definition, call, usual)],
    weights: Object.entries(call.weights).map(weightDoc),
  };
}
