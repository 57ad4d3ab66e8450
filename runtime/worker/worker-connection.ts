/** A worker as the page sees it: calls with numbers, answers to what running calls ask for, failure when the worker dies. */
import { type Callbacks } from '../callbacks.ts';
import { type Method, type Start, type ToPage, type ToWorker, callbackNames, errorOf, failureOf } from './messages.ts'; // prettier-ignore

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whose callbacks the call calls back. */
  readonly heard?: readonly Callbacks<never>[];
  /** What gives batches, where that cannot be sent. */
  readonly data?: unknown;
  readonly validationData?: unknown;
  readonly shouldStop?: () => boolean;
  /** Hears of each step of `training`, and says when the next is wanted, or none. */
  readonly onStep?: (step: unknown) => Promise<{ readonly stop: boolean }>;
}

interface Call extends CallOptions {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly streams: Map<string, AsyncIterator<unknown> | Iterator<unknown>>;
}

export class WorkerConnection {
  readonly #worker: Worker;
  readonly #calls = new Map<number, Call>();
  #count = 0;
  #closed: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<ToPage>) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(new Error(`The worker of the network has failed: ${event.message || 'its script could not be loaded'}.`)); // prettier-ignore
    });
    worker.addEventListener('messageerror', () => this.#fail(new Error('The worker of the network sent what cannot be read.'))); // prettier-ignore
  }

  start(start: Start): Promise<unknown> {
    return this.#ask({}, (id) => this.#post({ kind: 'start', id, start }));
  }

  /** Runs a method of the network. Functions and iterables of `fit` stay here. */
  call(method: Method, args: readonly unknown[], options: CallOptions = {}): Promise<unknown> {
    const { signal } = options;
    return this.#ask(options, (id) => {
      const aborted = signal?.aborted ? failureOf(signal.reason) : undefined;
      this.#post({ kind: 'call', id, method, args: withFlags(args, options), aborted });
      signal?.addEventListener('abort', () => this.#abort(id, signal), { once: true });
    });
  }

  close(): void {
    this.#worker.terminate();
    this.#fail(new Error('The network in the worker has been disposed.'));
  }

  #abort(id: number, signal: AbortSignal): void {
    if (this.#calls.has(id)) this.#post({ kind: 'abort', id, reason: failureOf(signal.reason) });
  }

  #ask(options: CallOptions, post: (id: number) => void): Promise<unknown> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { ...options, resolve, reject, streams: new Map() });
      try {
        post(id);
      } catch (error) {
        // What cannot be sent: a function among the options, say.
        this.#calls.delete(id);
        reject(error);
      }
    });
  }

  #post(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    this.#worker.postMessage(message);
  }

  #hear(message: ToPage): void {
    if (message.kind === 'ready') return;
    if (message.kind === 'asked') {
      const call = this.#calls.get(message.call);
      const { id } = message;
      void (call ? answerOf(call, message.name, message.args) : Promise.reject(new Error('This call has ended.'))).then(
        (value) => this.#post({ kind: 'answer', id, value }),
        (error: unknown) => this.#post({ kind: 'answer', id, failure: failureOf(error) }),
      );
      return;
    }
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if (!call) return;
    for (const stream of call.streams.values()) void stream.return?.();
    if (message.kind === 'done') call.resolve(message.value);
    else call.reject(errorOf(message.failure));
  }

  #fail(error: Error): void {
    this.#closed ??= error;
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}

/** The options of `fit` with a flag for each callback that somebody has. */
function withFlags(args: readonly unknown[], { heard }: CallOptions): readonly unknown[] {
  if (!heard) return args;
  const [data, options] = args as [unknown, Record<string, unknown>];
  const wanted = callbackNames.filter((name) => heard.some((callbacks) => callbacks[name] !== undefined));
  const silent = Object.fromEntries(callbackNames.map((name) => [name, undefined]));
  return [data, { ...options, ...silent, ...Object.fromEntries(wanted.map((name) => [name, true])) }];
}

/** What a running call asks for: that callbacks run, or its next batch. */
async function answerOf(call: Call, name: string, args: readonly unknown[]): Promise<unknown> {
  const [source, what] = name.split('.') as [string, string | undefined];
  if (what === 'begin') return begun(call, source);
  if (what === 'next') return nextBatch(call, source);
  if (name === 'step') return { ...(await call.onStep!(args[0])), finish: call.shouldStop?.() ?? false };
  for (const callbacks of call.heard ?? [])
    await (callbacks as Readonly<Record<string, ((...all: readonly unknown[]) => unknown) | undefined>>)[name]?.(...args); // prettier-ignore
  return { stop: call.shouldStop?.() ?? false };
}

async function begun(call: Call, source: string): Promise<void> {
  const given = source === 'data' ? call.data : call.validationData;
  const data: unknown = typeof given === 'function' ? given() : given;
  if (typeof data !== 'object' || data === null) throw new TypeError('The data gives no batches.');
  if (Symbol.asyncIterator in data) call.streams.set(source, (data as AsyncIterable<unknown>)[Symbol.asyncIterator]());
  else if (Symbol.iterator in data) call.streams.set(source, (data as Iterable<unknown>)[Symbol.iterator]());
  else call.streams.set(source, await (data as { iterator(): Promise<AsyncIterator<unknown>> }).iterator());
}

async function nextBatch(call: Call, source: string): Promise<unknown> {
  const stream = call.streams.get(source);
  if (!stream) throw new Error('The data has not begun.');
  const { done, value } = await stream.next();
  return done ? { done: true, value: undefined } : { done: false, value };
}
