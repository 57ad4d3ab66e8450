/**
 * The first values of weights, by Keras's names and formulas. A function of the seed, the weight's path and the initializer alone: the same
 * on every backend, and adding a weight changes no other.
 */
import type { InitializerSpec } from '../program.ts';
import { type DrawKey, Purpose, normalNumbers, uniformNumbers } from '../random/draws.ts';
import { orthogonal } from './orthogonal.ts';
import { truncatedNormalNumbers } from './truncated-normal.ts';

type Floats = Float32Array<ArrayBuffer>;
type Rule = (shape: readonly number[], read: Arguments, key: DrawKey) => Floats;
interface Arguments {
  number(name: string, fallback: number): number;
  text(name: string, fallback: string): string;
}

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The standard deviation of a standard normal number that is drawn again beyond ±2. */
const truncatedDeviation = 0.87962566103423978;

const scaling =
  (scale: number, mode: Mode, distribution: string): Rule =>
  (shape, _read, key) =>
    varianceScaling(shape, scale, mode, distribution, key);

const rules: Readonly<Record<string, Rule>> = {
  zeros: (shape) => new Float32Array(count(shape)),
  ones: (shape) => new Float32Array(count(shape)).fill(1),
  constant: (shape, read) => new Float32Array(count(shape)).fill(read.number('value', 0)),
  glorotUniform: scaling(1, 'fanAvg', 'uniform'),
  glorotNormal: scaling(1, 'fanAvg', 'truncatedNormal'),
  heUniform: scaling(2, 'fanIn', 'uniform'),
  heNormal: scaling(2, 'fanIn', 'truncatedNormal'),
  lecunUniform: scaling(1, 'fanIn', 'uniform'),
  lecunNormal: scaling(1, 'fanIn', 'truncatedNormal'),
  varianceScaling: (shape, read, key) =>
    varianceScaling(
      shape,
      read.number('scale', 1),
      read.text('mode', 'fanIn'),
      read.text('distribution', 'truncatedNormal'),
      key,
    ),
  randomUniform: (shape, read, key) => uniform(shape, read.number('minval', -0.05), read.number('maxval', 0.05), key),
  randomNormal: (shape, read, key) => normal(shape, read.number('mean', 0), read.number('stddev', 0.05), key),
  truncatedNormal: (shape, read, key) => truncated(shape, read.number('mean', 0), read.number('stddev', 0.05), key),
  orthogonal: (shape, read, key) => orthogonal(shape, read.number('gain', 1), key),
  identity: (shape, read) => identityMatrix(shape, read.number('gain', 1)),
};

/** What layers ask for that Keras has no name for. */
const ownRules: Readonly<Record<string, Rule>> = {
  // A vector of four gates (input, forget, candidate, output): ones for the forget gate, the others by the rule `others`.
  unitForgetBias: ([size = 0], read, key) => {
    const units = size / 4;
    const others = rules[read.text('others', 'zeros')]!([3 * units], read, key);
    const bias = new Float32Array(size).fill(1);
    bias.set(others.subarray(0, units));
    bias.set(others.subarray(units), 2 * units);
    return bias;
  },
};

/** Keras's names, all of which `initialValues` knows. */
export const initializerNames: readonly string[] = Object.keys(rules);

/**
 * Row-major first values of a weight.
 * @throws Error for an unknown initializer or a missing rank; the compiler never emits one.
 */
export function initialValues(
  path: string,
  shape: readonly number[],
  initializer: InitializerSpec,
  seed: number,
): Floats {
  const table = Object.hasOwn(rules, initializer.name) ? rules : ownRules;
  const rule = Object.hasOwn(table, initializer.name) ? table[initializer.name] : undefined;
  if (rule === undefined) throw new Error(`Weight ${path}: there is no initializer '${initializer.name}'.`);
  return rule(shape, argumentsOf(initializer), { seed, step: 0, use: hashOf(path) });
}

type Mode = 'fanIn' | 'fanOut' | 'fanAvg';

/**
 * How many values go into and come out of one element, as Keras counts: the last two axes are channels in and out, those before a window.
 * Keras 3, `initializers/random_initializers.py`, `compute_fans`.
 */
export function fansOf(shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0]!, fanOut: shape[0]! };
  const window = count(shape.slice(0, -2));
  return { fanIn: shape.at(-2)! * window, fanOut: shape.at(-1)! * window };
}

/** Variance `scale / fan`. He et al. 2015, Glorot and Bengio 2010, LeCun et al. 1998 are cases of it. */
function varianceScaling(
  shape: readonly number[],
  scale: number,
  mode: string,
  distribution: string,
  key: DrawKey,
): Floats {
  const { fanIn, fanOut } = fansOf(shape);
  const fan = mode === 'fanOut' ? fanOut : mode === 'fanAvg' ? (fanIn + fanOut) / 2 : fanIn;
  const variance = scale / Math.max(1, fan);
  if (distribution === 'uniform') {
    const limit = Math.sqrt(3 * variance);
    return uniform(shape, -limit, limit, key);
  }
  if (distribution === 'untruncatedNormal') return normal(shape, 0, Math.sqrt(variance), key);
  return truncated(shape, 0, Math.sqrt(variance) / truncatedDeviation, key);
}

function uniform(shape: readonly number[], low: number, high: number, key: DrawKey): Floats {
  return uniformNumbers(count(shape), key, Purpose.initializer).map((x) => low + (high - low) * x);
}

function normal(shape: readonly number[], mean: number, deviation: number, key: DrawKey): Floats {
  return normalNumbers(count(shape), key, Purpose.initializer).map((x) => mean + deviation * x);
}

function truncated(shape: readonly number[], mean: number, deviation: number, key: DrawKey): Floats {
  return truncatedNormalNumbers(count(shape), key).map((x) => mean + deviation * x);
}

function identityMatrix(shape: readonly number[], gain: number): Floats {
  if (shape.length !== 2) throw new Error(`The identity initializer needs a matrix, not shape [${shape.join(', ')}].`);
  const values = new Float32Array(count(shape));
  for (let i = 0; i < Math.min(shape[0]!, shape[1]!); i++) values[i * shape[1]! + i] = gain;
  return values;
}

function argumentsOf(initializer: InitializerSpec): Arguments {
  return {
    number: (name, fallback) => {
      const value = initializer[name];
      return typeof value === 'number' ? value : fallback;
    },
    text: (name, fallback) => {
      const value = initializer[name];
      return typeof value === 'string' ? value : fallback;
    },
  };
}

/** 32 bits of a path: FNV-1a over its UTF-16 units, then the finalizer of MurmurHash3 to spread short paths. */
export function hashOf(path: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
