/** How many examples are computed at once where the caller does not say: large predictions go by parts, so that what lies between the layers takes no more than for one. */
import type { BoundaryRules, Checked, CheckedBatch } from './boundary.ts';
import type { Device, Values } from './device.ts';
import type { Program } from './program.ts';
import { bytesOf } from './plans/values-of.ts';

/** As in Keras. */
const fewestExamples = 32;
/** Of inputs: with fewer in a part, calls count more than numbers; with fewer in all, little is gained. */
const fewestBytes = { part: 64 * 1024, all: 512 * 1024 };

export interface Divisible extends Pick<Program, 'undivided'> {
  readonly rules: Pick<BoundaryRules, 'valueRequirements'>;
}

/** The number of examples in each part but the last; all where they are few. On graphics cards a part more costs more than memory is worth. */
export function partSize(device: Device, { undivided, rules }: Divisible, { inputs, size }: CheckedBatch): number {
  if (undivided === true || !device.readsAtOnce || size < 2 * fewestExamples) return size;
  if (!inputs.every((input) => canBeCut(input, rules))) return size;
  const bytes = inputs.reduce((sum, { shape, spec }) => sum + shape.slice(1).reduce((a, b) => a * b, bytesOf[spec.dtype]), 0);
  const most = Math.max(fewestExamples, Math.ceil(fewestBytes.part / Math.max(1, bytes)));
  return size < 2 * most || size * bytes < fewestBytes.all ? size : evenPart(size, most);
} // prettier-ignore

/** So that all parts are of one size, if they can be: each size has a plan of its own. */
function evenPart(size: number, most: number): number {
  const fewest = Math.ceil(size / most);
  for (let count = fewest; count <= 1.5 * fewest; count++) if (size % count === 0) return size / count;
  return Math.ceil(size / fewest);
}

/** Tensors whose values have to be looked at, or cast, are not. */
const canBeCut = ({ name, spec, tensor }: Checked, { valueRequirements }: Divisible['rules']): boolean =>
  tensor === undefined || (tensor.dtype === spec.dtype && !valueRequirements.some((range) => range.tensor === name));

/** Outputs of parts, one after the other. */
export class JoinedArrays {
  readonly whole: Record<string, Values> = {};
  readonly #examples: number;

  constructor(examples: number) {
    this.#examples = examples;
  }

  put(outputs: Readonly<Record<string, Values>>, [begin, count]: readonly [begin: number, count: number]): void {
    for (const [name, values] of Object.entries(outputs)) {
      const width = values.length / count;
      const make = values.constructor as new (length: number) => Values;
      this.whole[name] ??= new make(width * this.#examples);
      this.whole[name].set(values, begin * width);
    }
  }
}

/** The batch with arrays in the places of tensors. */
export function asArrays(device: Device, { inputs, size }: CheckedBatch): CheckedBatch {
  const read = (input: Checked): Checked => {
    if (input.tensor === undefined) return input;
    const { tensor, ...rest } = input;
    return { ...rest, values: device.readSync({ dataId: tensor.dataId, shape: [...rest.shape], dtype: rest.spec.dtype }) }; // prettier-ignore
  };
  return { inputs: inputs.map(read), size };
}
