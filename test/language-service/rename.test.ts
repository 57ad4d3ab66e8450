/** The cursor is `¦`; what the files must become is written out, or why it cannot be. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lowerCamelCase } from '../../compiler/check/layer-names.ts';
import { edited, editsForMoves, prepareRename, Project, rename, type Renaming } from '../../compiler/language-service/index.ts'; // prettier-ignore
import { keyOf, occurrencesOf, type Occurrence } from '../../compiler/language-service/occurrences.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { summarize } from '../../compiler/summary/summarize.ts';
import { summaryJson } from '../../compiler/summary/summary-json.ts';
import { projectWith, unmarked } from './marked.ts';

type Files = Readonly<Record<string, string>>;

function renamed(files: Files, newName: string): { readonly result: Renaming; readonly after: Files } {
  const all = Object.entries(files).map(([path, marked]) => ({ path, ...unmarked(marked) }));
  const project = projectWith(Object.fromEntries(all.map(({ path, text }) => [path, text])));
  const at = all.find(({ cursors }) => cursors.length > 0)!;
  const result = rename(project, at.path, at.cursors[0]!, newName, Object.keys(files));
  const edits = result.kind === 'edits' ? result.edits : new Map();
  return {
    result,
    after: Object.fromEntries(all.map(({ path, text }) => [path, edited(text, edits.get(path) ?? [])])),
  };
}

function expectRenamed(files: Files, newName: string, expected: Files): void {
  const { result, after } = renamed(files, newName);
  expect(result.kind === 'refused' ? result.message : after).toEqual(expected);
}

function expectRefused(files: Files, newName: string, message: string): void {
  const { result } = renamed(files, newName);
  expect(result.kind === 'refused' ? result.message : 'not refused').toBe(message);
}

const inModel = (statements: string): string => `model M {\n  input x: [8, 8, 1]\n  ${statements}\n}\n`;

describe('rename', () => {
  it('changes a block in its file, in imports and in every use; `as` keeps its name', () => {
    expectRenamed(
      {
        '/b.nn':
          'block P¦air {\n  input x: [n]\n  output left = x\n}\nblock Two {\n  input x: [n]\n  output y = x -> Pair\n}\n',
        '/a.nn': 'import { Pair } from "./b.nn"\nmodel M {\n  input x: [3]\n  output y = Pair()(x)\n}\n',
        '/c.nn': 'import { Pair as P } from "./b.nn"\nmodel M {\n  input x: [3]\n  output y = x -> P\n}\n',
      },
      'Couple',
      {
        '/b.nn':
          'block Couple {\n  input x: [n]\n  output left = x\n}\nblock Two {\n  input x: [n]\n  output y = x -> Couple\n}\n',
        '/a.nn': 'import { Couple } from "./b.nn"\nmodel M {\n  input x: [3]\n  output y = Couple()(x)\n}\n',
        '/c.nn': 'import { Couple as P } from "./b.nn"\nmodel M {\n  input x: [3]\n  output y = x -> P\n}\n',
      },
    );
  });

  it('changes what an `as` gave in its own file, and in those that import it from there', () => {
    expectRenamed(
      {
        '/c.nn': 'const WIDTH = 3\n',
        '/b.nn': 'import { WIDTH as W } from "./c.nn"\nconst D = 2 * W¦\n',
        '/a.nn': 'import { W } from "./b.nn"\nconst E = W\n',
      },
      'WIDE',
      {
        '/c.nn': 'const WIDTH = 3\n',
        '/b.nn': 'import { WIDTH as WIDE } from "./c.nn"\nconst D = 2 * WIDE\n',
        '/a.nn': 'import { WIDE } from "./b.nn"\nconst E = WIDE\n',
      },
    );
  });

  it('writes a shorthand out, whichever of the two is renamed', () => {
    expectRenamed({ '/a.nn': inModel('let strides¦ = 2\n  output y = x -> Conv2D(3, 3, strides:)') }, 'step', { '/a.nn': inModel('let step = 2\n  output y = x -> Conv2D(3, 3, strides: step)') }); // prettier-ignore
    const block = 'block B(wide = 2) {\n  input x: [n]\n  output y = x -> Dense(wide)\n}\n';
    expectRenamed(
      { '/a.nn': `${block.replace('wide', 'wide¦')}model M(wide = 4) {\n  input x: [n]\n  output y = x -> B(wide:) -> B(wide: 3)\n}\n` },
      'units',
      { '/a.nn': `${block.replaceAll('wide', 'units')}model M(wide = 4) {\n  input x: [n]\n  output y = x -> B(units: wide) -> B(units: 3)\n}\n` },
    ); // prettier-ignore
  });

  it('changes names in messages of `require`, sizes, spreads and loops', () => {
    expectRenamed(
      { '/a.nn': 'block B {\n  input x: [...l, dim¦]\n  require dim % 2 == 0, "\\t{dim}: {dim / 2} of dim"\n  output y: [...l, dim] = x\n}\n' },
      'width',
      { '/a.nn': 'block B {\n  input x: [...l, width]\n  require width % 2 == 0, "\\t{width}: {width / 2} of dim"\n  output y: [...l, width] = x\n}\n' },
    ); // prettier-ignore
    expectRenamed({ '/a.nn': 'block B {\n  input x: [...l¦, d]\n  output y: [...l, d] = x\n}\n' }, 'lead', { '/a.nn': 'block B {\n  input x: [...lead, d]\n  output y: [...lead, d] = x\n}\n' }); // prettier-ignore
    expectRenamed({ '/a.nn': inModel('output y = x -> for (w, ¦k) in [(8, 3)] { Conv2D(w, k) }') }, 'size', { '/a.nn': inModel('output y = x -> for (w, size) in [(8, 3)] { Conv2D(w, size) }') }); // prettier-ignore
  });

  it('changes members, named inputs and what `train` reads', () => {
    expectRenamed(
      { '/b.nn': 'block Pair {\n  input x: [n]\n  output left = x\n  output right = left + 1\n}\n', '/a.nn': 'import { Pair } from "./b.nn"\nmodel M {\n  input x: [3]\n  let p = x -> Pair\n  output y = p.le¦ft + (x -> Pair).left\n}\n' },
      'first',
      { '/b.nn': 'block Pair {\n  input x: [n]\n  output first = x\n  output right = first + 1\n}\n', '/a.nn': 'import { Pair } from "./b.nn"\nmodel M {\n  input x: [3]\n  let p = x -> Pair\n  output y = p.first + (x -> Pair).first\n}\n' },
    ); // prettier-ignore
    expectRenamed(
      { '/a.nn': 'block B {\n  input ¦x: [n]\n  output y = x\n}\nmodel M {\n  input z: [3]\n  layer b = B\n  output y = B()(x: z) + b(x: z)\n}\n' },
      'given',
      { '/a.nn': 'block B {\n  input given: [n]\n  output y = given\n}\nmodel M {\n  input z: [3]\n  layer b = B\n  output y = B()(given: z) + b(given: z)\n}\n' },
    ); // prettier-ignore
    const training = (out: string, layer: string): string =>
      `model M {\n  input x: [3]\n  layer ${layer} = Dense(3)\n  output ${out} = x -> ${layer}\n}\ntrain M {\n  target t: [3]\n  loss: meanSquaredError(t, ${out})\n  metrics: [meanAbsoluteError(t, ${out})]\n  optimizer: adam\n  freeze: [${layer}, "${layer}.kernel"]\n}\n`; // prettier-ignore
    expectRenamed({ '/a.nn': training('y', 'enc').replace('output y', 'output ¦y') }, 'guess', { '/a.nn': training('guess', 'enc') }); // prettier-ignore
    expectRenamed({ '/a.nn': training('y', 'enc').replace('[enc', '[en¦c') }, 'encoder', { '/a.nn': training('y', 'encoder') }); // prettier-ignore
  });

  it('follows layers in paths that are named after their block', () => {
    const text = (block: string, layer: string): string =>
      `block ${block} {\n  input x: [n]\n  output y = x -> Dense(3)\n}\nmodel M {\n  input x: [3]\n  output y = x -> ${block} -> ${block}\n}\ntrain M {\n  target t: [3]\n  loss: meanSquaredError(t, y)\n  optimizer: adam\n  freeze: [${layer}_1, "${layer}.dense"]\n}\n`; // prettier-ignore
    expectRenamed({ '/a.nn': text('Trunk', 'trunk').replace('Trunk', 'Tr¦unk') }, 'BackBone', { '/a.nn': text('BackBone', 'backBone') }); // prettier-ignore
  });

  it('changes axes in patterns, and what their labels say', () => {
    const text = (heads: string, size: string): string =>
      inModel(`let heads = 2\n  output y = x -> rearrange("h w (${heads} c) -> ${heads} c h w", ${size})`);
    expectRenamed({ '/a.nn': text('heads', 'heads¦: 1') }, 'k', { '/a.nn': text('k', 'k: 1') });
    expectRenamed({ '/a.nn': text('heads', 'heads:').replace('w (heads', 'w (he¦ads') }, 'k', { '/a.nn': text('k', 'k: heads') }); // prettier-ignore
    expectRenamed({ '/a.nn': text('heads', 'heads¦:') }, 'k', { '/a.nn': text('heads', 'heads: k').replace('let heads', 'let k') }); // prettier-ignore
    expectRefused({ '/a.nn': text('heads', 'heads¦: 1') }, 'h', 'In line 4 of a.nn, `h` would mean something else than `heads` does now. Choose another name.'); // prettier-ignore
  });

  it('says what else has the name', () => {
    const notes = (text: string): readonly string[] => {
      const { result } = renamed({ '/a.nn': text }, 'other');
      return result.kind === 'edits' ? result.notes : [];
    };
    expect(notes(inModel('let h¦ = x\n  output y = h'))).toEqual([]);
    expect(notes(inModel('output y¦ = x'))).toEqual(['Programs that use the compiled model call it `y`: they must follow.']); // prettier-ignore
    expect(notes('block B {\n  input x: [n]\n  layer f¦ = Dense(3)\n  output y = x -> f\n}\n')).toEqual(['Weights are named after `f`: files saved so far hold them under the old name.']); // prettier-ignore
  });

  it('works in a text that is being typed', () => {
    expectRenamed({ '/a.nn': 'model M {\n  input ¦x: [3]\n  let h = x -> Dense(\n  output y = x ->\n' }, 'image', { '/a.nn': 'model M {\n  input image: [3]\n  let h = image -> Dense(\n  output y = image ->\n' }); // prettier-ignore
  });
});

describe('what cannot be renamed', () => {
  const why = (marked: string, others: Files = {}): unknown => {
    const { text, cursors } = unmarked(marked);
    const prepared = prepareRename(projectWith({ '/a.nn': text, ...others }), '/a.nn', cursors[0]!);
    return prepared.kind === 'refused' ? prepared.message : text.slice(prepared.span.start, prepared.span.end);
  };

  it('says what is ready', () => {
    expect(why(inModel('output y¦y = x'))).toBe('yy');
  });

  it('says why not', () => {
    expect(why(inModel('output y = x -> ¦Dense(3)'))).toBe('`Dense` is built into the language, so it cannot be renamed.'); // prettier-ignore
    expect(why(inModel('out¦put y = x'))).toBe('`output` is a word of the language, so it cannot be renamed.');
    expect(why(inModel('output y = x -> Dense(un¦its: 3)'))).toBe('`units` is an argument of `Dense`, which is built in, so it cannot be renamed.'); // prettier-ignore
    expect(why(inModel('output y = x -> Conv2D(3, 3, padding: sam¦e)'))).toBe('`same` is an option, named by the argument that takes it, so it cannot be renamed.'); // prettier-ignore
    expect(why(inModel('output y = ¦nothing'))).toBe('`nothing` is not declared anywhere, so there is nothing to rename.'); // prettier-ignore
    expect(why(inModel('output y = x + ¦3'))).toBe('There is no name here that could be changed.');
    expect(why('import { P¦ } from "./gone.nn"\n')).toBe('The import of `P` leads nowhere, so it is not known what else has this name. Mend the import first.'); // prettier-ignore
    expect(why('import { Net¦ } from "@me/nets/c.nn"\n', { '/node_modules/@me/nets/c.nn': 'block Net {\n  input x: [n]\n  output y = x\n}\n' })).toBe('`Net` is declared in the package `@me/nets`, which is not yours to change. Import it under another name instead: `import { Net as … }`.'); // prettier-ignore
  });

  it('gives advice on packages only where it helps', () => {
    const others = {
      '/node_modules/nets/c.nn': 'block Net(units = 2) {\n  input x: [n]\n  output y = x -> Dense(units)\n}\n',
    };
    expect(why(`import { Net } from "nets/c.nn"\n${inModel('output y = x -> Net(un¦its: 3)')}`, others)).toBe('`units` is declared in the package `nets`, which is not yours to change.'); // prettier-ignore
    expect(why(`import { Net as N } from "nets/c.nn"\n${inModel('output y = x -> N¦')}`, others)).toBe('N');
  });

  it('refuses names that are none', () => {
    const files = { '/a.nn': inModel('layer f = Dense(3)\n  output y¦ = x -> f') };
    expectRefused(files, '3x', '`3x` cannot be a name: names consist of the letters a–z and A–Z, digits and `_`, and begin with no digit.'); // prettier-ignore
    expectRefused(files, '_', '`_` alone is not a name: in patterns and shapes it stands for what is not needed.');
    expectRefused(files, 'for', '`for` is a word of the language, so nothing can be called so.');
    expectRefused(files, 'Guess', 'The name of an output starts with a small letter: `guess` rather than `Guess`.');
    expectRefused({ '/a.nn': 'block B¦ {\n  input x: [n]\n  output y = x\n}\n' }, 'mlp', 'The name of a block starts with a capital letter: `Mlp` rather than `mlp`.'); // prettier-ignore
    expectRefused({ '/a.nn': 'block B(Norm¦: layer) {\n  input x: [n]\n  output y = x -> Norm\n}\n' }, 'norm', 'The name of a `layer` parameter starts with a capital letter: `Norm` rather than `norm`.'); // prettier-ignore
  });

  it('refuses what is taken, here and where it is imported', () => {
    expectRefused(
      { '/a.nn': inModel('let h = x\n  output y¦ = h') },
      'h',
      'A value is called `h` already, in line 3 of a.nn.',
    );
    expectRefused({ '/a.nn': 'block B {\n  input x: [h, w¦]\n  output y = x\n}\n' }, 'h', 'A size is called `h` already, in line 2 of a.nn.'); // prettier-ignore
    const b = { '/b.nn': 'const A¦ = 1\n' };
    expectRefused({ ...b, '/a.nn': 'import { A } from "./b.nn"\nconst B = A\n' }, 'B', 'A constant is called `B` already, in line 2 of a.nn.'); // prettier-ignore
    expectRefused({ ...b, '/a.nn': 'import { A } from "./b.nn"\nconst B = A\n' }, '_A', 'Names that begin with `_` cannot be imported, and a.nn imports this one.'); // prettier-ignore
  });

  it('refuses what would mean something else at any use, or make something else mean this', () => {
    expectRefused(
      { '/a.nn': 'const N¦ = 3\nblock B(k = 1) {\n  input x: [n]\n  output y = x -> Dense(N + k)\n}\n' },
      'k',
      'In line 4 of a.nn, `k` would mean something else than `N` does now. Choose another name.',
    );
    expectRefused(
      { '/a.nn': 'const N¦ = 3\nconst M = N\nblock B {\n  input x: [h]\n  output y = x\n}\n' },
      'h',
      '`h` in line 4 of a.nn would no longer mean what it means now. Choose another name.',
    );
    expectRefused(
      { '/a.nn': inModel('output y = x -> repeat 2 as ¦i { Conv2D(x.size + i, 3) }').replace('x.size + i', 'depth + i').replace('M {', 'M(depth = 3) {') },
      'depth',
      '`depth` in line 3 of a.nn would no longer mean what it means now. Choose another name.',
    ); // prettier-ignore
    expectRefused(
      {
        '/a.nn':
          'block B(padding¦ = 3) {\n  input x: [8, 8, 1]\n  output y = x -> Conv2D(padding, 3, padding: same)\n}\n',
      },
      'same',
      '`same` in line 3 of a.nn would no longer mean what it means now. Choose another name.',
    );
    expectRefused(
      { '/a.nn': 'block Mlp¦ {\n  input x: [n]\n  output y = x -> Dense(3)\n}\n' },
      'Dense',
      '`Dense` in line 3 of a.nn would no longer mean what it means now. Choose another name.',
    );
  });

  it('refuses what would be wrong for another reason', () => {
    const { result } = renamed({ '/a.nn': inModel('output y = x -> for (w, ¦k) in [(8, 3)] { Conv2D(w, k) }') }, 'w');
    expect(result.kind === 'refused' && result.message).toContain('line 3 of a.nn');
  });
});

describe('moved files', () => {
  function moved(files: Files, moves: Readonly<Record<string, string>>): Files {
    const list = Object.entries(moves).map(([from, to]) => ({ from, to }));
    const edits = editsForMoves(projectWith(files), list, Object.keys(files));
    return Object.fromEntries([...edits].map(([path, own]) => [path, edited(files[path]!, own)]));
  }

  it('are followed by who imports them, and keep what they import', () => {
    const files = { '/a.nn': 'import { B } from "./lib/b.nn"\nimport { N } from "nets/n.nn"\n', '/lib/b.nn': 'import { C } from "./c.nn"\nconst B = C\n', '/lib/c.nn': 'const C = 1\n', '/d.nn': 'import { C } from "./lib/c.nn"\n', '/node_modules/nets/n.nn': 'const N = 1\n' }; // prettier-ignore
    expect(moved(files, { '/lib/b.nn': '/lib/blocks.nn' })).toEqual({ '/a.nn': files['/a.nn'].replace('./lib/b', './lib/blocks') }); // prettier-ignore
    expect(moved(files, { '/lib/b.nn': '/b.nn' })).toEqual({ '/a.nn': files['/a.nn'].replace('./lib/b', './b'), '/lib/b.nn': files['/lib/b.nn'].replace('./c', './lib/c') }); // prettier-ignore
    expect(moved(files, { '/lib': '/parts' })).toEqual({ '/a.nn': files['/a.nn'].replace('lib', 'parts'), '/d.nn': files['/d.nn'].replace('lib', 'parts') }); // prettier-ignore
    expect(moved(files, { '/a.nn': '/deep/er/a.nn' })).toEqual({
      '/a.nn': files['/a.nn'].replace('./lib', '../../lib'),
    });
  });
});

const cases = join(import.meta.dirname, '../cases');
const programs = ['zoo', 'requires', 'bugs/good', 'mistakes/good', 'architectures/language.nn'].flatMap((part) => {
  const names = part.endsWith('.nn') ? [part] : readdirSync(join(cases, part)).sort().map((name) => `${part}/${name}`);
  return names.filter((name) => name.endsWith('.nn')).map((name) => ({ name, text: readFileSync(join(cases, name), 'utf8') }));
}); // prettier-ignore

/** What a project finds in a program: what was said and where, and what its models are made of. */
function findings(project: Project): { readonly said: readonly string[]; readonly models: string } {
  const { diagnostics, models } = project.check('/a.nn')!;
  const said = diagnostics.map(({ code, file, span }) => `${code} ${file.positionAt(span.start).line}`).sort();
  return { said, models: JSON.stringify(summaryJson(models.map(summarize))) };
}

