/** Inputs in every form that there is. In bundles without tensors a script of its own. */
export { checkBatch } from './boundary.ts';
export { inputRecord } from './input-record.ts';
