/**
 * Pages of the documentation as documents that are nowhere on disk: `nnlang-doc:/shape/rank.md`, `nnlang-doc:/Conv2D.md`. A client
 * that can show such documents asks for their text; diagnostics link to them.
 */
import { createCompiler } from '../compile.ts';
import { renderDiagnostics } from '../diagnostics/render-terminal.ts';
import { documentationOf, type Documentation } from '../explain/documentation.ts';
import { definitionMarkdown, diagnosticMarkdown } from '../explain/render-markdown.ts';
import { createMemoryHost } from '../project/memory-host.ts';

export const documentationScheme = 'nnlang-doc';

/** Undefined where nothing has this name. */
export function documentationText(uri: string): string | undefined {
  const name = /^nnlang-doc:\/+(.*)\.md$/.exec(uri)?.[1];
  const pages = name === undefined ? [] : documentationOf(name);
  return pages.length === 0 ? undefined : `${pages.map(pageText).join('\n\n')}\n`;
}

/** What the checker says of the wrong example is asked of the checker. */
function pageText(page: Documentation): string {
  if (page.kind === 'definition') return definitionMarkdown(page);
  const path = '/example.nn';
  const { diagnostics } = createCompiler(createMemoryHost({ [path]: page.bad })).check(path);
  const said = renderDiagnostics(diagnostics, { colors: false, width: 90, displayPath: (p) => p.slice(1) }); // prettier-ignore
  return diagnosticMarkdown(page, said);
}
