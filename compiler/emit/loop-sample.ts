/** The body of a loop evaluated for numbers of chance, in double precision: what it is compared by with formulas of layers. */
import { evaluateNode, evaluationContext, type NdArray, type TensorNode } from '../graph/index.ts';
import { parametersOf } from '../graph/build-loops.ts';
import { topological } from '../graph/traverse.ts';
import { booleanOf, numberOf, stringOf } from '../ops/attributes.ts';
import type { OpName } from '../ops/op-names.ts';
import { readScan, type ScanShape } from '../ops/scan.ts';
import { variablesOf } from '../shapes/index.ts';

/** Without corners: whatever agrees at points of chance agrees everywhere. */
const analytic: ReadonlySet<OpName> = new Set<OpName>(['parameter', 'constant', 'fill', 'add', 'subtract', 'multiply', 'divide', 'negate', 'sigmoid', 'tanh', 'matMul', 'fusedMatMul', 'slice', 'concat', 'pad', 'reshape']); // prettier-ignore

export type Values = ArrayLike<number>;

/** By its name, what a sequence is of the loop that made it. */
export type Roles = ReadonlyMap<number, string>;

/** A loop with one product, with its body's values for numbers of chance. The product stands for any matrix. */
export interface Sample {
  readonly scan: TensorNode;
  readonly shape: ScanShape;
  readonly parameters: ReadonlyMap<number, TensorNode>;
  readonly product: TensorNode;
  readonly of: (node: TensorNode) => Values;
  readonly roles: Roles;
  /** The examples and units. */
  readonly n: number;
  readonly units: number;
}

/** Sizes that are open, here. */
const examples = 2;

interface Body extends Pick<Sample, 'scan' | 'shape' | 'parameters' | 'product' | 'roles'> {
  readonly order: readonly TensorNode[];
}

/** The body of a loop that may be one of those; `undefined` if it does anything else than they do. */
function bodyOf(scan: TensorNode, roles: Roles): Body | undefined {
  const shape = readScan(scan.attributes);
  const order = topological([...shape.next, ...shape.stacked]);
  const products = order.filter((node) => node.op === 'matMul' || node.op === 'fusedMatMul');
  const [product] = products;
  if (product === undefined || products.length > 1 || !order.every((node) => analytic.has(node.op))) return undefined;
  const plain = product.op === 'fusedMatMul' ? stringOf(product.attributes, 'activation') === 'linear' : !booleanOf(product.attributes, 'transposeA') && !booleanOf(product.attributes, 'transposeB');
  const parameters = parametersOf([...shape.next, ...shape.stacked]);
  const given = shape.carries + shape.sequences;
  const isCaptured = (node: TensorNode): boolean => node.op === 'parameter' && numberOf(node.attributes, 'index') >= given;
  const isFixed = (index: number): boolean => ['constant', 'fill'].includes(scan.inputs[index]!.op);
  const weights = product.inputs.slice(1);
  const others = [...parameters].filter(([index, node]) => index >= given && !weights.includes(node));
  if (!plain || !weights.every(isCaptured) || !others.every(([index]) => isFixed(index))) return undefined;
  const isNumbers = [...parameters.values()].every((node) => node.dtype === 'float32');
  const isState = shape.next.every((node) => node.shape.length === 2);
  return isNumbers && isState ? { scan, shape, parameters, product, roles, order } : undefined;
} // prettier-ignore

/** `related`: puts values that follow from others in their place, by the numbers of parameters. */
export function sampled(scan: TensorNode, roles: Roles, related: (drawn: Map<number, NdArray>, roles: Roles) => void): Sample | undefined {
  const body = bodyOf(scan, roles);
  if (body === undefined) return undefined;
  const { shape, parameters, product, order } = body;
  const given = shape.carries + shape.sequences;
  const sizes = order.flatMap((node) => node.shape.flatMap(variablesOf));
  const context = evaluationContext({ sizes: new Map(sizes.map(({ id }) => [id, examples])), precision: 'float64' });
  const chance = numbersOfChance();
  const draw = (node: TensorNode): NdArray => {
    const own = node.shape.map(context.size);
    return { dtype: 'float32', shape: own, data: Float64Array.from({ length: own.reduce((a, b) => a * b, 1) }, chance) };
  };
  const drawn = new Map([...parameters].filter(([index]) => index < given).map(([index, node]) => [index, draw(node)]));
  related(drawn, roles);
  const values = new Map([...drawn].map(([index, value]) => [parameters.get(index)!, value]));
  const weights = product.inputs.slice(1);
  for (const [index, node] of parameters) if (index >= given && !weights.includes(node)) values.set(node, evaluateNode(scan.inputs[index]!, [], context, 'float64'));
  for (const node of order) {
    if (values.has(node) || weights.includes(node)) continue;
    values.set(node, node === product ? draw(node) : evaluateNode(node, node.inputs.map((x) => values.get(x)!), context, 'float64'));
  }
  const [n, units] = shape.next[0]!.shape.map(context.size) as [number, number];
  return { ...body, of: (node) => values.get(node)!.data, n, units };
} // prettier-ignore

/** Always the same ones, within ±1: a linear congruence. */
function numbersOfChance(): () => number {
  let state = 12345;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 1073741824 - 1;
}

export const close = (a: Values, b: Values): boolean =>
  a.length === b.length && Array.from(a).every((x, i) => Math.abs(x - b[i]!) <= 1e-9 * (1 + Math.abs(x)));

/** The results by name, or none if one of them is no formula, or two are one. */
export function resultsOf({ shape, of }: Sample, carries: readonly string[], formulas: Readonly<Record<string, Values>>): ReadonlyMap<number, string> | undefined {
  const nameOf = (values: Values): string | undefined => Object.entries(formulas).find(([, own]) => close(own, values))?.[0];
  const names = [...carries, ...shape.stacked.map((node) => nameOf(of(node)))];
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return new Map(names.map((name, i) => [i, name!]));
} // prettier-ignore

/** The pieces of sequences, by the numbers of their parameters. */
export const sequencesOf = ({ shape, parameters }: Sample): readonly (readonly [index: number, node: TensorNode])[] =>
  [...parameters].filter(([index]) => index >= shape.carries && index < shape.carries + shape.sequences);

/** Sequences by their roles, `dhSteps` the one that has none; `undefined` if one of `wanted` is missing, or there are others besides these and `more`. */
export function bySequence(sample: Sample, wanted: readonly string[], more: readonly string[] = []): ReadonlyMap<string, TensorNode> | undefined {
  const sequences = sequencesOf(sample).map(([index, node]) => [sample.roles.get(index) ?? 'dhSteps', node] as const);
  const nodes = new Map(sequences);
  const known = [...wanted, ...more, 'dhSteps'];
  const fits = nodes.size === sequences.length && wanted.every((name) => nodes.has(name)) && [...nodes.keys()].every((name) => known.includes(name));
  return fits ? nodes : undefined;
} // prettier-ignore

/** What lies outside for a parameter. */
export const outside = ({ scan }: Sample, parameter: TensorNode): TensorNode =>
  scan.inputs[numberOf(parameter.attributes, 'index')]!;

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A value at each element of the state, from its place there and that of its first of so many gates side by side. */
export const overState = ({ n, units }: Sample, gates: number, value: (at: number, gate: number) => number): Values =>
  Float64Array.from({ length: n * units }, (_, at) => value(at, gates * units * Math.floor(at / units) + (at % units)));
