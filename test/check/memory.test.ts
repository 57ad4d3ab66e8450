/** What checking keeps grows with the text and not with the number of edits. */
import { getHeapStatistics, queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { CheckResult } from '../../compiler/compile-types.ts';
import { createCompiler } from '../../compiler/compile.ts';
import { SourceFile } from '../../grammar/source.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  return getHeapStatistics().used_heap_size;
}

/** Blocks that use the one before, every fifth starting anew, and a model that uses each fifth. */
function program(blocks: number): string {
  const block = (i: number): string =>
    `block B${i}(filters: int, half = false) {\n  input x: [h, w, c]\n  let y = x -> Conv2D(filters, 3, padding: same) -> if half { MaxPooling2D(2) }${i % 5 === 0 ? '' : ` -> B${i - 1}(filters)`}\n  output z = y -> Conv2D(c, 1)\n}\n`;
  const stages = Array.from({ length: blocks / 5 }, (_, i) => ` -> B${5 * i}(${4 + (i % 3)})`);
  const model = `model M {\n  input x: [32, 32, 3]\n  output y = x${stages.join('\n   ')}\n}\n`;
  return [...Array.from({ length: blocks }, (_, i) => block(i)), model].join('\n');
}

/** A project of one file that can be edited. */
function opened(text: string): { readonly check: () => CheckResult; readonly edit: (text: string) => void } {
  let now = text;
  const compiler = createCompiler({ readFile: () => now, exists: () => true, resolvePackage: () => undefined });
  return {
    check: () => compiler.check('main.nn'),
    edit: (next) => {
      now = next;
    },
  };
}

function keptFor(blocks: number): number {
  const before = heapUsed();
  const project = opened(program(blocks));
  expect(project.check().diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  const kept = heapUsed() - before;
  // The project is alive until here.
  expect(project.check().models).toHaveLength(1);
  return kept;
}

it('takes memory in proportion to the text', () => {
  keptFor(40);
  const [small, large] = [keptFor(50), keptFor(200)];
  expect(large / small).toBeLessThan(4 * 1.6);
});

it('keeps no text that has been edited away', () => {
  const text = program(20);
  const project = opened(text);
  for (let i = 0; i < 100; i++) {
    project.edit(text.replace('B7(filters: int, half = false)', `B7(filters: int, half = false, k${i % 10} = ${i})`));
    project.check();
  }
  collectGarbage();
  // The first, of which most declarations are, and the last.
  expect(queryObjects(SourceFile, { format: 'count' })).toBeLessThanOrEqual(4);
  expect(project.check().models).toHaveLength(1);
});
