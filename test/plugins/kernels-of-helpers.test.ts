/** The table of kernels by helper is that of the runtime as it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { kernelTable } from './kernels-of.ts';

const path = new URL('../../compiler/plugins/kernels-of-helpers.ts', import.meta.url);
const again = 'UPDATE_GOLDENS=1 npx vitest run test/plugins/kernels-of-helpers.test.ts';

it('knows which kernels each function of the runtime asks for', async () => {
  const { helpers, ofArrays, later } = await kernelTable();
  expect(helpers['softmax']).toEqual(['Softmax']);
  expect(later).toContain('Sqrt');
  expect(ofArrays['Model']).toEqual([]);
  const text = `/** Generated from runtime/ by: ${again} */

/** Kernels of tfjs that each export of \`nnlang/runtime\` may ask for; none for those that are not named. */
export const kernelsOfHelpers: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(helpers)};

/** The same for those that ask for others in bundles without tensors. */
export const kernelsWithArrays: Readonly<Record<string, readonly string[]>> = ${JSON.stringify(ofArrays)};

/** What the runtime asks for in modules that it loads later: passes, and optimisers chosen at run time. */
export const laterKernels: readonly string[] = ${JSON.stringify(later)};
`;
  const formatted = await format(text, { ...(await resolveConfig(path)), parser: 'typescript' });
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(path, formatted);
  expect(readFileSync(path, 'utf8'), `run ${again}`).toBe(formatted);
});
