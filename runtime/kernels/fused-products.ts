/** Matrix products fused with bias and activation. Each returns new data. */
import { type Activation, activationAttributes, asMadeWithThisShape } from './fused.ts';
import { denseOnCpu } from './on-cpu.ts';
import { withRightOperand } from './right-operand.ts';
import { reshape } from './sizes.ts';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

export interface FusedAttributes {
  readonly activation?: Activation;
  /** The slope of `leakyrelu` below 0. */
  readonly alpha?: number;
}

/** activation(a · b + bias): [m, k] × [k, n] + [n] → [m, n]. */
export function fusedMatMul(
  d: Device,
  a: Data,
  b: Data,
  bias: Data | undefined,
  attributes: FusedAttributes = {},
): Data {
  if (d.name === 'cpu') return denseOnCpu(d, a, b, bias, attributes.activation ?? 'linear', attributes.alpha ?? 0.2);
  const own = d.productWith(b, a.shape[0]!, b.shape[1]!)?.(d, a, b, bias, attributes.activation);
  if (own !== undefined) return own;
  const activation = activationAttributes(attributes.activation, attributes.alpha);
  // The kernels read axes 1 and 2 of operands of rank 3.
  const wide = reshape(a, [1, a.shape[0]!, a.shape[1]!]);
  const product = withRightOperand(d, reshape(b, [1, b.shape[0]!, b.shape[1]!]), (right) =>
    d.run(
      '_FusedMatMul',
      { a: wide, b: right, bias: asMadeWithThisShape(d, bias) },
      { transposeA: false, transposeB: false, ...activation },
    ),
  );
  return reshape(product, [a.shape[0]!, b.shape[1]!]);
}
