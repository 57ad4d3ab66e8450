/**
 * Safe fixes, applied until none is left. Fixes of one round never overlap; a round that makes anything worse is taken
 * back and its fixes are tried one by one. Pure: the caller checks texts and writes files.
 */
import type { Diagnostic, Fix, TextEdit } from './diagnostic.ts';
import { sortDiagnostics } from './sort-diagnostics.ts';

/** A fix that was applied, with the problem as it stood in the text of its round. */
export interface AppliedFix {
  readonly diagnostic: Diagnostic;
  readonly title: string;
}

export interface FixedText {
  readonly text: string;
  readonly applied: readonly AppliedFix[];
}

/** Fixes uncover others, such as a name that is unused once a stage has gone; more rounds than this would be a circle. */
const mostRounds = 20;

/** `check` gives all diagnostics that follow from a text for this file, those of other files too; those wanted are mended. */
export function fixText(
  path: string,
  text: string,
  check: (text: string) => readonly Diagnostic[],
  isWanted: (diagnostic: Diagnostic) => boolean = () => true,
): FixedText {
  const applied: AppliedFix[] = [];
  const refused = new Set<string>();
  let current = text;
  let found = check(current);
  for (let round = 0; round < mostRounds; round++) {
    const candidates = sortDiagnostics(found.filter(isWanted)).flatMap((diagnostic) => candidateOf(diagnostic, path));
    const chosen = withoutOverlaps(candidates.filter((candidate) => !refused.has(keyOf(candidate, current))));
    if (chosen.length === 0) break;
    const groups = [chosen, ...(chosen.length > 1 ? chosen.map((one) => [one]) : [])];
    const step = groups.map((group) => tryGroup(group, current, found, check)).find((result) => result !== undefined);
    if (!step) {
      for (const candidate of chosen) refused.add(keyOf(candidate, current));
      continue;
    }
    for (const { diagnostic, fix } of step.group) applied.push({ diagnostic, title: fix.title });
    current = step.text;
    found = step.found;
  }
  return { text: current, applied };
}

interface Candidate {
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

/** The one safe fix of a problem in this file. Where there are several, it takes a person to choose. */
function candidateOf(diagnostic: Diagnostic, path: string): readonly Candidate[] {
  const [fix, ...others] = diagnostic.fixes.filter(({ safe, edits }) => safe && edits.length > 0);
  return fix && others.length === 0 && diagnostic.file.path === path ? [{ diagnostic, fix }] : [];
}

const keyOf = ({ diagnostic, fix }: Candidate, text: string): string =>
  JSON.stringify([diagnostic.code, fix.title, text.slice(diagnostic.span.start, diagnostic.span.end)]);

/** In the order of the text, each fix whole or not at all. */
function withoutOverlaps(candidates: readonly Candidate[]): readonly Candidate[] {
  const taken: TextEdit[] = [];
  return candidates.filter(({ fix }) => {
    const isFree = !fix.edits.some((edit) => taken.some((other) => overlap(edit, other)));
    if (isFree) taken.push(...fix.edits);
    return isFree;
  });
}

/** Two that replace neighbouring text are apart; what is put in beside another change is not. */
function overlap({ span: a }: TextEdit, { span: b }: TextEdit): boolean {
  if (a.start === a.end || b.start === b.end) return a.start <= b.end && b.start <= a.end;
  return a.start < b.end && b.start < a.end;
}

function tryGroup(
  group: readonly Candidate[],
  text: string,
  before: readonly Diagnostic[],
  check: (text: string) => readonly Diagnostic[],
): { readonly group: readonly Candidate[]; readonly text: string; readonly found: readonly Diagnostic[] } | undefined {
  const changed = applyEdits(text, group.flatMap(({ fix }) => fix.edits)); // prettier-ignore
  if (changed === text) return undefined;
  const found = check(changed);
  return isBetter(group, found, before) ? { group, text: changed, found } : undefined;
}

/**
 * Several fixes at once must each take a problem away. One alone may bring to light what its error had silenced, as
 * long as its own problem is gone and the text still parses.
 */
function isBetter(group: readonly Candidate[], after: readonly Diagnostic[], before: readonly Diagnostic[]): boolean {
  if (after.length <= before.length - group.length) return true;
  if (group.length > 1) return false;
  const { diagnostic } = group[0]!;
  const unread = (all: readonly Diagnostic[]): number => all.filter(({ code }) => code.startsWith('syntax/')).length;
  const isStill = ({ code, span }: Diagnostic): boolean => code === diagnostic.code && span.start === diagnostic.span.start; // prettier-ignore
  return diagnostic.severity === 'error' && !after.some(isStill) && unread(after) <= unread(before);
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end), text);
}
