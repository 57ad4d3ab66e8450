/**
 * A data set → a part to train on and a part to validate with. Examples are drawn at random: files are often sorted by
 * class, and the last rows alone would then be one class.
 */
import type { Dataset, FieldData } from './fields.ts';

export interface Split {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/** The same seed gives the same parts. Both have at least one example; undefined where there are not enough. */
export function splitDataset(dataset: Dataset, fraction: number, seed: number): Split | undefined {
  const held = Math.max(1, Math.round(dataset.count * fraction));
  if (held >= dataset.count) return undefined;
  const order = shuffled(dataset.count, seed);
  return {
    validation: rowsOf(dataset, order.subarray(0, held).toSorted()),
    train: rowsOf(dataset, order.subarray(held).toSorted()),
  };
}

function rowsOf(dataset: Dataset, rows: Uint32Array): Dataset {
  const fields = Object.entries(dataset.fields).map(([name, field]): [string, FieldData] => [
    name,
    { ...field, data: pick(field.data, field.data.length / dataset.count, rows) },
  ]);
  return { count: rows.length, fields: Object.fromEntries(fields), notes: [] };
}

function pick(data: FieldData['data'], width: number, rows: Uint32Array): FieldData['data'] {
  const result = data.slice(0, rows.length * width);
  for (const [i, row] of rows.entries()) result.set(data.subarray(row * width, (row + 1) * width), i * width);
  return result;
}

/** Fisher–Yates over a small generator (mulberry32): nothing but the split depends on it. */
function shuffled(count: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let state = seed >>> 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
