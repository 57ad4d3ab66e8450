/** The name of something built in, or the slug of a diagnostic → its page, as a document that editors can show. */
import { checkText } from '../check/check-text.ts';
import { renderDiagnostics } from '../diagnostics/render-terminal.ts';
import { documentationOf, type Documentation } from '../explain/documentation.ts';
import { definitionMarkdown, diagnosticMarkdown } from '../explain/render-markdown.ts';
import { compileTimeWords } from './hover-words.ts';
import { code, paragraphs } from './markdown.ts';

/** Markdown: of all that the name means, one below the other. Undefined where it means nothing. */
export function documentationPage(name: string): string | undefined {
  const pages = [...documentationOf(name).map(pageOf), ...compileTimePages(name)];
  return pages.length === 0 ? undefined : `${pages.join('\n\n')}\n`;
}

function pageOf(page: Documentation): string {
  const text = page.kind === 'definition' ? definitionMarkdown(page) : diagnosticMarkdown(page, said(page.bad));
  const title = text.replace(/^## /, '# ');
  return page.kind === 'definition' ? title.replace('\n\n', `\n\n_${page.is.join(', ')}_\n\n`) : title;
}

/** What the checker says of the wrong example. */
function said(bad: string): string {
  const { diagnostics } = checkText(bad);
  return renderDiagnostics(diagnostics, { colors: false, width: 90, displayPath: (shown) => shown.slice(1) });
}

/** `len`, and `floor` besides the function of tensors. */
function compileTimePages(name: string): readonly string[] {
  const word = Object.hasOwn(compileTimeWords, name) ? compileTimeWords[name] : undefined;
  if (!word) return [];
  return [paragraphs(`# ${name}`, '_computed by the compiler_', word.says, code(word.example))];
}
