/**
 * Tensor graph → tensor graph with gradients.
 */
export { differentiate } from './differentiate.ts';
