/** Code lenses stand here as `name: title`. */
import { describe, expect, it } from 'vitest';
import { codeLenses, resolveCodeLens, type ResolvedCodeLens } from '../../compiler/language-service/index.ts';
import { projectWith } from './marked.ts';

function resolved(files: Readonly<Record<string, string>>, path = '/a.nn'): readonly ResolvedCodeLens[] {
  const project = projectWith(files);
  return codeLenses(project, path).map((lens) => resolveCodeLens(project, lens, Object.keys(files)));
}

const titles = (files: Readonly<Record<string, string>> | string): readonly string[] =>
  resolved(typeof files === 'string' ? { '/a.nn': files } : files)
    .filter(({ kind }) => kind !== 'graph')
    .map(({ name, title }) => `${name}: ${title}`);

describe('code lenses', () => {
  it('count a model as nn summary does', () => {
    // 3 × 3 × 1 × 32 + 32 weights; 26 × 26 × 32 numbers, each of 9 products and sums and a bias; of 4 bytes.
    expect(titles('model M {\n  input x: [28, 28, 1]\n  output y = x -> Conv2D(32, 3)\n}\n')).toEqual([
      'M: 320 parameters · 411 k FLOPs · 84.5 KiB of activations',
    ]);
  });

  it('count in symbols what is left open, and tell what is required', () => {
    expect(titles('model M(dim: int) {\n  input x: [seq, dim]\n  output y = x -> Dense(dim, useBias: false)\n}\n')).toEqual([
      'M: dim ** 2 parameters · 2 * dim ** 2 * seq FLOPs · 4 * dim * seq B of activations',
    ]); // prettier-ignore
    expect(titles('model M {\n  input x: [h, 8, 1]\n  let a: [h / 4, 8, 1] = x -> MaxPooling2D((4, 1))\n  output y = a\n}\n')).toEqual([
      'M: 0 parameters · 8 * h FLOPs · 8 * h B of activations · requires h % 4 == 0',
    ]); // prettier-ignore
  });

  it('count aliases by themselves', () => {
    const text =
      'model Mlp(width = 4) {\n  input x: [8]\n  output y = x -> Dense(width)\n}\nmodel Wide = Mlp(width: 8)\n';
    expect(titles(text)).toEqual([
      'Mlp: 36 parameters · 68 FLOPs · 16 B of activations',
      'Wide: 72 parameters · 136 FLOPs · 32 B of activations',
    ]);
  });

  it('say why there is nothing to count', () => {
    expect(titles('model M {\n  input x: [8]\n  output y = x -> Dens(3)\n}\n')).toEqual([
      'M: not counted: it has errors',
    ]);
    expect(titles('model M(Inner: layer) {\n  input x: [8]\n  output y = x -> Inner\n}\n')).toEqual(['M: cost depends on its arguments']); // prettier-ignore
  });

  it('count the uses of a block, in other files too and without imports', () => {
    const half = 'block Half {\n  input x: [h, c]\n  output y: [h / 2, c] = x -> MaxPooling1D(2)\n}\n';
    const own = `${half}model M {\n  input x: [8, 3]\n  output y = x -> Half -> Half\n}\n`;
    const other = 'import { Half } from "./a.nn"\nmodel N {\n  input x: [8, 3]\n  output y = x -> Half\n}\n';
    expect(titles(half)).toEqual(['Half: not used · requires h % 2 == 0']);
    const lenses = resolved({ '/a.nn': own, '/b.nn': other });
    expect(lenses[0]).toMatchObject({
      name: 'Half',
      title: '3 uses · requires h % 2 == 0',
      command: { id: 'references' },
    });
    const places = lenses[0]!.command?.id === 'references' ? lenses[0]!.command.places : [];
    expect(places.map(({ path }) => path)).toEqual(['/a.nn', '/a.nn', '/b.nn']);
  });

  it('offer the graph of each model', () => {
    const text = 'model M {\n  input x: [8]\n  output y = x -> relu\n}\ntrain M {\n}\n';
    const graph = resolved({ '/a.nn': text }).filter(({ kind }) => kind === 'graph');
    expect(graph).toEqual([{ path: '/a.nn', span: { start: 6, end: 7 }, name: 'M', kind: 'graph', title: 'Show graph', command: { id: 'nnlang.showGraph', path: '/a.nn', model: 'M' } }]); // prettier-ignore
  });

  it('are there for half-written text, and resolve where the model is gone by then', () => {
    const project = projectWith({ '/a.nn': 'model M {\n  input x: [8]\n  output y = x -> Dense(\n' });
    const lenses = codeLenses(project, '/a.nn');
    expect(lenses.map(({ kind }) => kind)).toEqual(['cost', 'graph']);
    expect(resolveCodeLens(project, lenses[0]!).title).toBe('not counted: it has errors');
    project.setText('/a.nn', '');
    for (const lens of [...lenses, { ...lenses[0]!, kind: 'uses' as const }]) expect(resolveCodeLens(project, lens).title).not.toBe(''); // prettier-ignore
  });
});
