/**
 * Pages of the documentation as documents that are nowhere on disk: `nnlang-doc:/shape/rank.md`, `nnlang-doc:/Conv2D.md`.
 * Clients that can show such documents ask for their text; diagnostics and type definitions link to them.
 */
import { documentationPage } from '../language-service/index.ts';
import { answering } from './answer.ts';
import type { ServerContext } from './context.ts';

export const documentationScheme = 'nnlang-doc';

export function answerDocumentation(context: ServerContext): void {
  context.connection.workspace.textDocumentContent.on(
    answering(context, 'documentation', ({ uri }) => ({ text: textOf(uri) }), null),
  );
}

/** Empty where nothing has this name. */
function textOf(uri: string): string {
  const name = /^nnlang-doc:\/+(.*)\.md$/.exec(uri)?.[1];
  return (name === undefined ? undefined : documentationPage(name)) ?? '';
}
