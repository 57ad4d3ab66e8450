/**
 * `digits.d.nn.ts` beside `digits.nn`: what TypeScript, with `allowArbitraryExtensions`, takes for an `import … from './digits.nn'`; with a map
 * beside it, so that "go to definition" leads into the `.nn`.
 */
import type { EmittedFile } from '../emit/emitted.ts';
import { typesPathOf } from '../typescript-plugin/paths.ts';
import { workerTypes } from './worker-modules.ts';

export interface TypeFile {
  readonly path: string;
  readonly text: string;
}

type Declarations = Pick<EmittedFile, 'code' | 'map'>;

/** Also of a path as Windows writes it: this runs in browsers, too, where there is nothing that knows. */
const baseName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** What TypeScript shall read, without a link to a map: the classes, and those of their workers. */
export const typesText = ({ code }: Declarations): string => `${code}${workerTypes(code)}`;

/** TypeScript follows no map that holds the source itself. */
export function typesMap(path: string, { map }: Declarations): string {
  const { sourcesContent: _, ...rest } = JSON.parse(map) as { readonly sourcesContent?: unknown };
  return JSON.stringify({ ...rest, file: baseName(typesPathOf(path)) });
}

/** The files for a `.nn`, as they shall be. */
export function typeFiles(path: string, declarations: Declarations): readonly TypeFile[] {
  const types = typesPathOf(path);
  const map = `${types}.map`;
  return [
    // First the map, so that whoever sees the types finds it.
    { path: map, text: `${typesMap(path, declarations)}\n` },
    { path: types, text: `${typesText(declarations)}//# sourceMappingURL=${baseName(map)}\n` },
  ];
}
