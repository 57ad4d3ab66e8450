/** The pictures of the documentation, each drawn by `nn graph` itself of an example, by their paths below `docs/`. */
import { readFileSync } from 'node:fs';
import { createCompiler } from '../compiler/compile.ts';
import { defaultFolds } from '../compiler/graph-view/default-folds.ts';
import { graphViews } from '../compiler/graph-view/index.ts';
import { svgText } from '../compiler/graph-view/svg.ts';
import { createMemoryHost } from '../compiler/project/memory-host.ts';

export function pictures(): ReadonlyMap<string, string> {
  const text = readFileSync(new URL('../examples/moby-dick/moby-dick.nn', import.meta.url), 'utf8');
  const { models } = createCompiler(createMemoryHost({ '/moby-dick.nn': text })).check('/moby-dick.nn');
  const [view] = graphViews(models[0]!);
  return new Map([['graph/writer.svg', svgText(view!, defaultFolds(view!))]]);
}
