/**
 * `nn build --explain`: what optimisation made of the models of files that were built, as text or for `--json`.
 */
import type { Compiler } from '../compile-types.ts';
import type { ModelExplanation } from '../explain-build/explanation.ts';
import type { BuildOptions } from './commands/build.ts';
import { displayPath } from './display-path.ts';
import { wantsColors, type Terminal } from './terminal.ts';

/** By model, in the order of the files. */
export async function explanationsOf(
  sources: Iterable<string>,
  compiler: Compiler,
  { backends }: BuildOptions,
): Promise<readonly ModelExplanation[]> {
  const all: ModelExplanation[] = [];
  for (const source of new Set(sources)) all.push(...(await compiler.explain(source, backends)));
  return all;
}

export async function explanationText(
  explanations: readonly ModelExplanation[],
  { stdout, cwd, env }: Terminal,
  color: boolean | undefined,
): Promise<string> {
  const { renderExplanation } = await import('../explain-build/render-explanation.ts');
  const options = {
    colors: wantsColors(stdout, env, color),
    width: (stdout.isTTY && stdout.columns) || 120,
    displayPath: (path: string) => displayPath(path, cwd),
  };
  return explanations.map((one) => `\n${renderExplanation(one, options)}`).join('');
}

export async function explanationsJson(
  explanations: readonly ModelExplanation[],
  { cwd }: Terminal,
): Promise<readonly object[]> {
  const { explanationJson } = await import('../explain-build/explanation-json.ts');
  return explanations.map((one) => explanationJson(one, (path) => displayPath(path, cwd)));
}
