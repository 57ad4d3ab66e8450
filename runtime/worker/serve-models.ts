/**
 * In a worker: makes the network that the page asks for and runs its methods. One worker has one network. Calls may
 * overlap: while `fit` trains, `run` answers between two of its steps.
 */
import { type BackendName, useBackend } from '../backends.ts';
import type { AnyModel } from '../create.ts';
import { type Failure, type Method, type Start, type ToPage, type ToWorker, callbackNames, errorOf, failureOf, isStreamed, transferable } from './messages.ts'; // prettier-ignore

/** The statics of an emitted class. */
export interface ServedClass {
  create(options?: object): Promise<AnyModel>;
  load(source: Blob, options?: object): Promise<AnyModel>;
  resume(source: Blob): Promise<AnyModel>;
}

/** The global scope of a worker, as far as it is needed. */
export interface WorkerScope {
  postMessage(message: ToPage, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: ToWorker }) => void): void;
}

type Calls = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** Listens to the page. `models`: the classes of a `.nn` file by name. */
export function serveModels(
  models: Readonly<Record<string, ServedClass>>,
  scope = globalThis as unknown as WorkerScope,
): void {
  // prettier-ignore
  const server = new Server(models, scope);
  scope.addEventListener('message', ({ data }) => server.hear(data));
  scope.postMessage({ kind: 'ready' }, []);
}

class Server {
  readonly #models: Readonly<Record<string, ServedClass>>;
  readonly #scope: WorkerScope;
  readonly #running = new Map<number, AbortController>();
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #asked = 0;
  #model: AnyModel | undefined;

  constructor(models: Readonly<Record<string, ServedClass>>, scope: WorkerScope) {
    this.#models = models;
    this.#scope = scope;
  }

  hear(message: ToWorker): void {
    switch (message.kind) {
      case 'start':
        return this.#answer(message.id, this.#start(message.start));
      case 'call':
        return this.#answer(message.id, this.#call(message));
      case 'abort':
        return this.#running.get(message.id)?.abort(errorOf(message.reason));
      case 'answer': {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        return message.failure ? waiting?.reject(errorOf(message.failure)) : waiting?.resolve(message.value);
      }
    }
  }

  #answer(id: number, work: Promise<unknown>): void {
    const failed = (failure: Failure): void => this.#scope.postMessage({ kind: 'failed', id, failure }, []);
    work.then(
      (value) => this.#scope.postMessage({ kind: 'done', id, value }, transferable(value)),
      (error: unknown) => failed(failureOf(error)),
    );
  }

  async #start({ model, how, backend, backendOptions, weights, options }: Start): Promise<unknown> {
    const served = this.#models[model];
    if (!served) throw new Error(`The worker has no model ${model}.`);
    if (backend !== undefined || backendOptions) await useBackend(backend ?? 'auto', backendOptions);
    const file = weights && new File([weights.bytes as BlobPart], weights.name);
    this.#model =
      how === 'create' ? await served.create({ ...options, ...(file ? { from: file } : {}) })
      : how === 'load' ? await served.load(file!, options)
      : await served.resume(file!); // prettier-ignore
    const { device, seed, loaded } = this.#model;
    return { backend: device.name as BackendName, seed, loaded };
  }

  async #call({ id, method, args, aborted }: Extract<ToWorker, { kind: 'call' }>): Promise<unknown> {
    const model = this.#model;
    if (!model) throw new Error('The network in the worker has not been made yet.');
    const control = new AbortController();
    if (aborted) control.abort(errorOf(aborted));
    this.#running.set(id, control);
    try {
      return await this.#result(model, id, method, args, control.signal);
    } finally {
      this.#running.delete(id);
    }
  }

  #result(model: AnyModel, id: number, method: Method, args: readonly unknown[], signal: AbortSignal): unknown {
    if (method === 'weights') return readWeights(model, args[0] as string);
    if (method === 'setLearningRate') return void Object.assign(model, { learningRate: args[0] });
    const given = args.map((arg) => this.#revived(arg, id));
    if (method === 'fit' || method === 'training') {
      const [data, options] = given as [unknown, Record<string, unknown>];
      const result = (model as unknown as Calls)[method]!(data, { ...this.#withCallbacks(model, options, id), signal });
      return method === 'fit' ? result : this.#steps(model, result as AsyncGenerator<unknown>, id);
    }
    return (model as unknown as Calls)[method]!(...given);
  }

  /** Takes a step when the page asks for it; gives the history, or nothing where the page wants no more. */
  async #steps(model: AnyModel, steps: AsyncGenerator<unknown>, call: number): Promise<unknown> {
    try {
      for (;;) {
        const { done, value } = await steps.next();
        if (done) return value;
        const { stop, finish } = (await this.#ask(call, 'step', [value])) as { readonly stop: boolean; readonly finish: boolean }; // prettier-ignore
        if (stop) return undefined;
        if (finish) Object.assign(model, { stopTraining: true });
      }
    } finally {
      await steps.return(undefined);
    }
  }

  /** In place of what could not be sent: batches that the page is asked for one by one. */
  #revived(value: unknown, call: number, name = 'data'): unknown {
    if (!isStreamed(value)) return value;
    const ask = (what: string): Promise<unknown> => this.#ask(call, what, []);
    return async function* batches(): AsyncGenerator<unknown> {
      await ask(`${name}.begin`);
      for (;;) {
        const { done, value: batch } = (await ask(`${name}.next`)) as { done: boolean; value: unknown };
        if (done) return;
        yield batch;
      }
    };
  }

  #withCallbacks(model: AnyModel, options: Readonly<Record<string, unknown>>, call: number): Record<string, unknown> {
    const complete = { ...options };
    complete['validationData'] &&= this.#revived(options['validationData'], call, 'validationData');
    for (const name of callbackNames) {
      if (options[name] !== true) continue;
      complete[name] = async (...args: readonly unknown[]) => {
        const { stop } = (await this.#ask(call, name, args)) as { readonly stop?: boolean };
        if (stop) Object.assign(model, { stopTraining: true });
      };
    }
    return complete;
  }

  #ask(call: number, name: string, args: readonly unknown[]): Promise<unknown> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#scope.postMessage({ kind: 'asked', id, call, name, args }, []);
    });
  }
}

async function readWeights(model: AnyModel, path: string): Promise<unknown> {
  const view = (model.weights as Readonly<Record<string, { data(): Promise<unknown> }>>)[path];
  if (!view) throw new Error(`There is no weight ${path}.`);
  return view.data();
}
