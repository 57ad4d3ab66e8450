/**
 * The matrix product over the last two axes; axes before them broadcast. Also its fused form.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { broadcastNumbers, build, reader, type NdArray } from '../graph/nd-array.ts';
import type { Attributes, TensorNode } from '../graph/tensor-graph.ts';
import { asNumber, equals, type Dim } from '../shapes/index.ts';
import { activationOf } from './activation.ts';
import { booleanOf } from './attributes.ts';
import type { CompilerOps } from './compiler-ops.ts';
import { defineOp } from './define-op.ts';
import { broadcastShapes, isOne, product, showShape } from './shape-rules.ts';
import { sumTo } from './sum-to.ts';

const ends = <T>(shape: readonly T[], transposed: boolean): readonly [T, T] => {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
};

function productShape(a: readonly Dim[], b: readonly Dim[], transposeA: boolean, transposeB: boolean): readonly Dim[] {
  if (a.length < 2 || b.length < 2) bug('matMul wants two axes at least');
  const [rows, inner] = ends(a, transposeA);
  const [innerB, columns] = ends(b, transposeB);
  if (asNumber(inner) !== undefined && asNumber(innerB) !== undefined && !equals(inner, innerB))
    bug(`matMul of ${showShape(a)} and ${showShape(b)}`);
  return [...broadcastShapes(a.slice(0, -2), b.slice(0, -2)), rows, columns];
}

export function multiplied(a: NdArray, b: NdArray, transposeA: boolean, transposeB: boolean): NdArray {
  const [rows, inner] = ends(a.shape, transposeA);
  const [innerB, columns] = ends(b.shape, transposeB);
  if (inner !== innerB) bug(`matMul over ${inner} and ${innerB}`);
  const [x, y] = [reader(a), reader(b)];
  const shape = [...broadcastNumbers(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
  return build('float32', shape, (index) => {
    const batch = index.slice(0, -2);
    const [i, j] = [index.at(-2)!, index.at(-1)!];
    let sum = 0;
    for (let k = 0; k < inner; k++)
      sum += x([...batch, ...(transposeA ? [k, i] : [i, k])]) * y([...batch, ...(transposeB ? [j, k] : [k, j])]);
    return sum;
  });
}

const flags = (attributes: Attributes): readonly [boolean, boolean] => [
  booleanOf(attributes, 'transposeA'),
  booleanOf(attributes, 'transposeB'),
];

/** Whether an operand is one matrix for the whole batch, so that its gradient is one flat product. */
const isSharedMatrix = (x: TensorNode, other: TensorNode): boolean =>
  x.shape.slice(0, -2).every(isOne) && !other.shape.slice(0, -2).every(isOne);

const flattened = (op: CompilerOps, x: TensorNode): TensorNode =>
  op.reshape(x, [product(x.shape.slice(0, -1)), x.shape.at(-1)!]);

function gradientOfB(
  op: CompilerOps,
  a: TensorNode,
  b: TensorNode,
  dy: TensorNode,
  tA: boolean,
  tB: boolean,
): TensorNode {
  if (isSharedMatrix(b, a) && !tA && dy.shape.length === a.shape.length) {
    const [x, g] = [flattened(op, a), flattened(op, dy)];
    const flat = tB ? op.matMul(g, x, { transposeA: true }) : op.matMul(x, g, { transposeA: true });
    return op.reshape(flat, b.shape);
  }
  const full = tB ? op.matMul(dy, a, { transposeA: true, transposeB: tA }) : op.matMul(a, dy, { transposeA: !tA });
  return sumTo(op, full, b.shape);
}

function gradientOfA(
  op: CompilerOps,
  a: TensorNode,
  b: TensorNode,
  dy: TensorNode,
  tA: boolean,
  tB: boolean,
): TensorNode {
  const full = tA ? op.matMul(b, dy, { transposeA: tB, transposeB: true }) : op.matMul(dy, b, { transposeB: !tB });
  return sumTo(op, full, a.shape);
}

export const matMul = defineOp('matMul', {
  type: ([a, b], attributes) => {
    if (a!.dtype !== 'float32' || b!.dtype !== 'float32') bug('matMul of no floats');
    return { dtype: 'float32', shape: productShape(a!.shape, b!.shape, ...flags(attributes)) };
  },
  evaluate: ([a, b], attributes) => multiplied(a!, b!, ...flags(attributes)),
  gradient: ({ node, dy, op }) => {
    const [a, b] = node.inputs as readonly [TensorNode, TensorNode];
    const [tA, tB] = flags(node.attributes);
    return [() => gradientOfA(op, a, b, dy, tA, tB), () => gradientOfB(op, a, b, dy, tA, tB)];
  },
});

export const fusedMatMul = defineOp('fusedMatMul', {
  type: ([a, b, bias]) => {
    if (a!.shape.length !== 2 || b!.shape.length !== 2 || bias!.shape.length !== 1) bug('fusedMatMul wants matrices');
    return { dtype: 'float32', shape: productShape(a!.shape, b!.shape, false, false) };
  },
  evaluate: ([a, b, bias], attributes) => {
    const y = multiplied(a!, b!, false, false);
    const activate = activationOf(attributes);
    const columns = bias!.shape[0]!;
    return { ...y, data: y.data.map((v, i) => activate(v + bias!.data[i % columns]!)) };
  },
  gradient: () => bug('fusion comes after differentiation'),
});
