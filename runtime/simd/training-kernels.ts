/** Kernels of our own in tfjs's wasm memory that training needs most, in the place of tfjs's. Loaded by what trains. */
import type { Device } from '../device.ts';
import { sizeOf } from '../kernels/sizes.ts';
import type { Data } from '../program.ts';
import { columnsModule } from './columns-module.ts';
import { exportsInMemory } from './in-memory.ts';
import { matricesModule, type MatricesModule } from './matrices.ts';

/** Of rows [rows, n]: one after the other, by their place in memory. */
type Sums = (from: number, to: number, rows: number, n: number) => void;

/** Gives the device these kernels, where it has a memory for them and the machine has SIMD. */
export function equipForTraining(device: Device): void {
  if (device.name !== 'wasm' || device.columnSums !== undefined) return;
  const sums = exportsInMemory(device, columnsModule)?.['sums'] as unknown as Sums | undefined;
  const matrices = matricesModule(device);
  if (sums === undefined || matrices === undefined) return;
  device.columnSums = (d, x, rows, shape) => {
    const n = sizeOf(shape);
    return d.inHeap([x], shape, 'float32', (target, [source]) => sums(source!.byteOffset, target.byteOffset, rows, n));
  };
  device.transposed = (d, x, permutation) => transposed(d, matrices, x, permutation);
}

interface Merged {
  /** Of groups of axes that stay neighbours. */
  readonly sizes: readonly number[];
  /** Which group comes first in the result, which next. */
  readonly order: readonly number[];
}

function merged(shape: readonly number[], permutation: readonly number[]): Merged {
  const groups: number[][] = [];
  for (const axis of permutation.filter((axis) => shape[axis] !== 1)) {
    const last = groups.at(-1);
    const before = last?.at(-1) ?? Infinity;
    if (before < axis && shape.slice(before + 1, axis).every((size) => size === 1)) last!.push(axis);
    else groups.push([axis]);
  }
  const sorted = [...groups].sort((a, b) => a[0]! - b[0]!);
  const sizes = sorted.map((axes) => sizeOf(axes.map((axis) => shape[axis]!)));
  return { sizes, order: groups.map((axes) => sorted.indexOf(axes)) };
}

/** [outer, rows, columns] → [outer, columns, rows]. */
type Exchange = readonly [outer: number, rows: number, columns: number];

/** `undefined` for what moves whole rows, or rows that lie apart, which tfjs does as fast. */
function exchangeOf({ sizes, order }: Merged): Exchange | undefined {
  const [first = 1, second = 1, third = 1] = sizes;
  const at = order.join();
  return at === '1,0' ? [1, first, second] : at === '0,2,1' ? [first, second, third] : undefined;
}

function transposed(
  d: Device,
  { transpose }: MatricesModule,
  x: Data,
  permutation: readonly number[],
): Data | undefined {
  const exchange = x.dtype === 'bool' ? undefined : exchangeOf(merged(x.shape, permutation));
  if (exchange === undefined) return undefined;
  const [outer, rows, columns] = exchange;
  const shape = permutation.map((axis) => x.shape[axis]!);
  return d.inHeap([x], shape, x.dtype, (target, [source]) => {
    for (let at = 0; at < 4 * outer * rows * columns; at += 4 * rows * columns)
      transpose(source!.byteOffset + at, 4 * columns, target.byteOffset + at, 4 * rows, rows, columns);
  });
}
