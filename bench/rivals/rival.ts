/**
 * What is compared, and with whom. A subject is one network with its weights and one batch of data, asked or trained; a rival
 * makes its own of it. Every rival is one file that exports one of these.
 */
import type { Network } from './model-graph.ts';

export interface Subject {
  readonly network: Network;
  /** The tfjs backend of those that run on tfjs. */
  readonly backend: 'wasm' | 'cpu';
  readonly x: Float32Array<ArrayBuffer>;
  /** Of `x`, with the batch axis. */
  readonly shape: readonly number[];
}

/** Training on one batch, again and again. */
export interface TrainingSubject extends Subject {
  readonly optimizer: { readonly name: 'sgd' | 'adam'; readonly learningRate: number };
  readonly loss: 'sparseCategoricalCrossentropy' | 'meanSquaredError';
  /** Class numbers, or values in the shape of the output. */
  readonly target: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}

/** A rival at the start: its network is built, its weights are the subject's. */
export interface Prepared {
  /** Answers, from typed array to typed array; of a training step the loss before it, alone. */
  readonly run: () => Promise<ArrayLike<number>>;
  /** Milliseconds of one run, the mean of so many, by a clock of its own: for those in another process. */
  readonly timed?: (times: number) => Promise<number>;
  /** Where it runs, if not where the subject says. */
  readonly on?: string;
  dispose(): void;
}

/** Why a rival is not there, as a sentence. */
export interface Absent {
  readonly absent: string;
}

export interface Rival {
  readonly name: string;
  /** A member is missing where the rival cannot do that at all. */
  readonly predict?: (subject: Subject) => Promise<Prepared | Absent>;
  readonly step?: (subject: TrainingSubject) => Promise<Prepared | Absent>;
}

/** Under which ours stands among them. */
export const ownName = 'nnlang';

export const isAbsent = (prepared: Prepared | Absent): prepared is Absent => 'absent' in prepared;
