/** tfjs's .wasm files, started without emscripten's script: what kernels and plans need of the module. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type WasmInstance, wasmInstance } from '../../runtime/wasm-instance.ts';

const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
const compiled = (file: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(readFileSync(`${folder}/dist/${file}`));

type Call = (...values: readonly unknown[]) => number;
const called = (instance: WasmInstance, name: string): Call =>
  (instance as unknown as Record<string, Call>)[`_${name}`]!;

describe.each(['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'])('%s', (file) => {
  it('keeps its values when its memory grows, and refuses what it cannot have', async () => {
    const instance = await wasmInstance(await compiled(file));
    const before = instance.HEAPU8;
    const small = called(instance, 'malloc')(4);
    before.set([1, 2, 3, 4], small);
    const large = called(instance, 'malloc')(200 * 2 ** 20) >>> 0;
    expect(large).not.toBe(0);
    expect(instance.HEAPU8.length).toBeGreaterThan(200 * 2 ** 20);
    expect(before.length).toBe(0);
    expect([...instance.HEAPU8.subarray(small, small + 4)]).toEqual([1, 2, 3, 4]);
    // There is no third one: memory ends at 4 GiB.
    const halves = [1, 2, 3].map(() => called(instance, 'malloc')(2 ** 31 - 2 ** 16));
    expect(halves.at(-1)).toBe(0);
    called(instance, 'free')(large);
    expect(called(instance, 'malloc')(100 * 2 ** 20)).not.toBe(0);
  });

  it('gives arrays of bytes by their place, and leaves the stack as it was', async () => {
    const instance = await wasmInstance(await compiled(file));
    called(instance, 'init')();
    const bytes = (values: readonly number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);
    const at = called(instance, 'malloc')(24);
    const to = called(instance, 'malloc')(24);
    new Float32Array(instance.HEAPU8.buffer, at, 6).set([1, 2, 3, 4, 5, 6]);
    called(instance, 'register_tensor')(1, 6, at);
    called(instance, 'register_tensor')(2, 6, to);
    const top = called(instance, 'stackSave')();
    const transpose = instance.cwrap('Transpose', null, ['number', 'array', 'number', 'number', 'number', 'array', 'number']);
    transpose(1, bytes([2, 3]), 2, 1, 2, bytes([1, 0]), 2);
    expect([...new Float32Array(instance.HEAPU8.buffer, to, 6)]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(called(instance, 'stackSave')()).toBe(top);
  });
}); // prettier-ignore

it('refuses a file of another version, by what it would need', async () => {
  // (module (import "env" "emscripten_new" (func)))
  const name = [...new TextEncoder().encode('emscripten_new')];
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 8 + name.length, 1, 3, 101, 110, 118, name.length, ...name, 0, 0]; // prettier-ignore
  await expect(wasmInstance(await WebAssembly.compile(Uint8Array.from(bytes)))).rejects.toThrow(
    'not that of @tensorflow/tfjs-backend-wasm 4.22: it imports emscripten_new',
  );
});
