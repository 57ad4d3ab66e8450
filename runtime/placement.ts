/** Puts checked inputs onto a device, and turns data into tensors that users own. */
import { type Tensor, engine } from '@tensorflow/tfjs-core';
import type { BoundaryRules, Checked } from './boundary.ts';
import type { Device } from './device.ts';
import { InputError } from './input-error.ts';
import { cast } from './kernels/unary.ts';
import type { Data, DType } from './program.ts';
import { requireRange, valuesAs } from './values.ts';

/** Data by name, and which of it was made here and must be disposed. */
export interface Placed {
  readonly data: Record<string, Data>;
  readonly made: readonly Data[];
}

/**
 * The inputs as data on the device: values are written, tensors used as they are or cast. To be called inside an `attempt`.
 * @throws InputError if a tensor holds values that do not fit the input.
 */
export function placed(device: Device, rules: BoundaryRules, inputs: readonly Checked[]): Placed {
  const data: Record<string, Data> = {};
  const made: Data[] = [];
  for (const input of inputs) {
    if (input.tensor === undefined) {
      made.push((data[input.name] = device.write(input.values, input.shape, input.spec.dtype)));
      continue;
    }
    const own = dataOf(input.tensor, input.shape);
    requireTensorValues(device, rules, input, input.tensor);
    if (own.dtype === input.spec.dtype) data[input.name] = own;
    else made.push((data[input.name] = cast(device, own, input.spec.dtype)));
  }
  return { data, made };
}

/** As a tensor that tfjs tracks and the user owns. */
export function tensorOf(device: Device, { dataId, shape, dtype }: Data): Tensor {
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype }, device.backend);
}

function dataOf({ dataId, dtype }: Tensor, shape: number[]): Data {
  if (dtype === 'string' || dtype === 'complex64')
    throw new InputError(`Tensors of dtype ${dtype} cannot be used; cast to float32.`);
  return { dataId, shape, dtype: dtype as DType };
}

/** What `checkBatch` does for arrays. WebGPU cannot read here; its kernels clamp indices. */
function requireTensorValues(
  device: Device,
  rules: BoundaryRules,
  { name, spec, shape }: Checked,
  tensor: Tensor,
): void {
  const ranges = rules.valueRequirements.filter((requirement) => requirement.tensor === name);
  const narrows =
    spec.dtype === 'int32' ? tensor.dtype === 'float32' : spec.dtype === 'bool' && tensor.dtype !== 'bool';
  if ((ranges.length === 0 && !narrows) || !device.readsSynchronously) return;
  const role = rules.tensors.find((named) => named.name === name)?.role ?? 'input';
  const problem = (message: string): InputError => new InputError(`${rules.model}: ${role} "${name}": ${message}.`);
  const values = valuesAs(spec.dtype, tensor.dataSync(), problem);
  for (const range of ranges)
    requireRange(values, shape, range, (text) => problem(`${text} (${rules.source}:${range.line})`));
}
