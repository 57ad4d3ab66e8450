/** Loops as models, written by hand, with whatever a body may do to its carries. */
import type { GraphBuilder, TensorNode } from '../../compiler/graph/index.ts';
import { variable, type SizeVariable } from '../../compiler/shapes/index.ts';
import { HandMade, n } from '../emit/hand-made.ts';
import type { Sample } from '../emit/samples.ts';

const text = `model Loops {
  input x: [time, 3]
  input h: [3]
  output y = x -> something
  output z = h
}
`;

const time: SizeVariable = { name: 'time', id: 7 };
const T = variable(time);
const stateShape = () => [n, 3];

type Given = Readonly<Record<'x' | 'h' | 'w', TensorNode>>;
type Make = (op: GraphBuilder, given: Given) => readonly TensorNode[];

/** x: [time, n, 3], h: [n, 3], w: [3, 3]. */
const bodies: Readonly<Record<string, Make>> = {
  'a recurrence': (op, { x, h, w }) => {
    const { carries, outputs } = op.scan({
      carries: [h],
      sequences: [x],
      steps: T,
      names: ['h', 'x'],
      body: ({ carries: [state], items: [piece] }) => {
        const next = op.tanh(op.add(piece!, op.matMul(state!, w)));
        return { carries: [next], outputs: [next] };
      },
    });
    return [...carries, ...outputs];
  },
  'carries that change places or stay, captured and given values as results': (op, { x, h, w }) => {
    const { carries, outputs } = op.scan({
      carries: [h, op.multiply(h, 2), h, op.fill(stateShape(), 1), h],
      sequences: [x],
      steps: T,
      body: ({ carries: [a, b, c, d, e], items: [piece] }) => {
        const shifted = op.add(a!, 1);
        return {
          carries: [b!, a!, h, op.reshape(op.reshape(shifted, [n, 3, 1]), [n, 3]), shifted],
          outputs: [piece!, a!, op.matMul(op.add(c!, op.add(d!, e!)), w), h, op.fill(stateShape(), 2)],
        };
      },
    });
    return [...carries, ...outputs];
  },
  'in reverse, with results that nothing reads': (op, { x, h }) => {
    const { outputs } = op.scan({
      carries: [h, op.fill(stateShape(), 0)],
      sequences: [x, op.square(x)],
      steps: T,
      reverse: true,
      body: ({ carries: [a, b], items: [piece, other] }) => ({
        carries: [op.add(a!, piece!), op.add(b!, op.exp(a!))],
        outputs: [op.greater(a!, 0), op.multiply(a!, other!), b!],
      }),
    });
    return [op.cast(outputs[0]!, 'float32'), outputs[1]!];
  },
  'a loop in a loop, and two with one body': (op, { x, h, w }) => {
    const run = (sequence: TensorNode): TensorNode =>
      op.scan({
        carries: [h],
        sequences: [sequence],
        steps: T,
        body: ({ carries: [state], items: [piece] }) => {
          const inner = op.scan({
            carries: [state!],
            sequences: [x],
            steps: T,
            body: ({ carries: [a], items: [b] }) => {
              const next = op.tanh(op.add(op.matMul(a!, w), op.multiply(b!, piece!)));
              return { carries: [next], outputs: [op.multiply(next, 0.5)] };
            },
          });
          const next = op.add(inner.carries[0]!, op.sum(inner.outputs[0]!, [0]));
          return { carries: [next], outputs: [next] };
        },
      }).outputs[0]!;
    return [run(run(x))];
  },
};

function sample(make: Make): Sample {
  const made = new HandMade(text, 'models/loops.nn');
  const { op } = made;
  const [x, h] = [made.input('x', [T, 3]), made.input('h', [3])];
  const w = made.weight('w', [3, 3], 'something');
  const results = made.stage('something', 'loop', () => {
    const [first, ...others] = make(op, { x: op.transpose(x, [1, 0, 2]), h, w });
    others.forEach((node, i) => made.output(`o${i}`, node));
    return first!;
  });
  made.output('y', results);
  made.output('z', h);
  return { file: made.file, models: [made.model('Loops', { sizes: [time] })] };
}

export const handMadePrograms: Readonly<Record<string, () => Sample>> = Object.fromEntries(
  Object.entries(bodies).map(([name, make]) => [name, () => sample(make)]),
);
