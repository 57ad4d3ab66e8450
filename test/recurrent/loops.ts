/** Small programs with loops, of sizes known at run time only, for tests of the passes. */
import { createGraphBuilder, type GraphBuilder, type NdArray, type TensorNode } from '../../compiler/graph/index.ts';
import { evaluate as evaluateSize, variable, type SizeVariable } from '../../compiler/shapes/index.ts';
import { someNumbers } from '../layers/harness.ts';

export const batch: SizeVariable = { name: 'n', id: 1 };
export const time: SizeVariable = { name: 'time', id: 2 };
export const [n, T] = [variable(batch), variable(time)];
export const sizes = new Map([
  [batch.id, 2],
  [time.id, 4],
]);

export interface LoopProgram {
  readonly op: GraphBuilder;
  readonly result: TensorNode;
  readonly inputs: Readonly<Record<string, NdArray>>;
  readonly wrt: readonly TensorNode[];
}

type Make = (op: GraphBuilder) => { readonly result: TensorNode; readonly leaves: readonly TensorNode[] };

const [units, features] = [3, 2];
const stateShape = () => [n, units];

const leaf = (op: GraphBuilder, name: string, shape: Parameters<GraphBuilder['input']>[2]): TensorNode =>
  op.input(name, 'float32', shape);

/** By what they show. */
export const programs: Readonly<Record<string, Make>> = {
  'a product of a captured weight': (op) => {
    const [x, h, u] = [leaf(op, 'x', [T, n, units]), leaf(op, 'h', [n, units]), leaf(op, 'u', [units, units])];
    const { carries, outputs } = op.scan({
      carries: [h],
      sequences: [x],
      steps: T,
      names: ['h', 'x'],
      body: ({ carries: [state], items: [piece] }) => {
        const next = op.tanh(op.add(piece!, op.matMul(state!, u)));
        return { carries: [next], outputs: [next] };
      },
    });
    return { result: op.add(op.sum(op.multiply(outputs[0]!, outputs[0]!), [0]), carries[0]!), leaves: [x, h, u] };
  },
  'in reverse, a bias and a scalar that are added up': (op) => {
    const [x, h, b, s] = [
      leaf(op, 'x', [T, n, units]),
      leaf(op, 'h', [n, units]),
      leaf(op, 'b', [units]),
      leaf(op, 's', []),
    ];
    const { outputs } = op.scan({
      carries: [h],
      sequences: [x],
      steps: T,
      reverse: true,
      body: ({ carries: [state], items: [piece] }) => {
        const next = op.multiply(op.sigmoid(op.add(op.add(piece!, state!), b)), op.exp(s));
        return { carries: [next], outputs: [op.multiply(next, piece!)] };
      },
    });
    return { result: outputs[0]!, leaves: [x, h, b, s] };
  },
  'two carries that change places, one of them never used': (op) => {
    const [x, h, c, idle] = ['h', 'c', 'idle'].map((name) => leaf(op, name, [n, units])).reduce<TensorNode[]>((all, v) => [...all, v], [leaf(op, 'x', [T, n, units])]) as [TensorNode, TensorNode, TensorNode, TensorNode]; // prettier-ignore
    const { carries, outputs } = op.scan({
      carries: [h, c, idle],
      sequences: [x],
      steps: T,
      body: ({ carries: [a, b, unused], items: [piece] }) => ({
        carries: [b!, op.add(a!, op.square(piece!)), unused!],
        outputs: [op.multiply(a!, b!), h, piece!, a!],
      }),
    });
    const all = [...outputs].reduce((sum, y) => op.add(sum, y));
    return { result: op.add(op.add(all, carries[0]!), op.multiply(carries[2]!, carries[1]!)), leaves: [x, h, c, idle] };
  },
  'slices of one product, as gates': (op) => {
    const [x, h, u] = [leaf(op, 'x', [T, n, features]), leaf(op, 'h', [n, units]), leaf(op, 'u', [units, 3 * units])];
    const w = leaf(op, 'w', [features, 3 * units]);
    const projected = op.matMul(x, w);
    const { carries } = op.scan({
      carries: [h, op.fill(stateShape(), 0)],
      sequences: [projected],
      steps: T,
      body: ({ carries: [state, cell], items: [piece] }) => {
        const z = op.add(piece!, op.matMul(state!, u));
        const gate = (i: number): TensorNode => op.slice(z, [0, i * units], [n, units]);
        const next = op.add(
          op.multiply(op.sigmoid(gate(1)), cell!),
          op.multiply(op.sigmoid(gate(0)), op.tanh(gate(2))),
        );
        return { carries: [op.tanh(next), next], outputs: [] };
      },
    });
    return { result: op.multiply(carries[0]!, carries[1]!), leaves: [x, h, u, w] };
  },
  'a loop in a loop': (op) => {
    const [x, h, u] = [leaf(op, 'x', [T, n, units]), leaf(op, 'h', [n, units]), leaf(op, 'u', [units, units])];
    const { carries } = op.scan({
      carries: [h],
      sequences: [x],
      steps: T,
      body: ({ carries: [state], items: [piece] }) => {
        const inner = op.scan({
          carries: [state!],
          sequences: [x],
          steps: T,
          body: ({ carries: [a], items: [b] }) => {
            const next = op.tanh(op.add(op.matMul(a!, u), op.multiply(b!, piece!)));
            return { carries: [next], outputs: [op.multiply(next, a!)] };
          },
        });
        return { carries: [op.add(inner.carries[0]!, op.sum(inner.outputs[0]!, [0]))], outputs: [] };
      },
    });
    return { result: carries[0]!, leaves: [x, h, u] };
  },
  'two loops with equal bodies': (op) => {
    const [x, h] = [leaf(op, 'x', [T, n, units]), leaf(op, 'h', [n, units])];
    const run = (sequence: TensorNode): TensorNode =>
      op.scan({
        carries: [h],
        sequences: [sequence],
        steps: T,
        body: ({ carries: [state], items: [piece] }) => {
          const next = op.relu(op.add(op.multiply(state!, 0.5), piece!));
          return { carries: [next], outputs: [next] };
        },
      }).outputs[0]!;
    return { result: run(run(x)), leaves: [x, h] };
  },
};

export function programOf(name: string): LoopProgram {
  const op = createGraphBuilder();
  const { result, leaves } = programs[name]!(op);
  const at = (size: (typeof leaves)[number]['shape'][number]): number => evaluateSize(size, sizes);
  const inputs = leaves.map(
    (node, i) => [String(node.attributes['name']), someNumbers(node.shape.map(at), i + 2)] as const,
  );
  return { op, result, inputs: Object.fromEntries(inputs), wrt: leaves };
}
