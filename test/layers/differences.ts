/** Gradients against central differences in double precision, for what tf has no gradient of or a wrong one. */
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { evaluated, gradients, someNumbers, someWeights, type Applied, type Values } from './harness.ts';
import { expectClose } from './tf-layers.ts';

const STEP = 1e-5;

const weighted = (output: NdArray, cotangent: NdArray): number =>
  output.data.reduce((sum, value, i) => sum + value * cotangent.data[i]!, 0);

/** The derivative by each element of one array; `at` puts a changed array in its place. */
function slopes(x: NdArray, at: (x: NdArray) => number): NdArray {
  const data = [...x.data].map((value, i) => {
    const moved = (by: number): NdArray => ndArray(x.shape, x.data.map((v, j) => (j === i ? value + by : v))); // prettier-ignore
    return (at(moved(STEP)) - at(moved(-STEP))) / (2 * STEP);
  });
  return ndArray(x.shape, data);
}

export function expectDifferences(applied: Applied, inputs: readonly NdArray[], about: string): void {
  const weights = someWeights(applied);
  const values: Values = { inputs, weights, precision: 'float64' };
  const outputs = applied.outputs.slice(0, 1);
  const cotangent = someNumbers(evaluated(outputs, values)[0]!.shape, 7);
  const lossAt = (changed: Partial<Values>): number => weighted(evaluated(outputs, { ...values, ...changed })[0]!, cotangent); // prettier-ignore
  const found = gradients(applied, values, cotangent);
  for (const [i, x] of inputs.entries()) {
    if (x.dtype !== 'float32') continue;
    const expected = slopes(x, (changed) => lossAt({ inputs: inputs.map((old, j) => (j === i ? changed : old)) }));
    expectClose(found.inputs[i] ?? ndArray(x.shape, x.data.map(() => 0)), expected, `${about} dx${i}`, 1e-5); // prettier-ignore
  }
  for (const [name, w] of Object.entries(weights)) {
    if (name.startsWith('moving') || name === 'vectorU') continue;
    const expected = slopes(w, (changed) => lossAt({ weights: { ...weights, [name]: changed } }));
    expectClose(found.weights[name]!, expected, `${about} d${name}`, 1e-5);
  }
}
