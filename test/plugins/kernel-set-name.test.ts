import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kernelSetName, kernelsNamed } from '../../compiler/plugins/kernel-set-name.ts';
import { kernelsOfHelpers } from '../../compiler/plugins/kernels-of-helpers.ts';

const all = [...new Set(Object.values(kernelsOfHelpers).flat())].sort();

it('names every set of kernels shortly, and is read back', () => {
  fc.assert(
    fc.property(fc.subarray(all), (kernels) => {
      const name = kernelSetName(kernels);
      expect(name).toMatch(/^[0-9a-v]{1,40}$/);
      expect(kernelsNamed(name)).toEqual(kernels);
    }),
  );
  expect(() => kernelSetName(['Frobnicate'])).toThrow('Frobnicate');
});
