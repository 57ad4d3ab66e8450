/** Edits as they come → the same with the statements and declarations that they touch laid out. */
import type { Node } from '../../../grammar/ast.ts';
import { parse } from '../../../grammar/parse.ts';
import { SourceFile, type Span } from '../../../grammar/source.ts';
import { formattedOrNothing, STATEMENTS, statementLayout, type FormattingOptions } from '../layout.ts';
import type { Edit } from '../plain.ts';
import { edited, editsBetween } from '../text-edits.ts';
import { changeOf, type ActionPlace, type CodeChange } from './action.ts';

/** A name inside the new text of one of the edits. */
export interface Mark {
  readonly edit: Edit;
  readonly at: number;
}

export async function laidOut(place: ActionPlace, edits: readonly Edit[], mark?: Mark): Promise<CodeChange> {
  const { text } = place;
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const touched: Span[] = [];
  let delta = 0;
  let marked: number | undefined;
  for (const edit of sorted) {
    const start = edit.span.start + delta;
    if (edit === mark?.edit) marked = start + mark.at;
    touched.push({ start, end: start + edit.newText.length });
    delta += edit.newText.length - (edit.span.end - edit.span.start);
  }
  const raw = edited(text, sorted);
  const layout = await layoutEdits(raw, touched, place);
  const renameAt = marked === undefined ? undefined : movedBy(layout, marked);
  const isCrlf = text.includes('\r\n');
  const final = editsBetween(text, edited(raw, layout).replaceAll(/\r?\n/g, isCrlf ? '\r\n' : '\n'));
  const change = changeOf(place, final);
  return renameAt === undefined || isCrlf ? change : { ...change, renameAt };
}

/** Where a place is after edits that do not touch it. */
const movedBy = (edits: readonly Edit[], offset: number): number =>
  edits.reduce((at, { span, newText }) => (span.end <= offset ? at + newText.length - (span.end - span.start) : at), offset); // prettier-ignore

/** Of what these spans touch: whole declarations where they are new, else statements. */
async function layoutEdits(text: string, touched: readonly Span[], options: FormattingOptions): Promise<readonly Edit[]> {
  const { file, problems } = parse(new SourceFile('', text));
  if (problems.length > 0) return [];
  const isTouched = ({ span }: Node): boolean => touched.some((t) => t.start <= span.end && span.start <= t.end);
  const isNew = ({ span }: Node): boolean => touched.some((t) => t.start <= span.start && span.end <= t.end);
  const edits: Edit[] = [];
  for (const declaration of file.declarations.filter(isTouched)) {
    if (isNew(declaration)) edits.push(...(await declarationLayout(text, declaration, options)));
    else for (const node of statementsOf(declaration).filter(isTouched)) edits.push(...(await statementLayout(text, node, options))); // prettier-ignore
  }
  for (const node of file.imports.filter(isTouched)) edits.push(...(await declarationLayout(text, node, options)));
  return edits;
} // prettier-ignore

function statementsOf(declaration: Node): readonly Node[] {
  if (declaration.kind === 'Train') return declaration.items;
  if (declaration.kind !== 'Block' && declaration.kind !== 'Model') return [];
  return declaration.body.statements.filter(({ kind }) => STATEMENTS.has(kind));
}

async function declarationLayout(text: string, { span }: Node, options: FormattingOptions): Promise<readonly Edit[]> {
  const written = text.slice(span.start, span.end);
  const formatted = await formattedOrNothing(written, options);
  return formatted === undefined ? [] : editsBetween(written, formatted.trimEnd(), span.start);
}
