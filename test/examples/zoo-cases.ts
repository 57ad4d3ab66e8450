/** The models of the zoo, narrowed so that tests can run them. */
import { readFileSync } from 'node:fs';

export interface ZooCase {
  readonly file: string;
  readonly models: readonly string[];
  /** Replacements that narrow the model without changing how it is built. */
  readonly narrower?: readonly (readonly [string, string])[];
}

export const zooCases: readonly ZooCase[] = [
  { file: 'iris-mlp.nn', models: ['Iris'] },
  { file: 'lenet5.nn', models: ['LeNet5'] },
  { file: 'mnist-cnn.nn', models: ['Digits'] },
  { file: 'siamese.nn', models: ['Siamese'] },
  { file: 'vae.nn', models: ['VAE'] },
  { file: 'dcgan.nn', models: ['Generator', 'Discriminator'], narrower: [['filters = 64', 'filters = 4']] },
  { file: 'multi-input.nn', models: ['Tickets'], narrower: [['vocab = 10_000', 'vocab = 20'], ['LSTM(128)', 'LSTM(6)']] },
  { file: 'lstm-text-classifier.nn', models: ['Sentiment'], narrower: [['20_000', '20'], ['dim = 128, units = 64', 'dim = 6, units = 4']] },
  { file: 'gpt2-small.nn', models: ['GPT2'], narrower: [['50_257, context = 1024, dim = 768, heads = 12, depth = 12', '31, context = 16, dim = 8, heads = 2, depth = 2'], ['GPT2(dim: 1024, heads: 16, depth: 24)', 'GPT2(dim: 12)'], ['GPT2(dim: 1280, heads: 20, depth: 36)', 'GPT2(dim: 16)']] },
  { file: 'unet.nn', models: ['UNetAny'], narrower: [['filters = 64', 'filters = 2'], ['[256, 256, 1]', '[32, 32, 1]'], ['classes = 21', 'classes = 3']] },
  { file: 'mobilenet-v2.nn', models: ['MobileNetV2'], narrower: [['224, 224, 3', '32, 32, 3'], ['classes = 1000', 'classes = 4'], ['(64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)', '(64, 1, 2)'], ['1280', '32']] },
  { file: 'resnet50.nn', models: ['ResNet50'], narrower: [['224, 224, 3', '32, 32, 3'], ['classes = 1000', 'classes = 4'], ['(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)', '(8, 2, 1), (16, 2, 2)']] },
]; // prettier-ignore

/** Of models that leave some open. */
export const zooSizes: Readonly<Record<string, number>> = { h: 32, w: 32, seq: 5, length: 4, m: 3, n: 6 };

export const zooFolder = new URL('../cases/zoo/', import.meta.url).pathname;

export function narrowed({ file, narrower = [] }: ZooCase): string {
  const text = readFileSync(zooFolder + file, 'utf8');
  return narrower.reduce((narrow, [from, to]) => {
    if (!narrow.includes(from)) throw new Error(`${file} has no ${from}.`);
    return narrow.replaceAll(from, to);
  }, text);
}
