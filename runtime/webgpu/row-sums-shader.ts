/** Sums of rows: [rows, columns] → [parts, columns], each part of so many neighbouring rows, one after the other. */
import { shaderOf, type Bound } from './shader-text.ts';

/** Bound to it are the sums and the rows; given are the number of rows, that of a part, and the number of columns, in fours if all are. */
export function rowSumsText(inFours: boolean, threads: number): string {
  const [sums, rows] = ['sums', 'x'].map((name): Bound => ({ name, inFours })) as [Bound, Bound];
  const body = `
  let columns = i32(u.columns);
  let begin = i / columns * i32(u.part);
  let end = min(begin + i32(u.part), i32(u.rows));
  if (begin >= end) { return; }
  var sum = ${inFours ? 'vec4f' : 'f32'}(0);
  var at = begin * columns + i % columns;
  for (var row = begin; row < end; row++) {
    sum += x[at];
    at += columns;
  }
  sums[i] = sum;`;
  return shaderOf({ result: sums, operands: [rows], lengths: ['rows', 'part', 'columns'], threads, body });
}
