/**
 * Each op as the call of one kernel function of the runtime. Attributes that say nothing are left out. Ops that are no
 * call (inputs, weights, slots, `stopGradient`) are named where they are used.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { Attributes, HostExpression, TensorNode } from '../graph/tensor-graph.ts';
import {
  booleanOf,
  hostExpressionOf,
  numberOf,
  numbersOf,
  paddingOf,
  pairsOf,
  readConvolution,
  readPool,
  sizeOf,
  sizesOf,
  stringOf,
} from '../ops/attributes.ts';
import type { OpName } from '../ops/op-names.ts';
import type { Dim } from '../shapes/index.ts';
import { helper, join, type Code, type CodePart, type Helper } from './code.ts';
import { propertyKey, quoted } from './identifiers.ts';
import { numbersText, numberText } from './numbers.ts';

/** How a function names what calls refer to. */
export interface CallContext {
  /** A tensor by its variable, or by what it is a part of: `w['dense.kernel']`. */
  tensor(node: TensorNode): string;
  size(size: Dim): string;
  sizes(sizes: readonly Dim[]): string;
  /** The fields of a random draw's key, `seed, step: stepCount, use: 3`. */
  drawKey(use: number): string;
  /** The learning rate and the step count by their variables. */
  host(name: 'learningRate' | 'step'): string;
  /** The name of the module's constant that computes a node of op `elementwise`. */
  kernel(node: TensorNode): string;
  /** The values of a constant; long ones become a constant of the module. */
  values(node: TensorNode, text: string): string;
}

export type Argument = CodePart;
export interface KernelCall {
  readonly helper: Helper;
  /** After the device, if the function takes it. */
  readonly arguments: readonly Argument[];
  /** The object of attributes, as fields. */
  readonly fields?: readonly string[];
  /** `reshape` needs none. */
  readonly device?: false;
}

/** Ops that are called by their own name; one whose helper the runtime lacks is a type error here. */
type CalledOp = Exclude<
  OpName,
  | 'input'
  | 'weight'
  | 'slot'
  | 'stopGradient'
  | 'dimension'
  | 'hostScalar'
  | 'scan'
  | 'result'
  | 'parameter'
  | 'elementwise'
>;
const namesake = (node: TensorNode): Helper => {
  const op = node.op as CalledOp;
  return op;
};

type Rule = (node: TensorNode, context: CallContext) => KernelCall;

/** The op that no call stands for. */
const never: Rule = (node) => bug(`'${node.op}' is no call`);

/** The operands, in order. */
const operands = (node: TensorNode, c: CallContext): readonly string[] => node.inputs.map(c.tensor);

const plain: Rule = (node, c) => ({ helper: namesake(node), arguments: operands(node, c) });

const reduction: Rule = (node, c) => {
  const keep = booleanOf(node.attributes, 'keepDims') ? ['true'] : [];
  const axes = numbersText(numbersOf(node.attributes, 'axes'), 'int32');
  return { helper: namesake(node), arguments: [...operands(node, c), axes, ...keep] };
};

/** The operands, and one number. */
const withNumber =
  (name: string): Rule =>
  (node, c) => ({
    helper: namesake(node),
    arguments: [...operands(node, c), String(numberOf(node.attributes, name))],
  });

/** The operands, and one list of numbers. */
const withNumbers =
  (name: string): Rule =>
  (node, c) => ({
    helper: namesake(node),
    arguments: [...operands(node, c), numbersText(numbersOf(node.attributes, name), 'int32')],
  });

const withFields =
  (fields: (attributes: Attributes, c: CallContext, node: TensorNode) => readonly string[]): Rule =>
  (node, c) => ({
    helper: namesake(node),
    arguments: operands(node, c),
    fields: fields(node.attributes, c, node),
  });

const pairsText = (pairs: readonly (readonly [Dim, Dim])[], c: CallContext): string =>
  `[${pairs.map((pair) => c.sizes(pair)).join(', ')}]`;

function paddingText(attributes: Attributes, c: CallContext): string {
  const padding = paddingOf(attributes);
  return `padding: ${typeof padding === 'string' ? quoted(padding) : pairsText(padding, c)}`;
}

const listField = (name: string, values: readonly number[]): string => `${name}: [${values.join(', ')}]`;

