/** Actions at a marked place, and what becomes of the texts. `⟦…⟧` is the selection, `¦` a cursor. */
import { codeActions, edited, type CodeAction, type CodeActionOptions, type Project } from '../../compiler/language-service/index.ts'; // prettier-ignore
import { projectWith, unmarked } from './marked.ts';

export interface Offered {
  readonly project: Project;
  readonly text: string;
  readonly actions: readonly CodeAction[];
}

/** The file is `/a.nn`; `others` are further files, from which names may be imported. */
export function offered(marked: string, others: Readonly<Record<string, string>> = {}, options: CodeActionOptions = {}): Offered {
  const { text, spans, cursors } = unmarked(marked);
  const files = { '/a.nn': text, ...others };
  const project = projectWith(files);
  const at = cursors[0] ?? 0;
  const span = spans[0] ?? { start: at, end: at };
  return { project, text, actions: codeActions(project, '/a.nn', span, { paths: Object.keys(files), ...options }) };
} // prettier-ignore

export const titlesOf = ({ actions }: Offered, kind = ''): readonly string[] =>
  actions.filter((action) => action.kind.startsWith(kind)).map(({ title, disabled }) => (disabled === undefined ? title : `(${title}: ${disabled})`)); // prettier-ignore

/** The text after an action; `¦` where its name is to be chosen. */
export async function after({ text, actions }: Offered, title: string): Promise<string> {
  const action = actions.find((one) => one.title === title);
  if (!action) throw new Error(`no action '${title}', but ${actions.map((one) => `'${one.title}'`).join(', ')}`);
  if (action.disabled !== undefined) throw new Error(`'${title}' is disabled: ${action.disabled}`);
  const { edit, renameAt } = await action.change();
  const result = edited(text, edit.get('/a.nn') ?? []);
  return renameAt === undefined ? result : `${result.slice(0, renameAt)}¦${result.slice(renameAt)}`;
}
