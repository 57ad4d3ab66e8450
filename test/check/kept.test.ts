/** Edits applied one by one give what a check from scratch gives: the same diagnostics at the same places, the same models. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult, Compiler } from '../../compiler/compile-types.ts';
import { createCompiler } from '../../compiler/compile.ts';
import { displayCondition, displayShape } from '../../compiler/shapes/index.ts';

type Files = Map<string, string>;

const compilerOf = (files: Files): Compiler =>
  createCompiler({
    readFile: (path) => files.get(path),
    exists: (path) => files.has(path),
    resolvePackage: () => undefined,
  });

/** All that a check says, with the positions in the text as it is now. */
function told({ diagnostics, models, blocks }: CheckResult, files: Files): unknown {
  for (const { file } of diagnostics) expect(file.text).toBe(files.get(file.path));
  return {
    diagnostics: diagnostics.map(({ code, severity, message, help, file: { path }, span, related, fixes }) => ({
      code, severity, message, help, path, span, fixes,
      related: related.map((part) => ({ message: part.message, path: part.file.path, span: part.span })),
    })), // prettier-ignore
    blocks: blocks?.map(({ name, requirements }) => [name, ...requirements.map(displayCondition)]),
    models: models.map(({ name, nodes, requirements, training }) => ({
      name,
      requirements: requirements.map(({ condition, origin }) => [displayCondition(condition), origin.span]),
      nodes: nodes.map(({ kind, label, origin, outputs }) => [kind, label, origin.file.path, origin.span, ...outputs.map(({ shape }) => displayShape(shape))]), // prettier-ignore
      training: training && [training.origin.span, training.loss.node.origin.span],
    })),
  };
}

function expectSame(compiler: Compiler, files: Files): void {
  for (const path of files.keys())
    expect(told(compiler.check(path), files)).toEqual(told(compilerOf(files).check(path), files));
}

const zoo = new URL('../cases/zoo/', import.meta.url).pathname;
const small = ['conv-blocks.nn', 'mobilenet-v2.nn', 'transformer-blocks.nn', 'vae.nn', 'siamese.nn', 'multi-input.nn'];
const known = new Set(readdirSync(zoo));
const start: Files = new Map(small.filter((name) => known.has(name)).map((name) => [name, readFileSync(zoo + name, 'utf8')])); // prettier-ignore
const broken = new Map([
  ['broken.nn', 'import { SqueezeExcite, Missing } from "./conv-blocks.nn"\n\nconst size = width + 1\n\nblock A(k = 3) {\n  input x: [n, d]\n  output y = x -> Dens(k) -> Missing\n}\n\nmodel M {\n  input x: [4, size]\n  output y = x -> A -> Conv2D(3, 3)\n}\n\nmodel N = M\n\ntrain M {\n  loss: meanSquaredError(x, z)\n  optimizer: adam\n}\n'],
]); // prettier-ignore

const pieces = ['x', ' ', '\n', '}', '{', '-> relu', '-> Flatten', ', 3', '(', '"', '// note\n', 'block B {\n  input x: [n]\n  output y = x\n}\n', 'const k = 3\n', 'model ', 'lead', '0', ', strides: 2', ' * 2']; // prettier-ignore
const edit = fc.record({ file: fc.nat(), at: fc.nat(), remove: fc.constantFrom(0, 0, 1, 2, 6, 30), insert: fc.constantFrom('', ...pieces) }); // prettier-ignore

describe('a project that is edited', () => {
  it('gives after each of many edits what a check from scratch gives', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const files: Files = new Map([...start, ...broken]);
        const compiler = compilerOf(files);
        expectSame(compiler, files);
        for (const { file, at, remove, insert } of edits) {
          const path = [...files.keys()][file % files.size]!;
          const text = files.get(path)!;
          const from = at % (text.length + 1);
          files.set(path, text.slice(0, from) + insert + text.slice(from + remove));
          expectSame(compiler, files);
        }
      }),
      { seed: 20_261_128, numRuns: 12 },
    );
  });

  it('moves what is kept with the text', () => {
    const files: Files = new Map([...start, ...broken]);
    const compiler = compilerOf(files);
    expectSame(compiler, files);
    for (const [path, text] of files) files.set(path, `// A line more.\n${text}`);
    expectSame(compiler, files);
    for (const [path, text] of files) files.set(path, text.replace('// A line more.\n', ''));
    expectSame(compiler, files);
  });
});
