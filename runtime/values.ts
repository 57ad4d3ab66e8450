/** Values in the array type of a dtype, and the range of indices. */
import type { Values } from './device.ts';
import type { InputError } from './input-error.ts';
import type { DType } from './program.ts';

/** Words a message about what is wrong: "but …". */
type Problem = (message: string) => InputError;

/**
 * The values as float32, int32 or bool; the array itself where it already is of that type.
 * @throws InputError for fractions where int32 is wanted, and for anything but 0 and 1 where bool is.
 */
export function valuesAs(dtype: DType, values: ArrayLike<number>, problem: Problem): Values {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') {
    if (values instanceof Int32Array) return values;
    const whole = Int32Array.from(values);
    const wrong = whole.findIndex((value, i) => value !== values[i]);
    if (wrong >= 0) throw problem(`takes int32, and the value at index ${wrong} is ${values[wrong]}`);
    return whole;
  }
  const bools = Uint8Array.from(values);
  const wrong = bools.findIndex((value, i) => value !== values[i] || value > 1);
  if (wrong >= 0) throw problem(`takes bool (0 or 1), and the value at index ${wrong} is ${values[wrong]}`);
  return bools;
}

/** @throws InputError if a value is not in [from, below). */
export function requireRange(
  values: Values,
  shape: readonly number[],
  { from = 0, below }: { readonly from?: number; readonly below: number },
  problem: Problem,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value >= from && value < below) continue;
    throw problem(
      `its values must lie in [${from}, ${below}) and that at [${positionOf(i, shape).join(', ')}] is ${value}`,
    );
  }
}

function positionOf(index: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return position;
}
