/** References, highlights and linked editing: the cursor is `¦`, all that must be found is held in `⟦ ⟧`, in any file. */
import { describe, expect, it } from 'vitest';
import { highlightsAt, linkedEditingAt, referencesAt } from '../../compiler/language-service/index.ts';
import { atCursor, projectWith, unmarked } from './marked.ts';

function expectReferences(files: Readonly<Record<string, string>>, includeDeclaration = true): void {
  const all = Object.entries(files).map(([path, marked]) => ({ path, ...unmarked(marked) }));
  const project = projectWith(Object.fromEntries(all.map(({ path, text }) => [path, text])));
  const at = all.find(({ cursors }) => cursors.length > 0)!;
  const expected = all.flatMap(({ path, spans }) => spans.map((span) => ({ path, span })));
  const found = referencesAt(project, at.path, at.cursors[0]!, { includeDeclaration, paths: Object.keys(files) });
  const order = (a: { path: string; span: { start: number } }, b: typeof a): number =>
    a.path === b.path ? a.span.start - b.span.start : a.path < b.path ? -1 : 1;
  expect([...found].sort(order)).toEqual(expected.sort(order));
}

describe('references', () => {
  it('finds a block in its file and in those that import it, also under another name', () => {
    const files = {
      '/b.nn':
        'block ⟦P¦air⟧ {\n  input x: [n]\n  output left = x\n}\nmodel Own {\n  input x: [3]\n  output y = x -> ⟦Pair⟧\n}\n',
      '/a.nn': 'import { ⟦Pair⟧ } from "./b.nn"\nmodel M {\n  input x: [3]\n  output y = x -> ⟦Pair⟧ -> ⟦Pair⟧\n}\n',
      '/c.nn': 'import { ⟦Pair⟧ as ⟦Two⟧ } from "./b.nn"\nmodel M {\n  input x: [3]\n  output y = x -> ⟦Two⟧\n}\n',
      '/d.nn': 'block Pair {\n  input x: [n]\n  output left = x\n}\n',
    };
    expectReferences(files);
    expectReferences({ ...files, '/b.nn': files['/b.nn'].replace('⟦P¦air⟧', 'P¦air') }, false);
  });

  it('finds labels, members, messages and what `train` reads', () => {
    expectReferences({
      '/b.nn': 'block Pair(⟦wide¦⟧ = 2) {\n  input x: [n]\n  require ⟦wide⟧ > 1, "{⟦wide⟧} and {2 * ⟦wide⟧}, not wide"\n  output left = x -> Dense(⟦wide⟧)\n}\n', // prettier-ignore
      '/a.nn': 'import { Pair } from "./b.nn"\nmodel M(wide = 4) {\n  input x: [3]\n  output y = x -> Pair(⟦wide⟧: 3) -> Pair(⟦wide⟧:)\n}\n', // prettier-ignore
    });
    expectReferences({
      '/b.nn': 'block Pair {\n  input x: [n]\n  output ⟦left⟧ = x\n  output right = ⟦left⟧ + 1\n}\n',
      '/a.nn':
        'import { Pair } from "./b.nn"\nmodel M {\n  input x: [3]\n  let left = x -> Pair\n  output y = left.⟦left¦⟧\n}\n',
    });
    expectReferences({
      '/a.nn': 'model M {\n  input x: [3]\n  layer ⟦enc⟧ = Dense(3)\n  output ¦y = x -> ⟦enc⟧\n}\ntrain M {\n  target t: [3]\n  loss: meanSquaredError(t, y)\n  optimizer: adam\n  freeze: [⟦enc⟧, "⟦enc⟧.kernel"]\n}\n'.replace('¦y', 'y').replace('x -> ⟦enc⟧', 'x -> ⟦e¦nc⟧'), // prettier-ignore
    });
  });

  it('keeps names apart that only look the same', () => {
    expectReferences({ '/a.nn': 'block A(i = 2) {\n  input x: [3]\n  output y = x -> repeat i as ⟦i⟧ { Dense(⟦i¦⟧ + 1) } -> Dense(i)\n}\nblock B(i = 1) {\n  input x: [3]\n  output y = x -> Dense(i)\n}\n' }); // prettier-ignore
    expectReferences({ '/a.nn': 'block A {\n  input x: [...⟦d⟧, d]\n  output y: [...⟦¦d⟧, d] = x\n}\n' });
    expectReferences({ '/a.nn': 'model A {\n  input x: [3]\n  let ⟦mean⟧ = x + 1\n  output y = mean(⟦mean¦⟧)\n}\n' });
  });

  it('finds what is built in where it is used', () => {
    expectReferences({ '/a.nn': 'model A {\n  input x: [3]\n  output y = x -> ⟦Den¦se⟧(3) -> relu -> ⟦Dense⟧(2)\n}\n', '/b.nn': 'block B {\n  input x: [3]\n  output y = x -> ⟦Dense⟧(3)\n}\n' }); // prettier-ignore
  });

  it('works in a text that is being typed', () => {
    expectReferences({ '/a.nn': 'model A {\n  input ⟦x⟧: [3]\n  let h = ⟦x⟧ -> Dense(\n  output y = ⟦x¦⟧ ->\n' });
  });

  it('stops where nobody waits any more', () => {
    const { project, path, offset } = atCursor('const ¦A = 1\nconst B = A\n');
    expect(referencesAt(project, path, offset, { includeDeclaration: true, paths: [] }, () => true)).toEqual([]);
  });
});

