/** Numbers as JavaScript writes them. */
import type { DType } from '../graph/tensor-graph.ts';

/** The shortest decimal that gives the same value of the dtype: a float32 0.1 reads `0.1`, not `0.10000000149011612`. */
export function numberText(value: number, dtype: DType = 'float32'): string {
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value) || Number.isInteger(value) || dtype !== 'float32') return String(value);
  const written = String(value);
  if (written.length <= 8) return written;
  const exact = Math.fround(value);
  const fits = (digits: number): boolean => Math.fround(Number(value.toPrecision(digits))) === exact;
  // Most numbers need 7 to 9 digits; the others are written by people and need few.
  for (let digits = fits(6) ? 1 : 7; digits <= 9; digits++) {
    if (fits(digits)) return String(Number(value.toPrecision(digits)));
  }
  return written;
}

const wellKnown = new Map([
  [0, 'zero'],
  [1, 'one'],
  [2, 'two'],
  [0.5, 'half'],
  [-1, 'minusOne'],
  [Infinity, 'infinity'],
  [-Infinity, 'minusInfinity'],
]);

/** What a scalar constant is called: `half`, `c0_001`, `minus2`. */
export function numberName(value: number): string {
  if (Number.isNaN(value)) return 'notANumber';
  const known = wellKnown.get(value);
  if (known !== undefined) return known;
  const size = numberText(Math.abs(value)).replace('+', '').replaceAll(/[.-]/g, '_');
  return value < 0 ? `minus${size}` : `c${size}`;
}

/** `[1, 2, 3]`, in short where every entry is the same and there are many. */
export function numbersText(values: readonly number[], dtype: DType): string {
  const [first] = values;
  if (values.length > 16 && values.every((value) => Object.is(value, first))) {
    return `Array.from({ length: ${values.length} }, () => ${numberText(first!, dtype)})`;
  }
  return `[${values.map((value) => numberText(value, dtype)).join(', ')}]`;
}
