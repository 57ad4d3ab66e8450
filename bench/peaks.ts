/**
 * What one core of this machine can do at most as WebAssembly, measured: the floor under every figure. Multiplications with
 * additions by 128-bit SIMD without fused multiply-add, as tfjs has them, and bytes read and written from memory that fits
 * into no cache, into the third level, and into the second.
 */
import loadWabt from 'wabt';

export interface Peaks {
  /** Billions of floating-point operations in a second. */
  readonly flops: number;
  /** Billions of bytes in a second, by what the data fits into. */
  readonly bytes: { readonly memory: number; readonly l3: number; readonly l2: number };
}

/** Independent sums, so that no addition waits for the one before it. */
const sums = 8;
const names = Array.from({ length: sums }, (_, i) => `$s${i}`);
const text = `(module
  (memory (export "memory") 2560)
  (func (export "multiply") (param $rounds i32) (param $by f32) (result f32)
    ${names.map((name) => `(local ${name} v128)`).join(' ')} (local $x v128)
    (local.set $x (f32x4.splat (local.get $by)))
    (loop $again
      ${names.map((name) => `(local.set ${name} (f32x4.add (local.get ${name}) (f32x4.mul (local.get $x) (local.get $x))))`).join('\n      ')}
      (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (f32x4.extract_lane 0 ${names.slice(1).reduce((sum, name) => `(f32x4.add ${sum} (local.get ${name}))`, '(local.get $s0)')}))
  (func (export "scale") (param $from i32) (param $to i32) (param $end i32) (param $by f32)
    (loop $again
      ${[0, 16, 32, 48].map((at) => `(v128.store offset=${at} (local.get $to) (f32x4.mul (f32.splat-of) (v128.load offset=${at} (local.get $from))))`).join('\n      ')}
      (local.set $to (i32.add (local.get $to) (i32.const 64)))
      (br_if $again (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 64))) (local.get $end))))))`.replaceAll(
  '(f32.splat-of)',
  '(f32x4.splat (local.get $by))',
);

/** The best of many short runs: in one of them nothing else wanted the core. */
function best(amount: number, run: () => void): number {
  const seconds = Array.from({ length: 60 }, () => {
    const begun = performance.now();
    run();
    return (performance.now() - begun) / 1000;
  });
  return amount / Math.min(...seconds) / 1e9;
}

export async function measuredPeaks(): Promise<Peaks> {
  const wabt = await loadWabt();
  const parsed = wabt.parseWat('peaks.wat', text, { simd: true });
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(buffer));
  const multiply = instance.exports['multiply'] as (rounds: number, by: number) => number;
  const scale = instance.exports['scale'] as (from: number, to: number, end: number, by: number) => void;
  const rounds = 200_000;
  const flops = best(rounds * sums * 4 * 2, () => multiply(rounds, 1.5));
  /** Over an array of so many bytes into another, often enough to take a while. */
  const rate = (size: number): number => {
    const times = Math.ceil(2 ** 24 / size);
    return best(2 * size * times, () => {
      for (let i = 0; i < times; i++) scale(0, size, size, 1.5);
    });
  };
  return { flops, bytes: { memory: rate(2 ** 26), l3: rate(2 ** 22), l2: rate(2 ** 18) } };
}
