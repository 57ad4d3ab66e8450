/**
 * A loop whose body is an LSTM's step, or the gradient of one, as one call of the runtime. It is known by what it computes: the body is evaluated for
 * numbers of chance in double precision and compared with the formulas. Rewriting may have written it in any way; all its ops being analytic,
 * functions that agree there agree everywhere. Its one product stands for any matrix, so nothing large is multiplied.
 */
import { evaluateNode, evaluationContext, type NdArray, type TensorNode } from '../graph/index.ts';
import { parametersOf } from '../graph/build-loops.ts';
import { topological } from '../graph/traverse.ts';
import { booleanOf, numberOf } from '../ops/attributes.ts';
import type { OpName } from '../ops/op-names.ts';
import { readScan, type ScanShape } from '../ops/scan.ts';
import { variablesOf } from '../shapes/index.ts';

export interface WholeLoop {
  readonly helper: 'lstmLoop' | 'lstmLoopGradient';
  /** By the names that the helper gives them. */
  readonly operands: readonly (readonly [name: string, node: TensorNode])[];
  /** The names of the results by their index. */
  readonly results: ReadonlyMap<number, string>;
}

/** Without corners: whatever agrees at points of chance agrees everywhere. */
const analytic: ReadonlySet<OpName> = new Set<OpName>(['parameter', 'constant', 'fill', 'add', 'subtract', 'multiply', 'divide', 'negate', 'sigmoid', 'tanh', 'matMul', 'slice', 'concat', 'pad', 'reshape']); // prettier-ignore

type Values = ArrayLike<number>;

/** A loop of two carries and one product, with its body's values for numbers of chance. */
interface Sample {
  readonly scan: TensorNode;
  readonly shape: ScanShape;
  readonly parameters: ReadonlyMap<number, TensorNode>;
  readonly product: TensorNode;
  readonly of: (node: TensorNode) => Values;
  /** The examples and units. */
  readonly n: number;
  readonly units: number;
}

export function wholeLoop(scan: TensorNode): WholeLoop | undefined {
  const sample = sampled(scan);
  return sample && (forward(sample) ?? backward(sample));
}

/** Sizes that are open, here. */
const examples = 2;

function sampled(scan: TensorNode): Sample | undefined {
  const shape = readScan(scan.attributes);
  const order = topological([...shape.next, ...shape.stacked]);
  const products = order.filter((node) => node.op === 'matMul');
  const [product] = products;
  if (shape.carries !== 2 || products.length !== 1 || !order.every((node) => analytic.has(node.op))) return undefined;
  const parameters = parametersOf([...shape.next, ...shape.stacked]);
  const given = shape.carries + shape.sequences;
  const captured = [...parameters].filter(([index]) => index >= given);
  const others = captured.filter(([, node]) => node !== product!.inputs[1]);
  const isFixed = (index: number): boolean => ['constant', 'fill'].includes(scan.inputs[index]!.op);
  const plain = !booleanOf(product!.attributes, 'transposeA') && !booleanOf(product!.attributes, 'transposeB');
  const all = [...parameters.values()];
  if (!plain || captured.length !== others.length + 1 || !others.every(([index]) => isFixed(index))) return undefined;
  if (all.some((node) => node.dtype !== 'float32') || shape.next.some((node) => node.shape.length !== 2)) return undefined; // prettier-ignore
  const sizes = order.flatMap((node) => node.shape.flatMap(variablesOf));
  const context = evaluationContext({ sizes: new Map(sizes.map(({ id }) => [id, examples])), precision: 'float64' });
  const values = new Map<TensorNode, NdArray>();
  const chance = numbersOfChance();
  const drawn = (node: TensorNode): NdArray => {
    const own = node.shape.map(context.size);
    return { dtype: 'float32', shape: own, data: Float64Array.from({ length: own.reduce((a, b) => a * b, 1) }, chance) };
  };
  for (const [index, node] of parameters) {
    if (node === product!.inputs[1]) continue;
    values.set(node, index < given ? drawn(node) : evaluateNode(scan.inputs[index]!, [], context, 'float64'));
  }
  for (const node of order) {
    if (values.has(node) || node === product!.inputs[1]) continue;
    values.set(node, node === product ? drawn(node) : evaluateNode(node, node.inputs.map((x) => values.get(x)!), context, 'float64')); // prettier-ignore
  }
  const [n, units] = shape.next[0]!.shape.map(context.size) as [number, number];
  return { scan, shape, parameters, product: product!, of: (node) => values.get(node)!.data, n, units };
} // prettier-ignore

/** Always the same ones, within ±1: a linear congruence. */
function numbersOfChance(): () => number {
  let state = 12345;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 1073741824 - 1;
}

const close = (a: Values, b: Values): boolean =>
  a.length === b.length && Array.from(a).every((x, i) => Math.abs(x - b[i]!) <= 1e-9 * (1 + Math.abs(x)));

/** The name of the formula that gives these values. */
const nameOf = (values: Values, formulas: Readonly<Record<string, Values>>): string | undefined =>
  Object.entries(formulas).find(([, own]) => close(own, values))?.[0];

