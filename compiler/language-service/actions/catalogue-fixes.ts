/** Problems → their fixes from the catalogue, one by one or all at once as `nn check --fix` does it, and comments that silence them. */
import { fixText } from '../../diagnostics/fix-text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { plainAction, changeOf, type ActionPlace, type CodeAction } from './action.ts';
import { editsBetween } from '../text-edits.ts';

export const catalogueFixes = (place: ActionPlace): readonly CodeAction[] =>
  place.diagnostics.flatMap((diagnostic) => {
    const safe = diagnostic.fixes.filter((fix) => fix.safe);
    return diagnostic.fixes.map(({ title, edits }, i) =>
      plainAction(place, title, 'quickfix', edits, {
        diagnostics: [diagnostic],
        isPreferred: safe.length > 0 ? diagnostic.fixes[i] === safe[0] && safe.length === 1 : diagnostic.fixes.length === 1, // prettier-ignore
      }),
    );
  });

/** What `nn check --fix` would mend, of all or of the same kinds as those here. */
export function fixesOfMany(place: ActionPlace): readonly CodeAction[] {
  const fixable = place.allDiagnostics.filter(isSafelyFixed);
  if (fixable.length === 0) return [];
  const all: CodeAction = {
    title: 'Fix all safe problems in this file',
    kind: 'source.fixAll',
    diagnostics: fixable,
    isPreferred: false,
    change: () => Promise.resolve(allFixed(place, () => true)),
  };
  const slugs = [...new Set(place.diagnostics.filter(isSafelyFixed).map(({ code }) => code))];
  return [...slugs.flatMap((slug) => fixesOf(place, slug, fixable)), all];
}

function fixesOf(place: ActionPlace, slug: string, fixable: readonly Diagnostic[]): readonly CodeAction[] {
  const diagnostics = fixable.filter(({ code }) => code === slug);
  if (diagnostics.length < 2) return [];
  const change = () => Promise.resolve(allFixed(place, ({ code }) => code === slug));
  const title = `Fix all ${diagnostics.length} problems \`${slug}\` in this file`;
  return [{ title, kind: 'quickfix', diagnostics, isPreferred: false, change }];
}

const isSafelyFixed = ({ fixes }: Diagnostic): boolean => fixes.filter(({ safe, edits }) => safe && edits.length > 0).length === 1; // prettier-ignore

function allFixed(place: ActionPlace, isWanted: (diagnostic: Diagnostic) => boolean) {
  const { project, file, text } = place;
  const { path } = file.source;
  const check = (fixed: string): readonly Diagnostic[] =>
    project.withText(path, fixed, () => project.check(path)!.diagnostics);
  return changeOf(place, editsBetween(text, fixText(path, text, check, isWanted).text));
}

/** `// nn-ignore slug: reason` on the line before. */
export const silencingComments = (place: ActionPlace): readonly CodeAction[] =>
  place.diagnostics.flatMap((diagnostic) => {
    if (diagnostic.severity === 'error') return [];
    const { code, span, file } = diagnostic;
    const { line } = file.positionAt(span.start);
    const lineStart = file.offsetAt({ line, column: 1 });
    const indentation = /^\s*/.exec(file.lineText(line))![0];
    const known = /^(\s*\/\/\s*nn-ignore\s+[a-z-]+\/[a-z-]+(?:\s*,\s*[a-z-]+\/[a-z-]+)*)\s*(?::|$)/.exec(line > 1 ? file.lineText(line - 1) : ''); // prettier-ignore
    const at = known ? file.offsetAt({ line: line - 1, column: known[1]!.length + 1 }) : lineStart;
    const lineEnd = file.text.includes('\r\n') ? '\r\n' : '\n';
    const newText = known ? `, ${code}` : `${indentation}// nn-ignore ${code}: reason${lineEnd}`;
    const edits = [{ span: { start: at, end: at }, newText }];
    return [plainAction(place, `Ignore \`${code}\` here`, 'quickfix', edits, { diagnostics: [diagnostic] })];
  });