describe('highlights', () => {
  it('tells where a name gets its meaning and where it is read', () => {
    const { project, path, offset, spans, text } = atCursor('model A(⟦n⟧ = 2) {\n  input x: [3]\n  require ⟦n⟧ > 1, "{⟦n⟧}"\n  output y = x -> Dense(⟦¦n⟧)\n}\n'); // prettier-ignore
    const found = highlightsAt(project, path, offset);
    expect(found.map(({ span }) => span)).toEqual(spans);
    expect(found.map(({ kind }) => kind)).toEqual(['write', 'read', 'text', 'read']);
    expect(highlightsAt(project, path, text.length)).toEqual([]);
  });
});

describe('linked editing', () => {
  function expectLinked(marked: string): void {
    const { project, path, offset, spans } = atCursor(marked);
    expect(linkedEditingAt(project, path, offset)).toEqual(spans.length > 0 ? spans : undefined);
  }

  it('edits a value, a size or a loop index everywhere in its body at once', () => {
    expectLinked('model A {\n  input x: [3]\n  let ⟦h¦⟧ = x\n  output y = ⟦h⟧ + ⟦h⟧\n}\n');
    expectLinked('block A {\n  input x: [⟦n⟧, 3]\n  input z: [⟦¦n⟧]\n  require ⟦n⟧ > 2, "{⟦n⟧}"\n  output y = x\n}\n');
    expectLinked(
      'model A {\n  input x: [3]\n  output ⟦y¦⟧ = x\n}\ntrain A {\n  loss: mean(⟦y⟧)\n  optimizer: adam\n}\n',
    );
  });

  it('leaves alone what is a label, a member or a shorthand elsewhere, and what stands alone', () => {
    expectLinked('block A(n¦ = 2) {\n  input x: [3]\n  output y = x -> Dense(n)\n}\n');
    expectLinked('block A {\n  input x: [3]\n  let strides¦ = 2\n  output y = x -> Conv2D(3, 3, strides:)\n}\n');
    expectLinked(
      'block A {\n  input x: [3]\n  output y¦ = x\n}\nblock B {\n  input x: [3]\n  output z = (x -> A).y\n}\n',
    );
    expectLinked('block A {\n  input x: [3]\n  output y¦ = x\n}\n');
  });
});