/** The results by name, or none if one of them is no formula, or two are one. */
function resultsOf({ shape, of }: Sample, carries: readonly string[], formulas: Readonly<Record<string, Values>>): ReadonlyMap<number, string> | undefined {
  const names = [...carries, ...shape.stacked.map((node) => nameOf(of(node), formulas))];
  if (names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return new Map(names.map((name, i) => [i, name!]));
} // prettier-ignore

const sequencesOf = ({ shape, parameters }: Sample): readonly (readonly [index: number, node: TensorNode])[] =>
  [...parameters].filter(([index]) => index >= shape.carries && index < shape.carries + shape.sequences);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A value at each element of the state, from its place there and that of its first gate. */
const overState = ({ n, units }: Sample, value: (at: number, gate: number) => number): Values =>
  Float64Array.from({ length: n * units }, (_, at) => value(at, 4 * units * Math.floor(at / units) + (at % units)));

function forward(sample: Sample): WholeLoop | undefined {
  const { scan, shape, parameters, product, of, units } = sample;
  const hIndex = [0, 1].find((index) => parameters.get(index) === product.inputs[0]);
  const [x, ...others] = sequencesOf(sample);
  if (hIndex === undefined || x === undefined || others.length > 0 || of(x[1]).length !== of(product).length)
    return undefined;
  const memory = parameters.get(1 - hIndex);
  if (memory === undefined || of(product).length !== 4 * of(memory).length) return undefined;
  const [given, added, cBefore] = [of(x[1]), of(product), of(memory)];
  const gate = (index: number, activate: (z: number) => number): Values =>
    overState(sample, (_, first) => activate(given[first + index * units]! + added[first + index * units]!));
  const [input, forget, candidate, output] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
  const c = overState(sample, (at) => forget[at]! * cBefore[at]! + input[at]! * candidate[at]!);
  const tanhC = overState(sample, (at) => Math.tanh(c[at]!));
  const h = overState(sample, (at) => output[at]! * tanhC[at]!);
  if (!close(of(shape.next[hIndex]!), h) || !close(of(shape.next[1 - hIndex]!), c)) return undefined;
  const formulas = { hSteps: h, hBefore: of(parameters.get(hIndex)!), cBefore, input, forget, candidate, output, tanhC };
  const results = resultsOf(sample, hIndex === 0 ? ['h', 'c'] : ['c', 'h'], formulas);
  return results && {
    helper: 'lstmLoop',
    operands: [['x', scan.inputs[x[0]]!], ['recurrentKernel', kernelOf(sample)], ['h', scan.inputs[hIndex]!], ['c', scan.inputs[1 - hIndex]!]],
    results,
  };
} // prettier-ignore

const kernelOf = ({ scan, product }: Sample): TensorNode =>
  scan.inputs[numberOf(product.inputs[1]!.attributes, 'index')]!;

const keptNames = ['input', 'forget', 'candidate', 'output', 'tanhC', 'cBefore'] as const;

/** What a sequence is of the loop that computed it. */
function roleOf(sequence: TensorNode): string | undefined {
  if (sequence.op !== 'result') return undefined;
  return wholeLoop(sequence.inputs[0]!)?.results.get(numberOf(sequence.attributes, 'index'));
}

function backward(sample: Sample): WholeLoop | undefined {
  const { scan, shape, parameters, product, of, units } = sample;
  const dhIndex = shape.next.indexOf(product);
  const [dh, dc] = [parameters.get(dhIndex), parameters.get(1 - dhIndex)];
  if (dh === undefined || dc === undefined) return undefined;
  const sequences = sequencesOf(sample).map(([index, node]) => [roleOf(scan.inputs[index]!) ?? 'dhSteps', index, node] as const);
  const nodes = new Map(sequences.map(([name, , node]) => [name, node]));
  if (nodes.size !== sequences.length || !keptNames.every((name) => nodes.has(name))) return undefined;
  if (sequences.length > keptNames.length + (nodes.has('dhSteps') ? 1 : 0)) return undefined;
  if ([dh, dc, ...nodes.values()].some((node) => of(node).length !== of(dh).length)) return undefined;
  const [input, forget, candidate, output, tanhC, cBefore] = keptNames.map((name) => of(nodes.get(name)!)) as [Values, Values, Values, Values, Values, Values];
  const arriving = nodes.has('dhSteps') ? of(nodes.get('dhSteps')!) : undefined;
  const ofH = overState(sample, (at) => of(dh)[at]! + (arriving?.[at] ?? 0));
  const ofC = overState(sample, (at) => of(dc)[at]! + ofH[at]! * output[at]! * (1 - tanhC[at]! ** 2));
  const dx = new Float64Array(4 * ofC.length);
  overState(sample, (at, gate) => {
    dx[gate] = ofC[at]! * candidate[at]! * input[at]! * (1 - input[at]!);
    dx[gate + units] = ofC[at]! * cBefore[at]! * forget[at]! * (1 - forget[at]!);
    dx[gate + 2 * units] = ofC[at]! * input[at]! * (1 - candidate[at]! ** 2);
    return (dx[gate + 3 * units] = ofH[at]! * tanhC[at]! * output[at]! * (1 - output[at]!));
  });
  const before = overState(sample, (at) => ofC[at]! * forget[at]!);
  if (!close(of(product.inputs[0]!), dx) || !close(of(shape.next[1 - dhIndex]!), before)) return undefined;
  const results = resultsOf(sample, dhIndex === 0 ? ['dh', 'dc'] : ['dc', 'dh'], { dx });
  return results && {
    helper: 'lstmLoopGradient',
    operands: [
      ...sequences.map(([name, index]) => [name, scan.inputs[index]!] as const),
      ['recurrentKernel', kernelOf(sample)], ['dh', scan.inputs[dhIndex]!], ['dc', scan.inputs[1 - dhIndex]!],
    ],
    results,
  };
} // prettier-ignore
