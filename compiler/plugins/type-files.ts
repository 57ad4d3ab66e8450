/**
 * `digits.d.nn.ts` beside `digits.nn`: what TypeScript, with `allowArbitraryExtensions`, takes for an `import … from './digits.nn'`; with a map
 * beside it, so that "go to definition" leads into the `.nn`.
 */
import { basename, dirname, join } from 'node:path';
import type { EmittedFile } from '../emit/emitted.ts';
import { writeOutput, type Written } from '../project/write-output.ts';
import { workerTypes } from './worker-modules.ts';

export interface TypeFile {
  readonly path: string;
  readonly text: string;
}

/** `digits.d.nn.ts` of `digits.nn`. */
export const typesPath = (path: string): string => join(dirname(path), `${basename(path, '.nn')}.d.nn.ts`);

type Declarations = Pick<EmittedFile, 'code' | 'map'>;

/** What TypeScript shall read, without a link to a map: the classes, and those of their workers. */
export const typesText = ({ code }: Declarations): string => `${code}${workerTypes(code)}`;

/** TypeScript follows no map that holds the source itself. */
export function typesMap(path: string, { map }: Declarations): string {
  const { sourcesContent: _, ...rest } = JSON.parse(map) as { readonly sourcesContent?: unknown };
  return JSON.stringify({ ...rest, file: basename(typesPath(path)) });
}

/** The files for a `.nn`, as they shall be. */
export function typeFiles(path: string, declarations: Declarations): readonly TypeFile[] {
  const types = typesPath(path);
  const map = `${types}.map`;
  return [
    // First the map, so that whoever sees the types finds it.
    { path: map, text: `${typesMap(path, declarations)}\n` },
    { path: types, text: `${typesText(declarations)}//# sourceMappingURL=${basename(map)}\n` },
  ];
}

/** @throws UserError where a file cannot be written. */
export const writeTypeFiles = (
  path: string,
  declarations: Declarations,
): readonly { readonly path: string; readonly state: Written }[] =>
  typeFiles(path, declarations).map((file) => ({ path: file.path, state: writeOutput(file.path, file.text) }));
