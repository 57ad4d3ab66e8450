/** Pages of documentation as editors show them. */
import { expect, it } from 'vitest';
import { compileTimeFunctions } from '../../compiler/check/compile-time.ts';
import { documentationPage } from '../../compiler/language-service/index.ts';

it('has a page for a layer: what it is, its arguments, shapes, weights and examples', () => {
  const page = documentationPage('Dense')!;
  expect(page).toMatch(
    /^# Dense\n\n_layer_\n\nFully connected: every feature feeds every unit\.\n\n```nn\nDense\(units, /,
  );
  expect(page).toContain('| `units` | whole number, at least 1 | required | Size of the last axis of the result. |');
  expect(page).toContain('`x: [d]` → `[units]`');
  expect(page).toContain('| `kernel` | `[d, units]` | `glorotUniform` |');
});

it('has one for a diagnostic, with what the checker says of its example', () => {
  const page = documentationPage('shape/rank')!;
  expect(page).toMatch(/^# shape\/rank\n\n\*\*error\.\*\* /);
  expect(page).toContain('error[shape/rank] example.nn:');
});

it('shows all that a name means', () => {
  expect(documentationPage('randomNormal')!.match(/^# .*\n\n_.*_$/gm)).toEqual(['# randomNormal\n\n_function_', '# randomNormal\n\n_initializer_']); // prettier-ignore
  expect(documentationPage('floor')!.match(/^# .*\n\n_.*_$/gm)).toEqual(['# floor\n\n_function_', '# floor\n\n_computed by the compiler_']); // prettier-ignore
  for (const name of compileTimeFunctions)
    expect(documentationPage(name), name).toContain('_computed by the compiler_');
});

it('has none for what means nothing', () => {
  expect(documentationPage('Dens')).toBeUndefined();
  expect(documentationPage('toString')).toBeUndefined();
});
