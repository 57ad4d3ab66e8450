/** Sums over leading axes on `webgpu`. tfjs's kernel transposes first, and has one group of threads for each sum. */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { rowSumsText } from '../webgpu/row-sums-shader.ts';
import { runShader } from '../webgpu/webgpu-backend.ts';

const threads = 64;
/** A thread adds up to so many rows one after the other. */
const longest = 64;

/** [rows, columns] → [1, columns], as new data of the given shape. Neither may be 0. */
export function rowSumsOnWebgpu(d: Device, x: Data, rows: number, columns: number, shape: readonly number[]): Data {
  const inFours = columns % 4 === 0;
  const width = inFours ? columns / 4 : columns;
  let [sums, left] = [x, rows];
  do {
    const parts = Math.ceil(left / longest);
    const part = Math.ceil(left / parts);
    const next = d.allocate(parts === 1 ? [...shape] : [parts, columns], 'float32');
    const shader = {
      key: `nnlang row sums ${inFours ? 'in fours' : 'one by one'}`,
      text: () => rowSumsText(inFours, threads),
      threads,
      groups: Math.ceil((parts * width) / threads),
      lengths: [left, part, width],
      numbers: [],
    };
    runShader(d, shader, [sums], [next]);
    if (sums !== x) d.dispose(sums);
    [sums, left] = [next, parts];
  } while (left > 1);
  return sums;
}
