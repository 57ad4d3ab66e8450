/** `A -> A -> A` ↔ `repeat 3 { A }`, of single stages and of groups. */
import type { Repeat, Stage } from '../../../grammar/ast.ts';
import { printAst } from '../../../grammar/print-ast.ts';
import type { Span } from '../../../grammar/source.ts';
import { asInteger } from '../../shapes/index.ts';
import { unitOccurrences } from '../occurrences.ts';
import { innermost, parentOf } from '../spot.ts';
import { edited } from '../text-edits.ts';
import { disabledAction, type ActionPlace, type CodeAction } from './action.ts';
import { laidOut } from './laid-out.ts';
import { bodyAt, makes, namedAnew, stageLists, trimmedSpan } from './tree.ts';

// ── into a loop ───────────────────────────────────────────────────────────────────────────────────────────────────

export function equalStages(place: ActionPlace): readonly CodeAction[] {
  const found = bodyAt(place);
  if (!found) return [];
  const span = trimmedSpan(place.text, place.span);
  const runs = stageLists(found.body).flatMap((list) => runAt(list, span) ?? []);
  // The innermost of those around, which is found last.
  const run = runs.at(-1);
  if (!run) return [];
  const { group, count, copies } = run;
  const title = `Turn ${count} equal ${group.length === 1 ? 'stages' : 'groups of stages'} into \`repeat ${count}\`${namedAnew(makes(place, group))}`;
  const replaced = { start: group[0]!.span.start, end: copies.at(-1)!.span.end };
  const first = { start: group[0]!.span.start, end: group.at(-1)!.span.end };
  if (/\/[/*]/.test(withoutStrings(place.text.slice(first.end, replaced.end))))
    return [disabledAction(title, 'refactor.rewrite', 'There are comments in the stages that would go.')];
  const newText = `repeat ${count} { ${rowText(place.text, group, first)} }`;
  const change = () => laidOut(place, [{ span: replaced, newText }]);
  return [{ title, kind: 'refactor.rewrite', diagnostics: [], isPreferred: false, change }];
}

/** On one line where it fits; as it is written where comments stand in it. */
function rowText(text: string, stages: readonly Stage[], { start, end }: Span): string {
  const written = text.slice(start, end);
  if (/\/[/*]/.test(withoutStrings(written))) return `${written}\n`;
  return stages.map(({ span }) => text.slice(span.start, span.end)).join(' -> ');
}

const withoutStrings = (text: string): string => text.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');

interface Run {
  /** What stands there several times. */
  readonly group: readonly Stage[];
  readonly count: number;
  /** The stages after the first group. */
  readonly copies: readonly Stage[];
}

/** Around a place, the run that covers most stages, of the shortest group; a selection is covered whole. */
function runAt(list: readonly Stage[], span: Span): Run | undefined {
  const printed = list.map(printAst);
  const touched = list.flatMap(({ span: own }, i) => (own.start <= span.end && span.start <= own.end ? [i] : []));
  const [first, last] = [touched[0], touched.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  let best: { readonly start: number; readonly length: number; readonly count: number } | undefined;
  for (let length = 1; length <= list.length / 2; length++)
    for (let start = 0; start + 2 * length <= list.length; start++) {
      let end = start + length;
      while (end < list.length && printed[end] === printed[end - length]) end++;
      const count = Math.floor((end - start) / length);
      const isAround = start <= first && last < start + count * length;
      if (count >= 2 && isAround && (!best || count * length > best.count * best.length)) best = { start, length, count };
    }
  if (!best) return undefined;
  const group = list.slice(best.start, best.start + best.length);
  return { group, count: best.count, copies: list.slice(best.start + best.length, best.start + best.length * best.count) };
} // prettier-ignore

// ── out of a loop ─────────────────────────────────────────────────────────────────────────────────────────────────

const mostRounds = 64;

export function unrolledLoops(place: ActionPlace): readonly CodeAction[] {
  const loop = innermost(place.spot, 'Repeat');
  const isAtHead = loop && place.span.end <= (loop.index ?? loop.count).span.end;
  if (!loop || !isAtHead || !bodyAt(place)) return [];
  const { text } = place;
  const title = `Unroll \`repeat ${text.slice(loop.count.span.start, loop.count.span.end)}\`${namedAnew(makes(place, loop.stages))}`;
  const rounds = roundsOf(place, loop);
  const disabled = typeof rounds === 'string' ? rounds : whyNotUnrolled(place, loop);
  if (disabled !== undefined) return [disabledAction(title, 'refactor.rewrite', disabled)];
  const change = () => laidOut(place, [{ span: loop.span, newText: Array.from({ length: rounds as number }, (_, i) => roundText(place, loop, i)).join(' -> ') }]); // prettier-ignore
  return [{ title, kind: 'refactor.rewrite', diagnostics: [], isPreferred: false, change }];
}

/** How often it runs, or why that is not known here. */
function roundsOf({ file, unit, sights }: ActionPlace, { count }: Repeat): number | string {
  const isConst = count.kind === 'Name' && unitOccurrences(file, unit!).some(({ span, target }) => span.start === count.span.start && target.kind === 'symbol'); // prettier-ignore
  const seen = sights?.at('expression', count.span, unit!).map(({ value }) => (value.kind === 'exact' ? asInteger(value.dim) : undefined)) ?? []; // prettier-ignore
  const rounds = count.kind === 'NumberLiteral' && count.isInteger ? count.value : isConst ? seen[0] : undefined;
  if (rounds === undefined) return 'How often it runs is not written down here.';
  if (rounds < 1) return 'It never runs.';
  return rounds <= mostRounds ? rounds : `It runs more than ${mostRounds} times.`;
}

/** At the beginning of a pipeline only a layer may stand. */
function whyNotUnrolled({ spot, text }: ActionPlace, loop: Repeat): string | undefined {
  if (/\/\//.test(withoutStrings(text.slice(loop.stages[0]!.span.start, loop.stages.at(-1)!.span.end))))
    return 'There are comments in it, which would stand there several times.';
  const parent = parentOf(spot, loop);
  const isStage = parent !== undefined && 'stages' in parent && (parent.stages as readonly Stage[]).includes(loop);
  const isBranch = parent?.kind === 'IfStage' && parent.condition !== (loop as unknown);
  const first = loop.stages[0]!;
  const isLayer = first.kind === 'CallStage' && first.callee.kind === 'Name' && /^_*[A-Z]/.test(first.callee.name);
  return isStage || isBranch || isLayer ? undefined : 'A pipeline cannot begin with what is in it.';
}

/** The stages of one round, the index as a number. */
function roundText({ file, unit, text }: ActionPlace, loop: Repeat, round: number): string {
  const span = { start: loop.stages[0]!.span.start, end: loop.stages.at(-1)!.span.end };
  const uses = unitOccurrences(file, unit!).filter(({ target, role }) => target.kind === 'local' && target.local.node === loop && role !== 'declaration'); // prettier-ignore
  const edits = uses.map(({ span: own, role, end = own.end }) => ({
    span: role === 'shorthand' ? { start: end, end } : own,
    newText: role === 'shorthand' ? ` ${round}` : String(round),
  }));
  const shifted = edits.map((edit) => ({ ...edit, span: { start: edit.span.start - span.start, end: edit.span.end - span.start } })); // prettier-ignore
  return edited(text.slice(span.start, span.end), shifted);
}
