/** `nnlang/runtime/worker`: what the class `DigitsWorker` of a `digits.nn` is made of, on the page's side. */
export {
  type CreateInWorkerOptions,
  type LoadInWorkerOptions,
  type WorkerOptions,
  ModelWorker,
  TrainableModelWorker,
  createInWorker,
  loadInWorker,
  resumeInWorker,
} from './model-worker.ts';
