/** What stands at a place. */
import type { Hover } from 'vscode-languageserver';
import { hover } from '../language-service/index.ts';
import { answeringAt } from './answer.ts';
import type { ServerContext } from './context.ts';
import { markdown } from './hints.ts';
import { rangeOf } from './positions.ts';

export function answerHover(context: ServerContext): void {
  const { connection, workspace } = context;
  connection.onHover(
    answeringAt(context, 'hover', ({ path, file, offset }): Hover | null => {
      const found = hover(workspace.project, path, offset);
      return found ? { contents: markdown(found.markdown), range: rangeOf(file, found.span) } : null;
    }, null),
  ); // prettier-ignore
}