function convolution(attributes: Attributes, c: CallContext): readonly string[] {
  const { strides, dilations } = readConvolution(attributes);
  const dilated = dilations.some((d) => d !== 1) ? [listField('dilations', dilations)] : [];
  return [listField('strides', strides), paddingText(attributes, c), ...dilated];
}

function pool(attributes: Attributes, c: CallContext): readonly string[] {
  const { poolSize, strides } = readPool(attributes);
  return [listField('poolSize', poolSize), listField('strides', strides), paddingText(attributes, c)];
}

const activationFields = (attributes: Attributes): readonly string[] => [
  `activation: ${quoted(stringOf(attributes, 'activation'))}`,
  ...(attributes['alpha'] === undefined ? [] : [`alpha: ${numberText(numberOf(attributes, 'alpha'), 'float32')}`]),
];
const flag = (attributes: Attributes, name: string): readonly string[] =>
  booleanOf(attributes, name) ? [`${name}: true`] : [];

const random: Rule = (node, c) => ({
  helper: namesake(node),
  arguments: [c.sizes(sizesOf(node.attributes, 'shape')), `{ ${c.drawKey(numberOf(node.attributes, 'use'))} }`],
});

const constantCall: Rule = (node, c) => {
  const values = numbersOf(node.attributes, 'values');
  if (node.shape.length === 0 && node.dtype === 'float32')
    return { helper: 'scalar', arguments: [numberText(values[0]!)] };
  const text = c.values(node, numbersText(values, node.dtype));
  return { helper: 'constant', arguments: [text, c.sizes(node.shape), quoted(node.dtype)] };
};

const rules: Readonly<Partial<Record<OpName, Rule>>> = {
  input: never, weight: never, slot: never, stopGradient: never, scan: never, result: never, parameter: never, elementwise: never,
  constant: constantCall,
  fill: (node, c) => ({ helper: 'fill', arguments: [c.sizes(node.shape), numberText(numberOf(node.attributes, 'value'), node.dtype), quoted(node.dtype)] }),
  arange: (node, c) => ({ helper: 'arange', arguments: [c.size(sizeOf(node.attributes, 'size'))] }),
  dimension: (node, c) => ({ helper: 'scalar', arguments: [c.size(sizeOf(node.attributes, 'size'))] }),
  hostScalar: (node, c) => ({ helper: 'scalar', arguments: [hostText(hostExpressionOf(node.attributes, 'expression'), c)] }),
  randomUniform: random, randomNormal: random,
  cast: (node, c) => ({ helper: 'cast', arguments: [...operands(node, c), quoted(node.dtype)] }),
  sum: reduction, max: reduction, min: reduction, prod: reduction, any: reduction, all: reduction,
  argMax: withNumber('axis'), argMin: withNumber('axis'),
  cumsum: (node, c) => {
    const flags = [...flag(node.attributes, 'exclusive'), ...flag(node.attributes, 'reverse')];
    const axis = String(numberOf(node.attributes, 'axis'));
    return { helper: 'cumsum', arguments: [...operands(node, c), axis], ...(flags.length > 0 ? { fields: flags } : {}) };
  },
  reshape: (node, c) => ({ helper: 'reshape', arguments: [...operands(node, c), c.sizes(node.shape)], device: false }),
  transpose: withNumbers('permutation'), reverse: withNumbers('axes'),
  broadcastTo: (node, c) => ({ helper: 'broadcastTo', arguments: [...operands(node, c), c.sizes(node.shape)] }),
  slice: (node, c) => ({ helper: 'slice', arguments: [...operands(node, c), c.sizes(sizesOf(node.attributes, 'begin')), c.sizes(sizesOf(node.attributes, 'size'))] }),
  stridedSlice: (node, c) => ({
    helper: 'stridedSlice',
    arguments: [...operands(node, c), c.sizes(sizesOf(node.attributes, 'begin')), c.sizes(sizesOf(node.attributes, 'size')), numbersText(numbersOf(node.attributes, 'strides'), 'int32')],
  }),
  pad: (node, c) => ({
    helper: 'pad',
    arguments: [...operands(node, c), pairsText(pairsOf(node.attributes, 'paddings'), c), numberText(numberOf(node.attributes, 'value'), node.dtype)],
  }),
  concat: (node, c) => ({ helper: 'concat', arguments: [join(['[', join(operands(node, c), ', '), ']'], ''), String(numberOf(node.attributes, 'axis'))] }),
  scatterAdd: (node, c) => ({ helper: 'scatterAdd', arguments: [...operands(node, c), c.size(sizeOf(node.attributes, 'rows'))] }),
  oneHot: (node, c) => ({ helper: 'oneHot', arguments: [...operands(node, c), c.size(sizeOf(node.attributes, 'depth'))] }),
  matMul: (node, c) => {
    const flags = [...flag(node.attributes, 'transposeA'), ...flag(node.attributes, 'transposeB')];
    if (flags.length === 0) return { helper: 'matMul', arguments: operands(node, c) };
    return { helper: 'transposedMatMul', arguments: operands(node, c), fields: flags };
  },
  fusedMatMul: withFields(activationFields),
  conv2d: withFields(convolution), depthwiseConv2d: withFields(convolution),
  fusedConv2d: withFields((attributes, c) => [...convolution(attributes, c), ...activationFields(attributes)]),
  fusedDepthwiseConv2d: withFields((attributes, c) => [...convolution(attributes, c), ...activationFields(attributes)]),
  conv2dInputGradient: withFields((attributes, c, node) => [`inputShape: ${c.sizes(node.shape)}`, ...convolution(attributes, c)]),
  conv2dFilterGradient: withFields((attributes, c, node) => [`filterShape: ${c.sizes(node.shape)}`, ...convolution(attributes, c)]),
  maxPool: withFields(pool), averagePool: withFields(pool), maxPoolGradient: withFields(pool),
  averagePoolGradient: (node, c) => ({ helper: 'averagePoolGradient', arguments: [...operands(node, c), c.sizes(node.shape)], fields: pool(node.attributes, c) }),
  resizeNearest: (node, c) => ({ helper: 'resizeNearest', arguments: [...operands(node, c), c.sizes(node.shape.slice(1, 3))] }),
}; // prettier-ignore

