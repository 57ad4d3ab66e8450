/**
 * Everything registered, emitted, run on cpu and wasm and compared with the reference evaluator: results, gradients by
 * inputs, gradients by weights. `npm run test:browser` does the same on webgl and webgpu.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import type { CaseResult } from './case-data.ts';
import { makeMatrix } from './make-cases.ts';
import { checkedResults } from './recorded.ts';
import { resultOf, type Models } from './run-case.ts';

const folder = fileURLToPath(new URL(`../.tmp/numerics-${process.pid}/`, import.meta.url));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const matrix = makeMatrix();

test.each(['cpu', 'wasm'] as const)(
  'on %s',
  async (backend) => {
    const into = `${folder}${backend}/`;
    mkdirSync(into, { recursive: true });
    for (const { name, code } of matrix.emit(backend)) writeFileSync(into + name, code);
    const models = (await import(/* @vite-ignore */ `${into}cases.js`)) as Models;
    await useBackend(backend);
    const results: CaseResult[] = [];
    for (const one of matrix.cases) results.push(await resultOf(models, one));
    expect(checkedResults(backend, matrix.cases, results)).toEqual([]);
  },
  120_000,
);
