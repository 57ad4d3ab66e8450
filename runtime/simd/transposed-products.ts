/** Products in tfjs's wasm memory whose left operand is read down its columns, where it lies (simd/transposed.ts). */
import type { Device } from '../device.ts';
import { reshape } from '../kernels/sizes.ts';
import type { Data } from '../program.ts';
import { exportsInMemory } from './in-memory.ts';
import { transposedModule } from './transposed-module.ts';
import { packedColumns, windowsModule } from './windows.ts';

/**
 * The rows of the left operand lie far apart, and the right one is read once for every four rows of the result: with more of either, caches do not hold what
 * a block reads, and transposing first is as fast or faster. Measured against that: 1.2 times as fast for [32, 784]ᵀ × [32, 128], 1.5 for
 * [32, 128]ᵀ × [32, 64], as fast for [64, 512]ᵀ × [64, 512], 0.6 for [64, 1024]ᵀ × [64, 1024].
 */
const most = { rows: 64, numbers: 2 ** 15 };

type Multiply = (a: number, aStep: number, b: number, c: number, cStep: number, k: number, m: number) => void;

/** [k, m]ᵀ × [k, n] → [m, n] as new data; `undefined` for many rows or numbers, for columns that are not in fours, and where no code of ours runs. */
export function transposedProduct(d: Device, a: Data, b: Data): Data | undefined {
  const [k, m] = a.shape as [number, number];
  const n = b.shape[1]!;
  if (k > most.rows || k * n > most.numbers || k * m === 0 || n % 4 !== 0) return undefined;
  const windows = windowsModule(d);
  const multiply = exportsInMemory(d, transposedModule)?.['transposed'] as unknown as Multiply | undefined;
  if (windows === undefined || multiply === undefined) return undefined;
  const packed = packedColumns(d, windows, reshape(b, [1, k, n]));
  const result = d.inHeap([a, packed], [m, n], 'float32', (target, [x, y]) =>
    multiply(x!.byteOffset, 4 * m, y!.byteOffset, target.byteOffset, 4 * n, k, m),
  );
  d.dispose(packed);
  return result;
}
