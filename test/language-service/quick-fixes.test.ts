/** Fixes of problems, one at a time and all at once, imports, removals, and blocks that are still to be written. */
import { describe, expect, it } from 'vitest';
import { fixText } from '../../compiler/diagnostics/fix-text.ts';
import { diagnosticsOf, edited } from '../../compiler/language-service/index.ts';
import { after, offered, titlesOf } from './actions.ts';
import { projectWith } from './marked.ts';

const model = (body: string): string => `model M {\n  input x: [8]\n  output y = ${body}\n}\n`;

describe('fixes of the catalogue', () => {
  it('offers those of the problems that the selection touches, the only safe one as preferred', async () => {
    const found = offered(model('x -> den¦se(3) -> rellu'));
    expect(titlesOf(found, 'quickfix')).toContain('Replace with `Dense`');
    expect(titlesOf(found, 'quickfix')).not.toContain('Replace with `relu`');
    expect(await after(found, 'Replace with `Dense`')).toBe(model('x -> Dense(3) -> rellu'));
    expect(found.actions.filter(({ isPreferred }) => isPreferred).map(({ title }) => title)).toEqual(['Replace with `Dense`']); // prettier-ignore
    expect(found.actions[0]!.diagnostics.map(({ code }) => code)).toEqual(['name/case']);
  });

  it('mends all safe problems as `nn check --fix` does', async () => {
    const text = model('x -> dense(3) -> Dropout(0) -> rellu -> relu -> Batch_Normalization');
    const check = (fixed: string) => diagnosticsOf(projectWith({ '/a.nn': fixed }), '/a.nn');
    const expected = fixText('/a.nn', text, check).text;
    expect(expected).not.toBe(text);
    expect(await after(offered(text), 'Fix all safe problems in this file')).toBe(expected);
    expect(titlesOf(offered(text, {}, { only: ['source'] }))).toEqual(['Fix all safe problems in this file']);
  });

  it('mends all problems of one kind', async () => {
    const found = offered(
      `${model('x -> d¦ense(3) -> dense(4)')}block N {\n  input x: [8]\n  output y = x -> Dropout(0)\n}\n`,
    );
    expect(await after(found, 'Fix all 2 problems `name/case` in this file')).toBe(
      `${model('x -> Dense(3) -> Dense(4)')}block N {\n  input x: [8]\n  output y = x -> Dropout(0)\n}\n`,
    );
  });

  it('offers nothing where nothing is wrong', () => {
    expect(titlesOf(offered(model('x -> De¦nse(3)')), 'quickfix')).toEqual([]);
    expect(titlesOf(offered(model('x -> De¦nse(3)')), 'source')).toEqual([]);
  });
});

describe('comments that silence', () => {
  it('stand on the line before, and silence', async () => {
    const text = '/// doc\nmodel M {\n  input x: [8]\n  output y = x\n    -> Dropo¦ut(0)\n    -> Dense(3)\n}\n';
    const silenced = await after(offered(text), 'Ignore `lint/no-effect` here');
    expect(silenced).toBe(text.replace('¦', '').replace('    -> Dropout', '    // nn-ignore lint/no-effect: reason\n    -> Dropout')); // prettier-ignore
    expect(diagnosticsOf(projectWith({ '/a.nn': silenced }), '/a.nn')).toEqual([]);
  });

  it('join one that is there', async () => {
    const text = '// nn-ignore lint/no-effect: tried out\nblock B(n¦: int) {\n  input x: [8]\n  output y = x\n}\n';
    const silenced = await after(offered(text), 'Ignore `name/unused` here');
    expect(silenced).toContain('// nn-ignore lint/no-effect, name/unused: tried out\nblock B');
    expect(diagnosticsOf(projectWith({ '/a.nn': silenced }), '/a.nn')).toEqual([]);
  });

  it('are not offered for errors', () => {
    expect(titlesOf(offered(model('x -> Den¦s(3)'))).filter((title) => title.startsWith('Ignore'))).toEqual([]);
  });
});

const norm = '/// Norm\nblock Norm(n = 3) {\n  input x: [...s]\n  output y = n * x\n}\n';

