/** The table has no hole: everything registered is a row, and every cell was measured. */
import { expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { backendNames } from '../../compiler/emit/backends/index.ts';
import { hole, numericsPage } from '../../docs/numerics.ts';
import { rowKinds } from './case-data.ts';
import { caseHeads } from './make-cases.ts';
import { keyOf, recordedOf } from './recorded.ts';

test.each(rowKinds)('%s have rows without a hole', (kind) => {
  const page = numericsPage();
  for (const name of registry[kind].keys()) {
    const row = page.split('\n').filter((line) => line.startsWith(`| \`${name}\` `));
    expect(row.length, name).toBeGreaterThan(0);
    for (const line of row) expect(line, 'run npm run test:browser and this test with UPDATE_NUMERICS=1').not.toContain(hole);
  }
}); // prettier-ignore

test.each(backendNames)('what is recorded of %s is what there is', (backend) => {
  const known = caseHeads().map(keyOf);
  expect(new Set(known).size).toBe(known.length);
  expect(Object.keys(recordedOf(backend))).toEqual(known);
});
