/**
 * `digits.d.nn.ts` beside `digits.nn`: what TypeScript, with `allowArbitraryExtensions`, takes for an `import … from './digits.nn'`; with a map
 * beside it, so that "go to definition" leads into the `.nn`.
 */
import { basename, dirname, join } from 'node:path';
import { compile, type CompileReport } from '../api.ts';
import type { Host } from '../project/host.ts';
import { writeOutput, type Written } from '../project/write-output.ts';
import { workerTypes } from './worker-modules.ts';

export interface TypeFile {
  readonly path: string;
  readonly text: string;
}

/** The files for a `.nn`, as they shall be; none where it has errors. */
export function typeFiles(path: string, { files }: Pick<CompileReport, 'files'>): readonly TypeFile[] {
  const base = basename(path, '.nn');
  const declarations = files?.find(({ name }) => name === `${base}.d.ts`);
  if (!declarations) return [];
  const name = `${base}.d.nn.ts`;
  // TypeScript follows no map that holds the source itself.
  const { sourcesContent: _, ...map } = JSON.parse(declarations.map) as { readonly sourcesContent?: unknown };
  return [
    // First the map, so that whoever sees the types finds it.
    { path: join(dirname(path), `${name}.map`), text: `${JSON.stringify({ ...map, file: name })}\n` },
    {
      path: join(dirname(path), name),
      text: `${declarations.code}${workerTypes(declarations.code)}//# sourceMappingURL=${name}.map\n`,
    },
  ];
}

export interface WrittenTypes {
  readonly report: CompileReport;
  readonly written: readonly { readonly path: string; readonly state: Written }[];
}

/** @throws UserError where a file cannot be written. */
export async function writeTypes(path: string, host: Host): Promise<WrittenTypes> {
  const report = await compile(path, { host, target: 'js' });
  return { report, written: writeTypeFiles(path, report) };
}

export const writeTypeFiles = (path: string, report: Pick<CompileReport, 'files'>): WrittenTypes['written'] =>
  typeFiles(path, report).map((file) => ({ path: file.path, state: writeOutput(file.path, file.text) }));