/** The call that computes a node. Elementwise ops and others without attributes are called by their own name. */
export const kernelCall = (node: TensorNode, context: CallContext): KernelCall =>
  (rules[node.op] ?? plain)(node, context);

/** `relu(d, x)`, in two parts where the attributes go to a line of their own. */
export function callCode(
  call: KernelCall,
  device: string,
): { readonly head: Code; readonly fields: string | undefined } {
  const first = call.device === false ? [] : [device];
  const fields = call.fields === undefined ? undefined : `{ ${call.fields.join(', ')} }`;
  return { head: join([helper(call.helper), '(', join([...first, ...call.arguments], ', ')], ''), fields };
}

/** Strength as in `size-code.ts`. */
function hostText(e: HostExpression, c: CallContext, strength = 0): string {
  const wrap = (own: number, text: string): string => (own < strength ? `(${text})` : text);
  switch (e.host) {
    case 'number':
      return e.value < 0 ? wrap(3, numberText(e.value, 'int32')) : numberText(e.value, 'int32');
    case 'learningRate':
    case 'step':
      return c.host(e.host);
    case 'sqrt':
      return `Math.sqrt(${hostText(e.operand, c)})`;
    case 'maximum':
    case 'minimum':
      return `Math.${e.host.slice(0, 3)}(${hostText(e.left, c)}, ${hostText(e.right, c)})`;
    case 'power':
      return wrap(4, `${hostText(e.left, c, 5)} ** ${hostText(e.right, c, 4)}`);
    default: {
      const [sign, own] = { add: ['+', 1], subtract: ['-', 1], multiply: ['*', 2], divide: ['/', 2] }[e.host] as [
        string,
        number,
      ];
      return wrap(own, `${hostText(e.left, c, own)} ${sign} ${hostText(e.right, c, own + 1)}`);
    }
  }
}

/** Fields of an object whose values are variables: `{ image }`, `{ class: class_ }`. */
export const fieldsText = (fields: Iterable<readonly [string, string]>): string => {
  const texts = [...fields].map(([key, value]) => (key === value ? key : `${propertyKey(key)}: ${value}`));
  return texts.length === 0 ? '{}' : `{ ${texts.join(', ')} }`;
};
