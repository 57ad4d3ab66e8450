/** The emitted TypeScript of the examples, to be read by a reviewer. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { itMatchesGoldens } from '../emit/golden-files.ts';

const examples = ['mnist/digits.nn', 'iris/iris.nn', 'lenet5/lenet5.nn'];

async function emittedOf(example: string): Promise<readonly (readonly [string, string])[]> {
  const text = readFileSync(fileURLToPath(new URL(`../../examples/${example}`, import.meta.url)), 'utf8');
  const compiler = createCompiler(createMemoryHost({ [example]: text }));
  const { files } = await compiler.build(example, { target: 'ts', backends: ['wasm', 'cpu'], sourceMap: false, version: '0' }); // prettier-ignore
  return files!.map((file) => [`${example.split('/')[0]!}/${file.name}`, file.code] as const);
}

const emitted = new Map((await Promise.all(examples.map(emittedOf))).flat());

describe('goldens of the examples', () => itMatchesGoldens('examples', emitted));
