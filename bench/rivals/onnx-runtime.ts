/**
 * onnxruntime: on wasm with one thread, as in a page without isolation, and native with one thread, as a limit. They are
 * installed beside the benchmarks (`rivals/package.json`). What onnxruntime publishes does not train.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onnxModel } from './onnx-model.ts';
import type { Rival } from './rival.ts';

interface OrtTensor {
  readonly data: ArrayLike<number>;
}
interface Session {
  run(feeds: object): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}
interface Ort {
  readonly env: { wasm?: { numThreads: number }; logLevel: string };
  readonly Tensor: new (type: string, data: Float32Array, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
}

const installed = createRequire(new URL('./package.json', import.meta.url));

/** @param name The package. */
function onnxRuntime(name: string, shown: string, options: object): Rival {
  return {
    name: shown,
    predict: async ({ network, backend, x, shape }) => {
      if (backend !== 'wasm') return { absent: `${shown} is compared with wasm only.` };
      if (!existsSync(fileURLToPath(new URL(`./node_modules/${name}`, import.meta.url))))
        return { absent: `${name} is not installed: npm install --prefix bench/rivals --ignore-scripts.` };
      const loaded = (await import(pathToFileURL(installed.resolve(name)).href)) as { default?: Ort } & Ort;
      const { env, InferenceSession, Tensor } = loaded.default ?? loaded;
      if (env.wasm) env.wasm.numThreads = 1;
      env.logLevel = 'error';
      const session = await InferenceSession.create(onnxModel(network), options);
      const run = async (): Promise<ArrayLike<number>> =>
        (await session.run({ x: new Tensor('float32', x, shape) }))['y']!.data;
      return { run, dispose: () => void session.release() };
    },
  };
}

export const onnxRuntimeWeb = onnxRuntime('onnxruntime-web', 'onnxruntime-web', { executionProviders: ['wasm'] });
export const onnxRuntimeNative = onnxRuntime('onnxruntime-node', 'onnxruntime, native', {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
