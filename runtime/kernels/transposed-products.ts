/** Matrix products of which an operand lies transposed. */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { sameShape } from './broadcast.ts';
import { transpose } from './moving.ts';
import { matMul, type MatMulAttributes } from './products.ts';

/** As `matMul`, in the form that is fastest: tfjs's kernels on wasm and cpu take many times as long for transposed operands. */
export function transposedMatMul(d: Device, a: Data, b: Data, attributes: MatMulAttributes): Data {
  const { transposeA = false, transposeB = false } = attributes;
  if (sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2))) {
    const own = d.packedProduct?.(d, a, b, undefined, 'linear', attributes);
    if (own !== undefined) return own;
  }
  if (d.name !== 'wasm' && d.name !== 'cpu') return matMul(d, a, b, attributes);
  const [left, right] = [transposeA ? turned(d, a) : d.share(a), transposeB ? turned(d, b) : d.share(b)];
  const product = matMul(d, left, right);
  d.dispose(left);
  d.dispose(right);
  return product;
}

function turned(d: Device, x: Data): Data {
  const rank = x.shape.length;
  return transpose(d, x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
}
