/** A stage or call → what flows in and out of it, round by round, and what it costs. */
import { describeType } from '../check/values.ts';
import type { Sight } from '../check/sights.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import { noFacts } from '../shapes/index.ts';
import { costsText } from './costs.ts';
import { requirementsOn } from './declared-text.ts';
import { sightsAt, type HoverContext, type UseSite } from './hover-context.ts';
import { seenText } from './seen-text.ts';

/** `(layer) Conv2D: [28, 28, 1] -> [26, 26, 32]`; in loops, a line for the first and the last round. Empty where it is not known. */
export function useLines(context: HoverContext, title: string, use: UseSite, builtin?: string): readonly string[] {
  const { runs } = use;
  const texts = runs.map((run, i) => flowText(run, givenText(run, builtin) ?? writtenText(context, use, i)));
  const [first] = texts;
  const last = texts.at(-1);
  if (first === undefined || last === undefined) return [];
  if (texts.every((text) => text === first)) return [`${title}: ${first}`];
  return [title, `round ${roundText(runs[0]!)}: ${first}`, `round ${roundText(runs.at(-1)!)}: ${last}`];
}

/** `2`, or in loops in loops `2.1`, counting from 1. */
const roundText = ({ rounds }: Sight): string => rounds.map(({ index }) => index + 1).join('.');

/** What comes in and what goes out; undefined where what goes out is not known. */
function flowText({ value }: Sight, given: string | undefined): string | undefined {
  const result = seenText(value);
  return result === undefined || given === undefined ? result : `${given} -> ${result}`;
}

/** All inputs of something built in. */
function givenText({ nodes = [], given }: Sight, name: string | undefined): string | undefined {
  const applied = nodes.filter((node): node is ApplyNode => node.kind === 'apply' && node.definition.name === name);
  if (applied.length === 1 && applied[0]!.inputs.length === 1 && given?.kind === 'tensor') return seenText(given);
  return applied.length === 1 ? applied[0]!.inputs.map(({ type }) => describeType(type)).join(', ') : undefined;
}

/** What flows in, and the tensors that are given as arguments. */
function writtenText(context: HoverContext, { node, runs }: UseSite, run: number): string | undefined {
  const list = node.kind === 'Call' ? node.arguments : node.kind === 'CallStage' ? node.calls.at(-1) : undefined;
  const given = (list?.arguments ?? []).flatMap(({ value }) => {
    const seen = sightsAt(context, 'expression', value);
    return (seen.length === runs.length ? seen[run] : seen[0])?.value ?? [];
  });
  const flowing = runs[run]?.given;
  const tensors = [...(flowing ? [flowing] : []), ...given.filter(({ kind }) => kind === 'tensor' || kind === 'cases')];
  const texts = tensors.map(seenText);
  return texts.length === 0 || texts.includes(undefined) ? undefined : texts.join(', ');
}

/** Parameters and FLOPs; undefined where there are none, or where they depend on the case. */
export function useCosts({ project, spot }: HoverContext, { runs }: UseSite): string | undefined {
  const isOpen = runs.some(({ value }) => value.kind === 'cases' || value.kind === 'unknown');
  if (!spot.unit || isOpen) return undefined;
  const facts = noFacts.assume(...requirementsOn(project, spot.file, spot.unit));
  return costsText(runs, (size) => facts.normalise(size));
}

/** The node that a use of something built in has made, in its first round. */
export const nodeOf = ({ runs }: UseSite, name: string): ApplyNode | undefined =>
  runs[0]?.nodes?.find((node): node is ApplyNode => node.kind === 'apply' && node.definition.name === name);
