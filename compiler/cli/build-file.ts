/**
 * One `.nn` file → its output files, with source maps that find the `.nn` from where they lie.
 */
import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { BuildResult, Compiler } from '../compile-types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { EmittedFile } from '../emit/emitted.ts';
import type { FoundFile } from '../project/discover-files.ts';
import { UserError } from '../project/user-error.ts';
import { writeOutputs, type Output } from '../project/write-output.ts';
import { resultOf } from './check-files.ts';
import type { BuildOptions, BuiltFile } from './commands/build.ts';
import { packageVersion } from './version.ts';

export interface FileBuild {
  readonly diagnostics: readonly Diagnostic[];
  /** Empty where the file has errors: what was there before stays. */
  readonly written: readonly BuiltFile[];
  /** Why nothing was written, where that is no fault of the file. */
  readonly failure?: UserError;
}

export async function buildFile(
  file: FoundFile,
  compiler: Compiler,
  options: BuildOptions,
  cwd: string,
): Promise<FileBuild> {
  const { target, backends, sourceMap = false } = options;
  const { diagnostics, files } = await resultOf<BuildResult>(
    () => compiler.build(file.path, { target, backends, sourceMap, version: packageVersion() }),
    (problems) => ({ diagnostics: problems, files: undefined }),
  );
  if (files === undefined) return { diagnostics, written: [] };
  const folder = outputFolder(file, options, cwd);
  const outputs = files.flatMap((emitted) => outputsOf(emitted, file.path, folder));
  // What is loaded later lies there before that which loads it.
  const order = [...outputs].reverse();
  try {
    for (const { path } of outputs) refuseForeign(path);
    const states = writeOutputs(order);
    const stateOf = new Map(order.map((output, i) => [output, states[i]!]));
    for (const extension of target === 'ts' ? ['ts'] : ['js', 'd.ts']) {
      removeStaleTraining(file.path, folder, files, extension);
    }
    const written = outputs.map((output): BuiltFile => ({ source: file.path, output: output.path, state: stateOf.get(output)!, content: output.content })); // prettier-ignore
    return { diagnostics, written };
  } catch (failure) {
    if (failure instanceof UserError) return { diagnostics, written: [], failure };
    throw failure;
  }
}

/** Under `--out`, a file keeps its place below the folder that was given; otherwise outputs lie beside the source. */
export const outputFolder = ({ path, base }: FoundFile, { out }: BuildOptions, cwd: string): string =>
  out === undefined ? dirname(path) : join(resolve(cwd, out), relative(base, dirname(path)));

/** `nn build a/net.nn b/net.nn --out dir` would write the same file twice; one of them would be lost without a word. */
export function refuseCollisions(files: readonly FoundFile[], options: BuildOptions, cwd: string): void {
  const owners = new Map<string, string>();
  for (const file of files) {
    const output = join(outputFolder(file, options, cwd), basename(file.path));
    const other = owners.get(output);
    if (other !== undefined) {
      throw new UserError(
        `${relative(cwd, other)} and ${relative(cwd, file.path)} would be written to the same file`,
        'Give the folder that holds both, so that outputs keep their folders, or build them one at a time.',
      );
    }
    owners.set(output, file.path);
  }
}

/** A file that ends with a link to its map has one; type declarations have none. */
function outputsOf({ name, code, map }: EmittedFile, source: string, folder: string): readonly TextOutput[] {
  const path = join(folder, name);
  const one: TextOutput = { path, content: code };
  if (!code.endsWith(`//# sourceMappingURL=${name}.map\n`)) return [one];
  return [one, { path: `${path}.map`, content: relocated(map, source, folder) }];
}

interface TextOutput extends Output {
  readonly content: string;
}

/** Sources of a map are meant relative to the map, which may lie in another folder than the `.nn`. */
function relocated(map: string, source: string, folder: string): string {
  const parsed: { sources: (string | null)[] } = JSON.parse(map);
  parsed.sources = parsed.sources.map((path) => {
    const absolute = path === null ? source : isAbsolute(path) ? path : resolve(dirname(source), path);
    return relative(folder, absolute).replaceAll(sep, '/');
  });
  return JSON.stringify(parsed);
}

/** Somebody may have written a `digits.ts` for themselves. */
function refuseForeign(path: string): void {
  if (path.endsWith('.map') || isOurs(path) !== false) return;
  throw new UserError(
    `cannot write ${path}: a file is there that nn has not written; it stays as it is`,
    'Write to a folder of its own with --out, or move that file away.',
  );
}

/** Known by their header, which may have other comments before it; undefined where there is no file, or an empty one. */
function isOurs(path: string): boolean | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.trim() === '' ? undefined : text.slice(0, 1000).includes('/* Generated by nnlang');
  } catch {
    return undefined;
  }
}

/** A model that lost its `train` block leaves a module behind that no longer fits. */
function removeStaleTraining(source: string, folder: string, files: readonly EmittedFile[], extension: string): void {
  for (const part of ['train', 'pass']) removeStale(`${basename(source, '.nn')}.${part}.${extension}`, folder, files);
}

function removeStale(name: string, folder: string, files: readonly EmittedFile[]): void {
  if (files.some((file) => file.name === name)) return;
  const path = join(folder, name);
  if (!isOurs(path)) return;
  rmSync(path);
  rmSync(`${path}.map`, { force: true });
}
