/**
 * wasm keeps the repacked right operand of a matrix product by data, not by shape: data that is a right operand in one
 * shape and, as an alias, in another gives wrong numbers (it reads past its end). Such an alias is copied here.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorNode, TensorProgram } from '../../graph/tensor-graph.ts';
import { copyInto, rebuildProgram, topological, withBody } from '../../graph/traverse.ts';
import { bodyOf } from '../../ops/attributes.ts';
import { ops } from '../../ops/index.ts';

/** The node whose data this one shares. */
function owner(node: TensorNode): TensorNode {
  let current = node;
  while (ops[current.op].traits.alias) current = current.inputs[0]!;
  return current;
}

const matrixKey = (x: TensorNode): string =>
  x.shape
    .slice(-2)
    .map((size) => size.key)
    .join();

/** One that lies transposed is copied anyway where tfjs multiplies. */
const isProduct = (node: TensorNode): boolean =>
  (node.op === 'matMul' && node.attributes['transposeB'] !== true) || node.op === 'fusedMatMul';

/** Numbers of the parameters that are right operands in a loop's body. */
function multipliedInside(scan: TensorNode): ReadonlySet<number> {
  const products = topological(bodyOf(scan.attributes).outputs).filter(isProduct);
  const rights = products.map((node) => node.inputs[1]!).filter((b) => b.op === 'parameter');
  return new Set(rights.map((b) => Number(b.attributes['index'])));
}

/** The last step of legalising for wasm: simplifying again would take the copies out. */
export function withOwnRightOperands(program: TensorProgram, builder: GraphBuilder): TensorProgram {
  const shapes = new Map<TensorNode, string>();
  const copy = copyInto(builder);
  /** The operand itself, or a copy where its data is known in another shape. */
  const own = (b: TensorNode): TensorNode => {
    const data = owner(b);
    // What a loop is given lies outside, where its other uses are not seen.
    if (data.op === 'parameter' && data !== b) return builder.multiply(b, 1);
    // A matrix weight keeps its own shape, in every program that uses it.
    const expected =
      shapes.get(data) ?? (data.op === 'weight' && data.shape.length === 2 ? matrixKey(data) : undefined);
    shapes.set(data, expected ?? matrixKey(b));
    return expected === undefined || expected === matrixKey(b) ? b : builder.multiply(b, 1);
  };
  return rebuildProgram(
    program,
    builder,
    (node, inputs) => {
      if (node.op === 'scan') {
        const inside = multipliedInside(node);
        const operands = inputs.map((x, i) => (inside.has(i) ? own(x) : x));
        return withBody(builder, node, operands, (body) => withOwnRightOperands(body, builder));
      }
      const [a, b] = inputs;
      if (!isProduct(node) || !a || !b || own(b) === b) return copy(node, inputs);
      return builder.make(node.op, [a, own(b), ...inputs.slice(2)], node.attributes);
    },
    builder,
  );
}
