/** What is measured: networks of `networks.nn` and `models.nn`, asked for one example or trained on one batch, and what is wanted of each. */
import { Encoder, MobileNet, Recurrent, ResNet50 } from './generated/models.js';
import { Cnn, Mlp, MlpSgd, Small, SmallCnn, SmallMobileNet } from './generated/networks.js';
import { networkOf, sizesOf } from './rivals/model-graph.ts';
import type { Subject, TrainingSubject } from './rivals/rival.ts';

/** A live network of ours, whatever its type. */
interface Living {
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[]; data(): Promise<unknown> }>>;
  run(x: Float32Array): Promise<ArrayLike<number>>;
  dispose(): void;
}
interface Trainable extends Living {
  trainStep(batch: never): Promise<{ readonly loss: number }>;
}
interface Creates<Net> {
  create(options: { readonly seed: number }): Promise<Net>;
}

/** How often faster than another it is to be; below 1, how much slower it may be. */
export interface Aim {
  readonly than: string;
  readonly ratio: number;
}

interface WorkBase {
  readonly name: string;
  readonly backend: 'wasm' | 'cpu';
  readonly aims: readonly Aim[];
  /** In which table it stands. */
  readonly table: 'small' | 'models' | 'training';
}
export interface Prediction extends WorkBase {
  readonly does: 'predict';
  readonly start: () => Promise<{ readonly net: Living; readonly subject: Subject }>;
}
export interface Step extends WorkBase {
  readonly does: 'step';
  readonly start: () => Promise<{ readonly net: Trainable; readonly subject: TrainingSubject; readonly targetName: string }>; // prettier-ignore
}
export type Work = Prediction | Step;

const noise = (count: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) / 2);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const thanLayers = (ratio: number | undefined): readonly Aim[] =>
  ratio === undefined ? [] : [{ than: 'tf.layers', ratio }];

/** Where a network is declared: its class has no name that survives a bundler, so it is told. */
interface Declared<Net> {
  readonly file: 'networks.nn' | 'models.nn';
  readonly model: string;
  readonly net: Creates<Net>;
}

function prediction(name: string, backend: WorkBase['backend'], { file, model, net }: Declared<Living>, aims: readonly Aim[]): Prediction {
  const start = async () => {
    const made = await net.create({ seed: 1 });
    const network = await networkOf(file, model, made);
    const shape = [1, ...sizesOf(network.graph.inputs[0]!.node.outputs[0]!.shape)];
    return { net: made, subject: { network, backend, x: noise(sizeOf(shape)), shape } };
  };
  return { does: 'predict', name, backend, aims, start, table: file === 'models.nn' ? 'models' : 'small' };
} // prettier-ignore

type Training = Pick<TrainingSubject, 'optimizer'> & { readonly batch: number };

function step(name: string, { file, model, net }: Declared<Trainable>, { batch, optimizer }: Training, aims: readonly Aim[]): Step {
  const start = async () => {
    const made = await net.create({ seed: 1 });
    const network = await networkOf(file, model, made);
    const shape = [batch, ...sizesOf(network.graph.inputs[0]!.node.outputs[0]!.shape)];
    const outputs = [batch, ...sizesOf(network.graph.outputs[0]!.value.type.shape)];
    const isClassifier = outputs.length === 2;
    const target = isClassifier ? Int32Array.from({ length: batch }, (_, i) => i % outputs[1]!) : noise(sizeOf(outputs));
    const loss = isClassifier ? 'sparseCategoricalCrossentropy' : 'meanSquaredError';
    const subject = { network, backend: 'wasm', x: noise(sizeOf(shape)), shape, target, loss, optimizer } as const;
    return { net: made, subject, targetName: isClassifier ? 'label' : 't' };
  };
  return { does: 'step', name, backend: 'wasm', aims, start, table: 'training' };
} // prettier-ignore

const small = { file: 'networks.nn', model: 'Small', net: Small } as const;
const mlp = { file: 'networks.nn', model: 'Mlp', net: Mlp } as const;
const mlpSgd = { file: 'networks.nn', model: 'MlpSgd', net: MlpSgd } as const;
const smallCnn = { file: 'networks.nn', model: 'SmallCnn', net: SmallCnn } as const;
const cnn = { file: 'networks.nn', model: 'Cnn', net: Cnn } as const;
const mobileNet = { file: 'models.nn', model: 'MobileNet', net: MobileNet } as const;
const resNet50 = { file: 'models.nn', model: 'ResNet50', net: ResNet50 } as const;
const smallMobileNet = { file: 'networks.nn', model: 'SmallMobileNet', net: SmallMobileNet } as const;
const encoder = { file: 'models.nn', model: 'Encoder', net: Encoder } as const;
const recurrent = { file: 'models.nn', model: 'Recurrent', net: Recurrent } as const;

const sgd = { name: 'sgd', learningRate: 0.01 } as const;
const adam = { name: 'adam', learningRate: 0.001 } as const;
/** Ahead of everything on wasm. */
const ahead = ['tf.layers', 'GraphModel', 'onnxruntime-web'].map((than) => ({ than, ratio: 1 }));

export const works: readonly Work[] = [
  prediction('MLP 4-16-16-3', 'wasm', small, thanLayers(20)),
  prediction('MLP 784-128-64-10', 'wasm', mlp, thanLayers(6.5)),
  prediction('CNN 28×28, 8 and 16 filters', 'wasm', smallCnn, thanLayers(3.8)),
  prediction('CNN 28×28, 32 and 64 filters', 'wasm', cnn, []),
  prediction('MLP 4-16-16-3', 'cpu', small, thanLayers(20)),
  prediction('MLP 784-128-64-10', 'cpu', mlp, thanLayers(1.8)),
  prediction('MobileNet, 224×224', 'wasm', mobileNet, [...thanLayers(1.6), { than: 'onnxruntime-web', ratio: 1 }]),
  prediction('ResNet-50, 224×224', 'wasm', resNet50, ahead),
  prediction('encoder: 6 layers, 128 positions, 256 features, 8 heads', 'wasm', encoder, ahead),
  prediction('LSTM of 128 units over 100 steps', 'wasm', recurrent, ahead),
  step('MLP 784-128-64-10, batch 32, sgd', mlpSgd, { batch: 32, optimizer: sgd }, thanLayers(6)),
  step('MLP 784-128-64-10, batch 32, adam', mlp, { batch: 32, optimizer: adam }, []),
  step('CNN 28×28, 32 and 64 filters, batch 64, adam', cnn, { batch: 64, optimizer: adam }, [...thanLayers(350), { than: 'PyTorch, native', ratio: 1 / 3 }]),
  step('encoder: 6 layers, 128 positions, 256 features, 8 heads, batch 4, adam', encoder, { batch: 4, optimizer: adam }, [{ than: 'tfjs by hand', ratio: 3 }]),
  step('LSTM of 128 units over 100 steps, batch 32, adam', recurrent, { batch: 32, optimizer: adam }, thanLayers(3)),
]; // prettier-ignore

/** Taken apart by `bench:profile` only. */
export const profiledWorks: readonly Work[] = [
  step('MobileNet, 96×96, batch 16, adam', smallMobileNet, { batch: 16, optimizer: adam }, []),
];