const plain: ReadonlySet<string> = new Set(['declaration', 'read', 'callee']);

/** `strides: strides` says the same as `strides:`, which comes back from a rename written out. */
const writtenOut = (text: string): string => text.replaceAll(/\b(\w+):(?=\s*[,)])/g, '$1: $1');

/** Renames to something fresh and back, and looks at what is said and built each time. */
function expectHarmless(name: string, text: string, chosen: Occurrence): void {
  const project = new Project(createMemoryHost({ '/a.nn': text }));
  const fresh = /^_*[A-Z]/.test(chosen.name) ? 'Qqfresh' : 'qqfresh';
  const result = rename(project, '/a.nn', chosen.span.start, fresh, []);
  if (result.kind === 'refused') return expect.fail(`${name}: ${chosen.name}: ${result.message}`);
  const after = edited(text, result.edits.get('/a.nn')!);
  const back = new Project(createMemoryHost({ '/a.nn': after }));
  const [before, now] = [findings(project), findings(back)];
  expect([name, chosen.name, now.said]).toEqual([name, chosen.name, before.said]);
  const named = (models: string): string => models.replaceAll(fresh, chosen.name).replaceAll(lowerCamelCase(fresh), lowerCamelCase(chosen.name)); // prettier-ignore
  expect([name, chosen.name, named(now.models)]).toEqual([name, chosen.name, named(before.models)]);
  const undone = rename(back, '/a.nn', after.indexOf(fresh), chosen.name, []);
  if (undone.kind === 'refused') return expect.fail(`${name}: back to ${chosen.name}: ${undone.message}`);
  expect([name, writtenOut(edited(after, undone.edits.get('/a.nn')!))]).toEqual([name, writtenOut(text)]);
}

describe('a rename to a fresh name, in every program', () => {
  it('keeps what is said and what is built, and can be undone', () => {
    let tried = 0;
    let hardOnes = 0;
    for (const [at, { name, text }] of programs.entries()) {
      const names = occurrencesOf(new Project(createMemoryHost({ '/a.nn': text })).file('/a.nn')!);
      const declared = names.filter(({ role }) => role === 'declaration');
      // Those that stand as labels, members, shorthands or in strings besides are the ones that could go wrong.
      const special = new Set(names.flatMap(({ role, target }) => (plain.has(role) ? [] : [keyOf(target)])));
      const hard = declared.filter(({ target }) => special.has(keyOf(target)));
      // Of programs without such names one name, and not of all.
      const one = at % 4 === 0 || name.startsWith('zoo') ? declared.slice((at * 7) % declared.length).slice(0, 1) : [];
      const chosen = hard.length > 0 ? hard.slice(0, 6) : one;
      for (const occurrence of chosen) expectHarmless(name, text, occurrence);
      tried += chosen.length;
      hardOnes += Math.min(hard.length, 6);
    }
    expect(tried).toBeGreaterThan(70);
    expect(hardOnes).toBeGreaterThan(20);
  });
});
