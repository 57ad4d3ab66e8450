/** The gradient of a max pool. What comes to a window goes to its first place, row by row, that holds the maximum. */
import type { Device, Values } from '../device.ts';
import type { Data } from '../program.ts';
import { axesOf, type Axis } from '../simd/axes.ts';
import { poolsInMemory } from '../simd/pools.ts';
import { type PoolAttributes, pooling } from './padding.ts';
import { maxPoolGradientOnWebgpu } from './pooling-on-webgpu.ts';

/** The gradient of `maxPool` by its operand `x`, from that by its result `y`. */
export function maxPoolGradient(d: Device, dy: Data, x: Data, y: Data, attributes: PoolAttributes): Data {
  const own = d.runsShaders ? maxPoolGradientOnWebgpu(d, dy, x, y, attributes) : undefined;
  if (own !== undefined) return own;
  // wasm's own kernel is wrong where a maximum is not positive.
  if (d.name !== 'wasm') return d.run('MaxPoolGrad', { dy, input: x, output: y }, pooling(attributes));
  const [height, width] = axesOf(x.shape, attributes.poolSize, attributes);
  const module = poolsInMemory(d);
  const [n, , , c] = x.shape as [number, number, number, number];
  return d.inHeap([dy, x, y], x.shape, 'float32', (target, sources) => {
    const [ofY, image, pooled] = sources as [Values, Values, Values];
    if (module === undefined) {
      writeGradient({ ofY, image, pooled, target }, { n, c, height, width });
      return;
    }
    const axes = [height.results, width.results, height.filter, width.filter, height.stride, width.stride, height.before, width.before] as const; // prettier-ignore
    module.maxPoolGradient(ofY.byteOffset, image.byteOffset, pooled.byteOffset, target.byteOffset, n, height.size, width.size, c, ...axes); // prettier-ignore
  });
}

type Arrays = Readonly<Record<'ofY' | 'image' | 'pooled' | 'target', Values>>;
interface Sizes {
  readonly n: number;
  readonly c: number;
  readonly height: Axis;
  readonly width: Axis;
}

/** For machines without SIMD, and memory that threads share. */
function writeGradient({ ofY, image, pooled, target }: Arrays, { n, c, height, width }: Sizes): void {
  target.fill(0);
  for (let result = 0; result < ofY.length; result++) {
    const channel = result % c;
    const [window, i] = [Math.floor(result / c), Math.floor(result / c / width.results)];
    const [top, left] = [(i % height.results) * height.stride - height.before, (window % width.results) * width.stride - width.before]; // prettier-ignore
    const first = (Math.floor(i / height.results) % n) * height.size;
    const place = firstPlace(top, left, height, width, (row, column) => {
      const at = ((first + row) * width.size + column) * c + channel;
      return image[at]! >= pooled[result]! ? at : undefined;
    });
    if (place !== undefined) target[place]! += ofY[result]!;
  }
}

/** What is found first in a window, row by row. */
function firstPlace(
  top: number,
  left: number,
  height: Axis,
  width: Axis,
  find: (row: number, column: number) => number | undefined,
): number | undefined {
  for (let row = Math.max(0, top); row < Math.min(height.size, top + height.filter); row++)
    for (let column = Math.max(0, left); column < Math.min(width.size, left + width.filter); column++) {
      const found = find(row, column);
      if (found !== undefined) return found;
    }
  return undefined;
}