describe('imports', () => {
  it('adds one for a name that another file declares', async () => {
    const found = offered(`// a file\n\n/// doc\n${model('x -> No¦rm')}`, { '/lib/norm.nn': norm });
    expect(await after(found, 'Import `Norm` from "./lib/norm.nn"')).toBe(
      `// a file\n\nimport { Norm } from "./lib/norm.nn"\n\n/// doc\n${model('x -> Norm')}`,
    );
  });

  it('adds to one that is there, or behind the others', async () => {
    const lib = { '/lib.nn': `${norm}block Other {\n  input x: [n]\n  output y = x\n}\n`, '/more.nn': 'const K = 3\n' };
    const text = (names: string, more = ''): string => `import { ${names} } from "./lib.nn"\n${more}\n${model('x -> Other -> Norm -> Dense(K)')}`; // prettier-ignore
    expect(await after(offered(text('Other').replace('-> Norm', '-> N¦orm'), lib), 'Import `Norm` from "./lib.nn"')).toBe(text('Other, Norm')); // prettier-ignore
    expect(await after(offered(text('Other').replace('(K', '(¦K'), lib), 'Import `K` from "./more.nn"')).toBe(
      text('Other', 'import { K } from "./more.nn"\n'),
    );
  });

  it('imports nothing from a file that imports this one, and no private names', () => {
    const back = `import { M } from "./a.nn"\n${norm}model Big = M\n`;
    expect(titlesOf(offered(model('x -> No¦rm'), { '/b.nn': back })).join()).not.toContain('Import');
    expect(titlesOf(offered(model('x -> _No¦rm'), { '/b.nn': norm.replace('Norm(', '_Norm(') })).join()).not.toContain('Import'); // prettier-ignore
  });

  it('organizes: unused ones out, one per file, in order', async () => {
    const others = { '/b.nn': norm, '/c.nn': 'const A = 3\nconst B = 4\nconst C = 5\n' };
    const text = `import { C, B } from "./c.nn"\nimport { Norm } from "./b.nn"\nimport { A } from "./c.nn"\n${model('x -> Norm -> Dense(A * B)')}`;
    expect(await after(offered(text, others), 'Organize imports')).toBe(
      `import { Norm } from "./b.nn"\nimport { A, B } from "./c.nn"\n${model('x -> Norm -> Dense(A * B)')}`,
    );
    const sorted = await after(offered(text, others), 'Organize imports');
    expect(titlesOf(offered(sorted, others))).not.toContain('Organize imports');
  });
});

describe('what nothing uses', () => {
  it('is removed: imports', async () => {
    const others = { '/b.nn': norm, '/c.nn': 'const A = 3\nconst B = 4\nconst C = 5\n' };
    const text = (names: string): string => `import { ${names} } from "./c.nn"\n${model('x -> Dense(A)')}`;
    expect(await after(offered(text('A, ¦B, C'), others), 'Remove the import of `B`')).toBe(text('A, C'));
    expect(await after(offered(text('A, ¦B'), others), 'Remove the import of `B`')).toBe(text('A'));
    expect(await after(offered(text('A, ¦B, C'), others), 'Remove all unused imports')).toBe(text('A'));
    expect(await after(offered(`import { No¦rm } from "./b.nn"\n${model('x')}`, others), 'Remove the import of `Norm`')).toBe(model('x')); // prettier-ignore
  });

  it('is removed: values and layers, with what documents them', async () => {
    const text = (lines: string): string => `model M {\n  input x: [8]\n${lines}\n  output y = x\n}\n`;
    expect(await after(offered(text('\n  /// doc\n  let un¦used = 3 // why\n')), 'Remove `let unused`')).toBe(text(''));
    expect(await after(offered(text('  layer ¦f = Dense(3)\n  let a = 3')), 'Remove `layer f`')).toBe(text('  let a = 3')); // prettier-ignore
    expect(await after(offered(text('  let (a, ¦b) = split(x, 2)\n  output z = a')), 'Remove `let b`').catch(String)).toContain('no action'); // prettier-ignore
  });

  it('of several results becomes `_`', async () => {
    const text = 'model M {\n  input x: [8]\n  let (a, ¦b) = split(x, 2)\n  output y = a\n}\n';
    expect(await after(offered(text), 'Write `_` for `b`')).toBe(text.replace('¦b', '_'));
  });
});

describe('blocks that are still to be written', () => {
  const created = async (text: string): Promise<string> => {
    const found = offered(text);
    const result = await after(found, 'Create block `Mix`');
    expect(result.startsWith(found.text.trimEnd())).toBe(true);
    const project = projectWith({ '/a.nn': result });
    expect(diagnosticsOf(project, '/a.nn').filter(({ severity }) => severity === 'error')).toEqual([]);
    return result.slice(found.text.trimEnd().length).trim();
  };

  it('take what the stage gives them', async () => {
    const image = (stage: string): string => `const K = 3\nmodel M(depth = 2) {\n  input x: [8, 8, 3]\n  output y = x\n    -> ${stage}\n    -> Flatten\n}\n`; // prettier-ignore
    expect(await created(image('Mi¦x'))).toBe('block Mix {\n  input x: [h, w, c]\n  output y = x\n}');
    expect(
      await created(
        image(
          'M¦ix(8, depth, K, rate: 0.5, padding: same, activation: relu, Norm: LayerNormalization, kernel: (3, 3), flag: true)',
        ),
      ),
    ).toBe(
      // prettier-ignore
      'block Mix(size: int, depth: int, k: int, rate: float, padding: same | valid, activation: activation, Norm: layer, kernel: (int, int), flag: bool) {\n  input x: [h, w, c]\n  output y = x\n}', // prettier-ignore
    );
  });

  it('take several tensors, of their kinds', async () => {
    const text = 'model M {\n  input x: [8, 4]\n  input ids: int32[5]\n  output y = x -> Mi¦x(2)(ids)\n}\n';
    expect(await created(text)).toBe(
      'block Mix(size: int) {\n  input x: [n, d]\n  input ids: int32[n2]\n  output y = x\n}',
    );
  });
});

it('edits of several actions apply to the text they were offered for', async () => {
  const found = offered(model('x -> d¦ense(3) -> dense(4)'));
  for (const action of found.actions) {
    const { edit } = await action.change();
    expect([...edit.keys()]).toEqual(['/a.nn']);
    expect(edited(found.text, edit.get('/a.nn')!)).not.toBe(found.text);
  }
  expect(found.actions.length).toBeGreaterThan(2);
});
