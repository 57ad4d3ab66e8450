/** Every emitted statement leads to the stage of the `.nn` that it stands for. */
import { allMappings, fromMap } from '@jridgewell/gen-mapping';
import { describe, expect, it } from 'vitest';
import { emitModule } from '../../compiler/emit/emit-module.ts';
import { samples } from './samples.ts';

/** The text of the `.nn` from where each line of the output leads. */
function origins(
  target: 'ts' | 'js',
  name: string,
): { readonly code: string; readonly from: ReadonlyMap<string, string>; readonly sources: readonly string[] } {
  const { file, models } = samples['digits']!();
  const output = emitModule(file, models, { target, backends: ['cpu'], sourceMap: true, version: '0' }).find(
    (f) => f.name === name,
  )!;
  const map = JSON.parse(output.map) as { readonly sources: readonly string[] };
  const from = new Map<string, string>();
  const lines = output.code.split('\n');
  for (const { generated, original } of allMappings(fromMap(output.map))) {
    if (original === undefined) continue;
    const text = file.lineText(original.line).slice(original.column);
    from.set(lines[generated.line - 1]!.slice(generated.column), text);
  }
  return { code: output.code, from, sources: map.sources };
}

const leadsTo = (from: ReadonlyMap<string, string>, statement: string): string | undefined =>
  [...from].find(([line]) => line.startsWith(statement))?.[1];

describe.each(['ts', 'js'] as const)('source map of %s', (target) => {
  it('leads statements to their stages', () => {
    const { from, sources, code } = origins(target, `digits.${target}`);
    expect(sources).toEqual(['digits.nn']);
    expect(code).toContain(`//# sourceMappingURL=digits.${target}.map`);
    expect(leadsTo(from, 'const conv2D = ')).toMatch(/^Conv2D\(4, 3/);
    expect(leadsTo(from, 'const maxPooling2D = ')).toMatch(/^MaxPooling2D/);
    expect(leadsTo(from, 'const digit = ')).toMatch(/^Dense\(10/);
    expect(leadsTo(from, 'function infer(')).toMatch(/^model Digits/);
    expect(leadsTo(from, 'const spec')).toBeUndefined();
  });

  it('leads gradients and updates too', () => {
    const { from } = origins(target, `digits.train.${target}`);
    expect(leadsTo(from, 'const dDenseKernel = ')).toMatch(/^Dense\(10/);
    expect(leadsTo(from, 'const newDenseKernel = ')).toMatch(/^train Digits/);
    expect(leadsTo(from, 'const report = ')).toMatch(/^sparseCategoricalAccuracy/);
  });
});

it('has no map comment when none is wanted', () => {
  const { file, models } = samples['digits']!();
  for (const { code } of emitModule(file, models, {
    target: 'ts',
    backends: ['cpu'],
    sourceMap: false,
    version: '0',
  })) {
    expect(code).not.toContain('sourceMappingURL');
  }
});
