/** What hovers are made from: the place, the name there, and what was seen. */
import type { Call, CallStage, Node } from '../../grammar/ast.ts';
import type { Sight, UnitSights } from '../check/sights.ts';
import { callSiteOf, slotAt, type CallSite, type Slot } from './callees.ts';
import type { Occurrence } from './occurrences.ts';
import type { Project } from './project.ts';
import type { Spot } from './spot.ts';

export interface HoverContext {
  readonly project: Project;
  readonly spot: Spot;
  /** Of the declaration around the place. */
  readonly sights: UnitSights | undefined;
}

/** A name and what it means. */
export interface NamedContext extends HoverContext {
  readonly occurrence: Occurrence;
}

export function sightsAt({ spot: { unit }, sights }: HoverContext, kind: 'expression' | 'stage' | 'name', node: Pick<Node, 'span'>): readonly Sight[] {
  return unit && sights ? sights.at(kind, node.span, unit) : [];
} // prettier-ignore

/** A stage or call whose callee stands here, with all its argument lists. */
export interface UseSite {
  /** The whole: `Dense(8)(x)`, a stage. */
  readonly node: Node;
  readonly runs: readonly Sight[];
}

/** What was seen of the use of a callee; nothing where a layer is only made, or a name only handed on. */
export function useAt(context: HoverContext, callee: Pick<Node, 'span'>): UseSite | undefined {
  const { path } = context.spot;
  const isCallee = (node: Node): node is Call | CallStage =>
    (node.kind === 'Call' || node.kind === 'CallStage') && node.callee.span.start === callee.span.start;
  const calls = path.filter(isCallee);
  // The outer call of `Dense(8)(x)` stands before the inner one; the head of a pipeline may be a bare name.
  const named = path.filter((node) => node.kind === 'Name' || node.kind === 'Member').filter(({ span }) => span.end === callee.span.end); // prettier-ignore
  for (const node of [...calls, ...named]) {
    const runs = sightsAt(context, 'stage', node);
    if (runs.length > 0) return { node, runs };
  }
  const [outermost] = calls;
  const runs = outermost ? sightsAt(context, 'expression', outermost) : [];
  return outermost && runs.some(({ nodes }) => nodes && nodes.length > 0) ? { node: outermost, runs } : undefined;
}

/** The argument around a place: its call, the list and the slot that it fills. */
export interface ArgumentSite {
  readonly site: CallSite;
  readonly slot: Slot | undefined;
}

export function argumentAt({ spot }: HoverContext): ArgumentSite | undefined {
  const { file, unit, path } = spot;
  const at = path.findLastIndex((node) => node.kind === 'Argument');
  const list = path[at - 1];
  const call = path[at - 2];
  if (!unit || list?.kind !== 'ArgumentList' || (call?.kind !== 'Call' && call?.kind !== 'CallStage')) return undefined;
  const site = callSiteOf(file, unit, call, path);
  const found = site?.lists.find(({ list: own }) => own === list);
  const argument = path[at];
  if (!site || !found || argument?.kind !== 'Argument') return undefined;
  return { site, slot: slotAt(found, list.arguments.indexOf(argument)) };
}
