/**
 * A node of op `elementwise` → the constant of the module that computes it: the kernel as a text for the runtime to compile, and its parts, which
 * run where it cannot. Both hold for all sizes, so nodes that differ in sizes only share a kernel.
 *
 *     const fused$ = elementwise('ff: multiply $0 $1; exp $2 -> $3', (d, v0, v1) => { … });
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { parametersOf } from '../graph/build-loops.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import { bodyOf, numberOf, sizesOf } from '../ops/attributes.ts';
import { sameShape } from '../ops/shape-rules.ts';
import { placing } from '../optimise/fusion-groups.ts';
import { scalarValue } from '../optimise/pattern.ts';
import type { Dim } from '../shapes/index.ts';
import { freedAfter } from './buffers.ts';
import { code, helper, indented, line, type Line } from './code.ts';
import { quoted } from './identifiers.ts';
import { callCode, kernelCall, type CallContext } from './kernel-call.ts';
import { isGiven } from './node-kinds.ts';
import { numberText } from './numbers.ts';

/** A body in order, its values numbered: parameters first, then what is computed. Constants have no number. */
interface Body {
  readonly outputs: readonly TensorNode[];
  readonly parameters: readonly TensorNode[];
  readonly computed: readonly TensorNode[];
  readonly numbers: ReadonlyMap<TensorNode, number>;
  readonly whole: readonly Dim[];
}

function bodyOfKernel(kernel: TensorNode): Body {
  const { outputs } = bodyOf(kernel.attributes);
  const byIndex = parametersOf(outputs);
  const parameters = kernel.inputs.map((_, i) => byIndex.get(i) ?? bug(`the operand ${i} of a kernel is not read`));
  const computed = topological(outputs).filter((node) => node.op !== 'parameter' && scalarValue(node) === undefined);
  const numbers = new Map([...parameters, ...computed].map((node, i) => [node, i]));
  return { outputs, parameters, computed, numbers, whole: sizesOf(kernel.attributes, 'whole') };
}

const letters = { full: 'f', row: 'r', column: 'c', scalar: 's' } as const;

/** The text that `runtime/elementwise/expression.ts` reads. */
export function kernelText(kernel: TensorNode): string {
  const { parameters, computed, outputs, numbers, whole } = bodyOfKernel(kernel);
  const places = parameters.map((x) => placing(x, whole) ?? bug('an operand that no kernel can read'));
  const kinds = places.map(({ kind }) => letters[kind]).join('');
  const axes = numberOf(kernel.attributes, 'axes');
  const instructions = computed.map((node) => [nameOf(node), ...node.inputs.map((x) => valueText(x, numbers))].join(' '));
  const results = outputs.map((node) => `$${numbers.get(node)!}${formOf(node, whole)}`);
  return `${kinds}${axes === 1 ? '' : axes}: ${instructions.join('; ')} -> ${results.join(' ')}`;
} // prettier-ignore

function valueText(x: TensorNode, numbers: ReadonlyMap<TensorNode, number>): string {
  const value = scalarValue(x);
  if (value === undefined) return `$${numbers.get(x)!}`;
  return numberText(value);
}

function nameOf(node: TensorNode): string {
  if (node.op !== 'cast') return node.op;
  return node.dtype === 'bool' ? 'toBool' : 'toFloat';
}

const formOf = (node: TensorNode, whole: readonly Dim[]): string =>
  sameShape(node.shape, whole) ? '' : node.shape.length === whole.length ? 'c' : 'd';

/** The same for kernels that are declared once. Parts of folds count axes from the first. */
export function kernelKey(kernel: TensorNode): string {
  const folds = topological(bodyOf(kernel.attributes).outputs).some((node) => node.attributes['axes'] !== undefined);
  return folds ? `${kernelText(kernel)} ${sizesOf(kernel.attributes, 'whole').length}` : kernelText(kernel);
}

export function kernelDeclaration(name: string, kernel: TensorNode): readonly Line[] {
  const body = bodyOfKernel(kernel);
  const several = body.outputs.length > 1;
  const parameters = ['d', ...body.parameters.map((_, i) => `v${i}`)].join(', ');
  const results = body.outputs.map((node) => variableOf(node, body));
  return [
    line(code`const ${name} = ${helper(several ? 'elementwiseTogether' : 'elementwise')}(`),
    ...indented([
      line(`${quoted(kernelText(kernel))},`),
      line(`(${parameters}) => {`),
      ...indented([...partLines(body), line(`return ${several ? `[${results.join(', ')}]` : results[0]!};`)]),
      line('},'),
    ]),
    line(');'),
  ];
}

const variableOf = (node: TensorNode, { numbers }: Body): string =>
  scalarValue(node) === undefined
    ? `v${numbers.get(node) ?? bug(`'${node.op}' has no number`)}`
    : bug('a constant has no variable');

/** What the parts of a kernel compute, in order, and free after each; numbers among them are made first and freed last. */
export interface KernelParts {
  readonly outputs: readonly TensorNode[];
  readonly parameters: readonly TensorNode[];
  readonly order: readonly TensorNode[];
  readonly freed: ReadonlyMap<TensorNode, readonly TensorNode[]>;
  /** By what they are in the text; nodes of one number are one. */
  readonly numbers: ReadonlyMap<string, readonly TensorNode[]>;
}

export const kernelParts = (kernel: TensorNode): KernelParts => partsOf(bodyOfKernel(kernel));

function partsOf({ outputs, parameters, numbers: places }: Body): KernelParts {
  const all = topological(outputs).filter((node) => !isGiven(node));
  const order = all.filter((node) => scalarValue(node) === undefined);
  const freed = [...freedAfter(order, outputs)].map(([node, buffers]) => [node, buffers.filter((x) => scalarValue(x) === undefined)] as const); // prettier-ignore
  const numbers = new Map<string, TensorNode[]>();
  for (const node of order.flatMap(({ inputs }) => inputs)) {
    if (scalarValue(node) === undefined) continue;
    const text = valueText(node, places);
    numbers.set(text, [...(numbers.get(text) ?? []), node]);
  }
  return { outputs, parameters, order, freed: new Map(freed), numbers };
}

/** Each part as the call of a kernel; what only leads to results is freed after its last use. */
function partLines(body: Body): readonly Line[] {
  const { order, freed, numbers } = partsOf(body);
  const constants = [...numbers.keys()];
  const context = partContext(body, constants);
  const lines = order.flatMap((node): readonly Line[] => {
    const { head, fields } = callCode(kernelCall(node, context), 'd');
    const statement = line(code`const ${variableOf(node, body)} = ${head}${fields === undefined ? '' : `, ${fields}`});`);
    const buffers = freed.get(node) ?? [];
    return buffers.length === 0 ? [statement] : [statement, freeLine(buffers.map((x) => variableOf(x, body)))];
  });
  const made = constants.map((value, i) => line(code`const c${i} = ${helper('scalar')}(d, ${value});`));
  return [...made, ...lines, ...(constants.length === 0 ? [] : [freeLine(constants.map((_, i) => `c${i}`))])];
} // prettier-ignore

const freeLine = (names: readonly string[]): Line => line(code`${helper('free')}(d, ${names.join(', ')});`);

/** Numbers are scalars, made once. */
function partContext(body: Body, constants: readonly string[]): CallContext {
  const never = (): never => bug('a kernel of given sizes');
  return {
    tensor: (node) =>
      scalarValue(node) === undefined ? variableOf(node, body) : `c${constants.indexOf(valueText(node, body.numbers))}`,
    size: never,
    sizes: never,
    drawKey: never,
    host: never,
    kernel: never,
    values: never,
  };
}
