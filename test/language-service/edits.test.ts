/** Edits applied one by one give what a fresh start gives, whatever is asked in between. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  codeActions,
  codeLenses,
  completions,
  definitionAt,
  diagnosticsOf,
  documentSymbols,
  foldingRanges,
  highlightsAt,
  hover,
  inlayHints,
  Project,
  referencesAt,
  resolveCodeLens,
  selectionRangesAt,
  semanticTokens,
  signatureHelp,
} from '../../compiler/language-service/index.ts';

/** What an editor asks of a file, by name; `at` is some offset. */
const questions: Readonly<Record<string, (project: Project, path: string, at: number) => unknown>> = {
  diagnostics: (project, path) => diagnosticsOf(project, path).map(({ code, message, span, fixes }) => ({ code, message, span, fixes })), // prettier-ignore
  'inlay hints': (project, path) => inlayHints(project, path, { start: 0, end: Infinity }),
  hover,
  'signature help': signatureHelp,
  completion: (project, path, at) => completions(project, path, at).items.map(({ label, detail, insertText }) => ({ label, detail, insertText })), // prettier-ignore
  definition: definitionAt,
  references: (project, path, at) =>
    referencesAt(project, path, at, { includeDeclaration: true, paths: [...start.keys()] }),
  highlights: highlightsAt,
  'code actions': (project, path, at) => codeActions(project, path, { start: at, end: at }).map(({ title, kind }) => ({ title, kind })), // prettier-ignore
  symbols: (project, path) => documentSymbols(project, path),
  colours: (project, path) => semanticTokens(project, path),
  folding: (project, path) => foldingRanges(project, path),
  selection: (project, path, at) => selectionRangesAt(project, path, at),
  'code lenses': (project, path) => codeLenses(project, path).map((lens) => resolveCodeLens(project, lens)),
};

const nowhere = { readFile: () => undefined, exists: () => false, resolvePackage: () => undefined };

function opened(files: ReadonlyMap<string, string>): Project {
  const project = new Project(nowhere);
  for (const [path, text] of files) project.setText(path, text);
  return project;
}

const zoo = new URL('../cases/zoo/', import.meta.url).pathname;
const names = ['conv-blocks.nn', 'mobilenet-v2.nn', 'transformer-blocks.nn', 'gpt2-small.nn', 'vae.nn'];
const start = new Map(names.map((name) => [`/${name}`, readFileSync(zoo + name, 'utf8')]));

const pieces = ['x', ' ', '\n', '}', '{', '-> relu', '-> Conv2D(', ', 3', '"', '/// note\n', 'block B {\n  input x: [n]\n  output y = x -> Dense(n)\n}\n', 'const k = 3\n', 'lead', '0', 'strides: 2', 'repeat 2 {']; // prettier-ignore
const edit = fc.record({ file: fc.nat(), at: fc.nat(), remove: fc.constantFrom(0, 0, 1, 2, 6, 30), insert: fc.constantFrom('', ...pieces), asked: fc.constantFrom(...Object.keys(questions)), where: fc.nat() }); // prettier-ignore

it('gives after each of many edits what a fresh start gives', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
      const files = new Map(start);
      const project = opened(files);
      for (const { file, at, remove, insert, asked, where } of edits) {
        const path = [...files.keys()][file % files.size]!;
        const text = files.get(path)!;
        const from = at % (text.length + 1);
        const next = text.slice(0, from) + insert + text.slice(from + remove);
        files.set(path, next);
        project.setText(path, next);
        const fresh = opened(files);
        for (const name of [asked, 'diagnostics', 'inlay hints'])
          for (const other of files.keys())
            expect(questions[name]!(project, other, where % (next.length + 1)), `${name} of ${other}`).toEqual(
              questions[name]!(fresh, other, where % (next.length + 1)),
            );
      }
    }),
    { seed: 20_261_128, numRuns: 12 },
  );
}, 180_000);
