/** What a page and a worker with networks in it say to each other. */
import type { BackendName, BackendOptions } from '../backends.ts';

/** How a network in a worker comes about. */
export interface Start {
  readonly model: string;
  readonly how: 'create' | 'load' | 'resume';
  readonly backend: BackendName | 'auto' | undefined;
  readonly backendOptions: BackendOptions | undefined;
  /** Of `load`, `resume` and `create({ from })`. */
  readonly weights: { readonly bytes: Uint8Array; readonly name: string } | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The methods that run in the worker. */
export type Method = 'run' | 'warmUp' | 'fit' | 'training' | 'evaluate' | 'trainStep' | 'toBytes' | 'checkpoint' | 'save' | 'setWeights' | 'weights' | 'freeze' | 'unfreeze' | 'setLearningRate' | 'resetOptimizer'; // prettier-ignore

export type ToWorker =
  | { readonly kind: 'start'; readonly id: number; readonly start: Start }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: Method;
      readonly args: readonly unknown[];
      /** Why it has been given up before it begins. */ readonly aborted?: Failure | undefined;
    }
  | { readonly kind: 'abort'; readonly id: number; readonly reason: Failure }
  /** A callback has come to its end, or a batch that was asked for. */
  | { readonly kind: 'answer'; readonly id: number; readonly value?: unknown; readonly failure?: Failure };

export type ToPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }
  /** A callback of a running call, the wish for its next batch, or to go on after a step; the page answers. */
  | { readonly kind: 'asked'; readonly id: number; readonly call: number; readonly name: string; readonly args: readonly unknown[] }; // prettier-ignore

/** An error, as it can be sent. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  /** Of an aborted training: the epochs that were finished. */
  readonly history?: unknown;
}

/** In place of functions and iterables, which cannot be sent. */
export interface Streamed {
  readonly nnlang: 'stream';
}

export const isStreamed = (value: unknown): value is Streamed =>
  typeof value === 'object' && value !== null && (value as Partial<Streamed>).nnlang === 'stream';

export const callbackNames = ['onTrainBegin', 'onEpochBegin', 'onBatchBegin', 'onBatchEnd', 'onTestBegin', 'onTestEnd', 'onEpochEnd', 'onTrainEnd'] as const; // prettier-ignore

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack, ...('history' in error ? { history: error.history } : {}) };
}

/** The error on the other side, with the name and text of the first. */
export function errorOf({ name, message, stack, history }: Failure): Error {
  const error = Object.assign(new Error(message), history === undefined ? {} : { history });
  Object.defineProperty(error, 'name', { value: name, configurable: true });
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** The memory of arrays that the sender gives away. */
export function transferable(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    // A view of a part is copied, for the rest would go with it.
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else if (Array.isArray(value)) for (const element of value) transferable(element, found);
  else if (typeof value === 'object' && value !== null)
    for (const element of Object.values(value)) transferable(element, found);
  return [...found];
}
