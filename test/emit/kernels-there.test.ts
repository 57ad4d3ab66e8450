/** Every kernel of tfjs that the runtime asks for is there on every backend. */
import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { expect, test } from 'vitest';
import { backendNames, backendTables } from '../../compiler/emit/backends/index.ts';

const folder = new URL('../../runtime/kernels/', import.meta.url);
const asked = new Set(
  readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/\bd\.run\(\s*'(\w+)'/g)].map(([, name]) => name!),
  ),
);

/** What is rewritten before it is asked for. */
const never: Readonly<Record<string, readonly string[]>> = { wasm: ['Conv2DBackpropFilter'] };

test.each(backendNames)('%s', (backend) => {
  expect(asked.size).toBeGreaterThan(60);
  expect([...asked].filter((name) => !tf.getKernel(name, backend))).toEqual(never[backend] ?? []);
});

test('the gradient by a filter is rewritten for all but webgpu, where the runtime has a shader', () => {
  const rewritten = backendNames.filter((backend) =>
    backendTables[backend].rewrites.some(({ name }) => name.startsWith('conv2dFilterGradient(')),
  );
  expect(rewritten).toEqual(['wasm', 'cpu', 'webgl']);
});
