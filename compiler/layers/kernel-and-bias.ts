/** What `Dense`, the convolutions and their kin share: a kernel, an optional bias, and how both are made and held in bounds. */
import type { LayerWeight } from '../definitions/define-layer.ts';
import {
  activation,
  bool,
  constraint,
  initializer,
  named,
  regularizer,
  type ValuesOf,
} from '../definitions/parameters.ts';
import type { Dim } from '../shapes/index.ts';

/** In Keras's order. */
export const kernelAndBiasParameters = {
  activation: activation({ doc: 'Applied to the result.', default: undefined }),
  useBias: bool({ doc: 'Add a learned offset to each unit or filter.', default: true }),
  kernelInitializer: initializer({ doc: 'Start values of the kernel.', default: named('glorotUniform') }),
  biasInitializer: initializer({ doc: 'Start values of the bias.', default: named('zeros') }),
  kernelRegularizer: regularizer({ doc: 'Penalty on the kernel, added to the loss.' }),
  biasRegularizer: regularizer({ doc: 'Penalty on the bias, added to the loss.' }),
  activityRegularizer: regularizer({ doc: 'Penalty on the result, a mean per example, added to the loss.' }),
  kernelConstraint: constraint({ doc: 'Applied to the kernel after each update.' }),
  biasConstraint: constraint({ doc: 'Applied to the bias after each update.' }),
};

type KernelAndBias = Omit<ValuesOf<typeof kernelAndBiasParameters>, 'activityRegularizer'>;

export const kernelAndBias = (
  p: KernelAndBias,
  kernel: readonly Dim[],
  bias: readonly Dim[],
): { readonly kernel: LayerWeight; readonly bias: LayerWeight | false } => ({
  kernel: { shape: kernel, initializer: p.kernelInitializer, regularizer: p.kernelRegularizer, constraint: p.kernelConstraint },
  bias: p.useBias && { shape: bias, initializer: p.biasInitializer, regularizer: p.biasRegularizer, constraint: p.biasConstraint },
}); // prettier-ignore
