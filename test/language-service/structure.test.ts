/** Outline, workspace symbols, folding, selection, links: what editors know of a text as a whole. */
import { describe, expect, it } from 'vitest';
import { documentLinks, documentSymbols, foldingRanges, selectionRangesAt, workspaceSymbols, type DocumentSymbol } from '../../compiler/language-service/index.ts'; // prettier-ignore
import { atCursor, projectWith } from './marked.ts';

const digits = `/// Handwritten digits.
model Digits(classes = 10) {
  input image: [28, 28, 1]
  layer head = Dense(classes)
  let (a, _) = image -> Flatten -> split(2)
  output digit = image -> Flatten -> head
}

train Digits {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, digit, fromLogits: true)
}
`;

describe('document symbols', () => {
  const shown = ({ name, kind, detail, children }: DocumentSymbol, depth = 0): string =>
    [`${'  '.repeat(depth)}${kind} ${name}${detail === undefined ? '' : ` — ${detail}`}`, ...children.map((child) => shown(child, depth + 1))].join('\n'); // prettier-ignore

  it('shows declarations with what they hold, and shapes', () => {
    const project = projectWith({ '/a.nn': `const N = 4\nconst twice(v = N) = 2 * v\nmodel Small = Digits(classes: 2)\n${digits}` }); // prettier-ignore
    const symbols = documentSymbols(project, '/a.nn');
    expect(symbols.map((symbol) => shown(symbol)).join('\n')).toBe(
      `const N — 4
function twice — 2 * v
  parameter v — = N
model Small — Digits(classes: 2)
model Digits
  parameter classes — = 10
  input image — [28, 28, 1]
  layer head — Dense(classes)
  let a — [392]
  output digit — [10]
train train Digits
  target label — int32
  field loss — sparseCategoricalCrossentropy(label, digit, fromL…`,
    );
  });

  it('nests: every name in its symbol, every symbol in its parent, also in a text that is being typed', () => {
    const text = digits.replace('(classes = 10)', '(classes = 10, /// Deep?\n  deep: ').replace('-> head', '-> ');
    for (const whole of [digits, text, text.slice(0, 120), 'block', 'model M {\n  let = \n  output y =']) {
      const project = projectWith({ '/a.nn': whole });
      const check = ({ name, span, selection, children }: DocumentSymbol): void => {
        expect(name).not.toBe('');
        expect(span.start <= selection.start && selection.end <= span.end).toBe(true);
        for (const child of children) expect([child.name, span.start <= child.span.start && child.span.end <= span.end]).toEqual([child.name, true]); // prettier-ignore
        children.forEach(check);
      };
      documentSymbols(project, '/a.nn').forEach(check);
    }
  });
});

describe('workspace symbols', () => {
  const files = { '/a.nn': digits, '/lib/b.nn': 'block ResidualBlock {\n  input x: [n]\n  output y = x\n}\nconst DEPTH = 3\nblock Drop {\n  input x: [n]\n  output y = x\n}\n' }; // prettier-ignore
  const named = (query: string): readonly string[] =>
    workspaceSymbols(projectWith(files), query, Object.keys(files)).map(({ name, path }) => `${name} ${path}`);

  it('finds by parts of names, the best first', () => {
    expect(named('dig')).toEqual(['Digits /a.nn']);
    expect(named('rb')).toEqual(['ResidualBlock /lib/b.nn']);
    expect(named('d')).toEqual(['DEPTH /lib/b.nn', 'Digits /a.nn', 'Drop /lib/b.nn', 'ResidualBlock /lib/b.nn']);
    expect(named('dxq')).toEqual([]);
    expect(named('')).toHaveLength(4);
  });

  it('passes over files that are not there', () => {
    expect(workspaceSymbols(projectWith(files), 'drop', ['/gone.nn', '/lib/b.nn'])).toHaveLength(1);
  });
});

describe('folding', () => {
  it('folds imports, comments, bodies, lists and long statements, each from its first line', () => {
    const text = `import { A } from "./a.nn"
import { B } from "./b.nn"
// one
// two

/// Doc
/// goes on
model M(
  n = 3,
) {
  input x: [8]
  output y = x // why
    -> Dense(
      n,
    )
    -> repeat 2 {
      relu
    }
  let z = 1
}
/* a
   b */
`;
    const project = projectWith({ '/a.nn': text });
    const { source } = project.file('/a.nn')!;
    const lines = foldingRanges(project, '/a.nn').map(({ span, kind }) => `${source.positionAt(span.start).line}–${source.positionAt(span.end).line} ${kind}`); // prettier-ignore
    expect(lines).toEqual([
      '1–2 imports',
      '3–4 comment',
      '6–7 comment',
      '8–9 code',
      '10–19 code',
      '12–18 code',
      '13–14 code',
      '16–17 code',
      '21–22 comment',
    ]);
  });
});

describe('selection ranges', () => {
  function steps(marked: string): readonly string[] {
    const { project, path, offset, text } = atCursor(marked);
    return selectionRangesAt(project, path, offset).map(({ start, end }) => text.slice(start, end));
  }

  it('grows from a word over its argument, the stages up to here, the pipeline and the statement to the file', () => {
    const statement = 'output y = x -> Conv2D(8, kernelSize: 3) -> relu';
    const body = `input x: [8, 8, 1]\n  ${statement}`;
    expect(steps(`/// Doc.\nmodel M {\n  input x: [8, 8, 1]\n  output y = x -> Conv2D(8, kernel¦Size: 3) -> relu\n}\n`)).toEqual([
      'kernelSize',
      'kernelSize: 3',
      '8, kernelSize: 3',
      '(8, kernelSize: 3)',
      'Conv2D(8, kernelSize: 3)',
      'x -> Conv2D(8, kernelSize: 3)',
      'x -> Conv2D(8, kernelSize: 3) -> relu',
      statement,
      body,
      `{\n  ${body}\n}`,
      `model M {\n  ${body}\n}`,
      `/// Doc.\nmodel M {\n  ${body}\n}`,
      `/// Doc.\nmodel M {\n  ${body}\n}\n`,
    ]); // prettier-ignore
  });

  it('knows loops, shapes, strings and comments', () => {
    expect(steps('block B {\n  output y = x -> repeat 2 { A -> ¦B -> C }\n}').slice(0, 4)).toEqual(['B', 'A -> B', 'A -> B -> C', 'repeat 2 { A -> B -> C }']); // prettier-ignore
    expect(steps('block B {\n  input x: int32[h, ¦w]\n}').slice(0, 4)).toEqual(['w', 'h, w', 'int32[h, w]', 'input x: int32[h, w]']); // prettier-ignore
    expect(steps('block B {\n  require n > 2, "too f¦ew"\n}').slice(0, 3)).toEqual(['few', 'too few', '"too few"']);
    expect(steps('block B {\n  // why ¦not\n  let a = 1\n}').slice(0, 2)).toEqual(['not', '// why not']);
  });
});

describe('document links', () => {
  it('leads from import paths to files that are there', () => {
    const others = { '/lib/b.nn': 'const B = 1\n', '/node_modules/nets/c.nn': 'const C = 1\n' };
    const { project, path, spans } = atCursor('import { B } from "⟦./lib/b.nn⟧"\nimport { C } from "⟦nets/c.nn⟧"\nimport { D } from "./gone.nn"\nimport {} from\n', others); // prettier-ignore
    expect(documentLinks(project, path)).toEqual([
      { span: spans[0], path: '/lib/b.nn' },
      { span: spans[1], path: '/node_modules/nets/c.nn' },
    ]);
  });
});
