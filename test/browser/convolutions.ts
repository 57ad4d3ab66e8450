/**
 * Convolutions and pooling of chance, there and back: what comes out and all gradients agree with the same on `cpu`. Built for every backend at
 * once, so that each family's own forms are looked at.
 */
import { useBackend, type BackendName, type TrainableModel } from '../../runtime/index.ts';
import { relativeError, type ModelClass } from '../numerics/run-case.ts';

export type ConvolutionModels = Readonly<Record<string, ModelClass>>;

/** A number below `count`, the next of a fixed series (Park and Miller 1988). */
function dice(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (state * 48271) % 2147483647;
    return state % count;
  };
}

interface Case {
  readonly name: string;
  readonly layer: string;
  readonly shape: readonly [number, number, number];
}

/** Channels that are in fours and eights and not, windows with and without strides, dilations and padding, 1×1, depthwise, transposed, pools. */
function madeCases(): readonly Case[] {
  const roll = dice(20_261_128);
  const pick = <T>(...from: readonly T[]): T => from[roll(from.length)]!;
  const spatial = (): string => {
    const [strides, dilation] = pick([1, 1], [2, 1], [3, 1], [1, 2]) as [number, number];
    return `padding: ${pick('valid', 'same')}, strides: ${strides}, dilationRate: ${dilation}`;
  };
  const size = (): string => `(${1 + roll(3)}, ${1 + roll(3)})`;
  const layers: readonly (() => string)[] = [
    ...Array.from({ length: 8 }, () => () => `Conv2D(${pick(1, 3, 4, 6, 8, 16)}, ${size()}, ${spatial()}, activation: ${pick('relu', 'elu', 'sigmoid', 'tanh')})`),
    () => `Conv2D(${pick(4, 5)}, 1)`,
    () => `Conv2D(8, (2, 3), padding: ((2, 0), (1, 3)), strides: (2, 1))`,
    () => `DepthwiseConv2D((3, 2), ${spatial()}, depthMultiplier: 2)`,
    () => `Conv2DTranspose(${pick(3, 4)}, 3, strides: 2, padding: ${pick('valid', 'same')})`,
    () => `MaxPooling2D((2, 3), strides: ${pick(1, 2, 3)}, padding: ${pick('valid', 'same')})`,
    () => `MaxPooling2D(2)`,
  ];
  const small = layers.map((layer): Omit<Case, 'name'> => ({
    layer: layer(),
    shape: [5 + roll(6), 5 + roll(6), pick(1, 2, 3, 4, 8, 16)],
  }));
  // So many windows that threads of webgpu take several, by eight and by four filters.
  const large: readonly Omit<Case, 'name'>[] = [
    { layer: 'Conv2D(16, 2, padding: same, activation: relu)', shape: [80, 80, 1] },
    { layer: 'Conv2D(12, (1, 2))', shape: [75, 76, 4] },
    // So many filters that threads have them tile by tile, with some left over.
    { layer: 'Conv2D(76, 2)', shape: [6, 5, 3] },
    { layer: 'Conv2D(136, 2, strides: 2)', shape: [6, 5, 8] },
  ];
  return [...small, ...large].map((one, i) => ({ name: `Convolution${i}`, ...one }));
} // prettier-ignore

const cases = madeCases();

export const convolutionText = cases.map(({ name, layer, shape }) => `model ${name} {
  input x: [${shape.join(', ')}]
  output y = x -> ${layer}
}`).join('\n\n'); // prettier-ignore

const examples = 3;
const wave = (count: number, of: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * of)); // prettier-ignore

interface Tensor {
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}
type Tensors = Readonly<Record<string, Tensor>>;

/** The output and the gradients by name. */
async function computed(
  net: TrainableModel,
  shape: readonly number[],
): Promise<ReadonlyMap<string, ArrayLike<number>>> {
  const whole = [examples, ...shape];
  const x = { data: wave(whole.reduce((a, b) => a * b, 1), 12.9898), shape: whole }; // prettier-ignore
  const pass = await net.forward({ x } as never, { training: true });
  const { y } = pass.outputs as unknown as { readonly y: Tensor };
  const values = await y.data();
  const { inputs, weights } = pass.backward({ y: { data: wave(values.length, 78.233), shape: [...y.shape] } } as never) as unknown as { readonly inputs: Tensors; readonly weights: Tensors }; // prettier-ignore
  const all = new Map([['y', values]]);
  for (const [name, tensor] of [...Object.entries(inputs), ...Object.entries(weights)]) {
    all.set(`d${name}`, await tensor.data());
    tensor.dispose();
  }
  y.dispose();
  return all;
}

/** Sums of some hundred products. */
const tolerance = 2e-5;

/** A line for each thing that is wrong. */
export async function convolutionProblems(
  models: ConvolutionModels,
  backend: BackendName,
  note: (text: string) => Promise<void>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name, layer, shape } of cases) {
    await note(`${name}: ${layer}`);
    const on = async (where: BackendName): Promise<ReadonlyMap<string, ArrayLike<number>>> => {
      const { backend: own } = await useBackend(where);
      const before = own.numDataIds();
      const net = await models[name]!.create({ seed: 5 });
      const all = await computed(net, shape);
      net.dispose();
      const left = own.numDataIds() - before;
      if (left !== 0)
        problems.push(`[${shape.join(', ')}] -> ${layer}: ${left} pieces of data stay behind on ${where}`);
      return all;
    };
    const expected = await on('cpu');
    const actual = await on(backend);
    if (expected.size < 2) problems.push(`${layer}: no gradients`);
    for (const [what, values] of expected) {
      const error = relativeError(values, actual.get(what)!);
      if (!(error <= tolerance)) problems.push(`[${shape.join(', ')}] -> ${layer}: ${what} is off by ${error.toPrecision(2)}`); // prettier-ignore
    }
  }
  return problems;
}
