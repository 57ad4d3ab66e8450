/** The text of fused kernels as shaders. What they compute is tested where there is WebGPU: `npm run test:browser -- fused`. */
import { describe, expect, it } from 'vitest';
import { parsedExpression } from '../../runtime/elementwise/expression.ts';
import { shaderText, type ShaderForm } from '../../runtime/webgpu/elementwise-shader.ts';
import { itMatchesGoldens } from '../emit/golden-files.ts';
import { edgeKernels, randomKernels } from './kernel-cases.ts';

const text = (kernel: string, form: Omit<ShaderForm, 'given'>, given = ''): string => {
  const expression = parsedExpression(kernel);
  return shaderText(expression, { ...form, given: expression.operands.map((_, i) => given.includes(String(i))) });
};

const layerNormalization =
  'frr: sum $0; divide $3 8; subtract $0 $4; multiply $5 $5; sum $6; divide $7 8; add $8 0.001; rsqrt $9; multiply $5 $10; multiply $11 $1; add $12 $2 -> $5 $10c $13';
const adam =
  'ffffs: multiply $1 $1; subtract $5 $0; multiply $6 0.001; add $0 $7; subtract $1 $2; multiply $9 0.1; add $2 $10; multiply $11 $4; sqrt $8; add $13 1e-7; divide $12 $14; subtract $3 $15 -> $8 $11 $16';

describe('goldens', () => {
  itMatchesGoldens('shaders', new Map([
    ['gelu.wgsl', text('f: multiply $0 0.70710678; erf $1; add $2 1; multiply $0 0.5; multiply $4 $3 -> $5', { width: 4, lanes: 1, threads: 64 })],
    ['layer-normalization.wgsl', text(layerNormalization, { width: 4, lanes: 1, threads: 64 })],
    ['softmax.wgsl', text('f: softmax $0 -> $1', { width: 1, lanes: 16, threads: 64 })],
    ['adam.wgsl', text(adam, { width: 4, lanes: 1, threads: 64 }, '4')],
  ])); // prettier-ignore
});

/** What is bound and not read would not be in the layout that is made of the shader, and the call would fail. */
describe('everything that is bound is used', () => {
  const kernels = [...edgeKernels(), ...randomKernels(100, 8)];
  const forms = [
    { width: 1, lanes: 1, threads: 64 },
    { width: 4, lanes: 1, threads: 64 },
    { width: 4, lanes: 64, threads: 64 },
  ] as const;
  it.each(forms)('$width at once, $lanes for a row', (form) => {
    for (const { text: kernel } of kernels) {
      const shader = text(kernel, form);
      const [head, body] = shader.split('@compute') as [string, string];
      const bound = [...head.matchAll(/^@group\(0\) @binding\((\d+)\) var<[^>]*> (\w+):/gm)];
      expect(bound.map(([, place]) => Number(place))).toEqual(bound.map((_, i) => i));
      for (const [, , name] of bound) expect(body, `${name} in ${shader}`).toMatch(new RegExp(`\\b${name}\\b`));
      // tfjs gives two numbers with all that is bound but the numbers themselves.
      expect(head.match(/\bp\d+: i32/g)).toHaveLength(2 * (bound.length - 1));
    }
  });
});

it('a number in memory is bound, one that is given is not', () => {
  const kernel = 'fs: multiply $0 $1 -> $2';
  const form = { width: 1, lanes: 1, threads: 64 } as const;
  expect(text(kernel, form)).toMatch(/@binding\(2\) var<storage, read> x1: array<f32>;/);
  expect(text(kernel, form, '1')).not.toMatch(/var<storage, read> x1/);
  expect(text(kernel, form, '1')).toMatch(/columns: u32, x1: f32 \}/);
});

it('numbers that WGSL has no words for are given with the call', () => {
  const shader = text('f: equal $0 -Infinity; select $1 NaN $0; maximum $2 3e39; add $3 -1e-7 -> $4', { width: 1, lanes: 1, threads: 64 }); // prettier-ignore
  expect(shader).toContain('v0 == T(-u.infinity)');
  expect(shader).toContain('T(u.nan)');
  expect(shader).toContain('T(u.infinity)');
  expect(shader).toContain('T(-1e-7)');
});
