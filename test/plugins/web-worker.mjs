// Loaded before a script: `Worker` as browsers have it, over Node's threads; and in such a thread what a worker's script finds there.
import { Worker as Thread, isMainThread, parentPort } from 'node:worker_threads';

if (isMainThread) {
  globalThis.Worker = class {
    #thread;
    constructor(url) {
      this.#thread = new Thread(new URL(url), { execArgv: ['--import', import.meta.url] });
    }
    addEventListener(type, listener) {
      if (type === 'message') this.#thread.on('message', (data) => listener({ data }));
      if (type === 'error') this.#thread.on('error', ({ message }) => listener({ message, preventDefault: () => {} }));
    }
    postMessage(message, transfer) {
      this.#thread.postMessage(message, transfer);
    }
    terminate() {
      void this.#thread.terminate();
    }
  };
} else {
  globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
  globalThis.addEventListener = (type, listener) => type === 'message' && parentPort.on('message', (data) => listener({ data }));
} // prettier-ignore
