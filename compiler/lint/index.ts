/** Every lint, run over the models and blocks of a file → diagnostics. */
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { batchHabit, batchInShapes } from './batch-habit.ts';
import { deadWindow } from './dead-window.ts';
import { doubleActivation } from './double-activation.ts';
import type { Finding, NodeLint, Subject, SubjectLint } from './lint.ts';
import { mutualBroadcast } from './mutual-broadcast.ts';
import { noEffect } from './no-effect.ts';
import { linearModel, twoInARow } from './no-nonlinearity.ts';
import { preferFunction } from './prefer-function.ts';
import { softmaxAxis } from './softmax-axis.ts';
import { isApply } from './values.ts';

/** In order of precedence: at one place the first wins. */
const nodeLints: readonly NodeLint[] = [doubleActivation, mutualBroadcast, deadWindow, softmaxAxis, batchHabit, noEffect, preferFunction, twoInARow]; // prettier-ignore
const subjectLints: readonly SubjectLint[] = [linearModel, batchInShapes];

/** What the lints have to say of one model or block; kept until it, or something that it uses, changes. */
export interface SubjectFindings {
  /** Of the model or block as a whole. */
  readonly whole: readonly Diagnostic[];
  readonly verdicts: readonly PlacedVerdict[];
}

/** The answer of one lint at one place. */
interface PlacedVerdict {
  readonly lint: number;
  readonly place: Place;
  /** Tells questions at one place apart: another place, where that is what they are about. */
  readonly asked: Place | undefined;
  /** Undefined where all is fine. */
  readonly found: Diagnostic | undefined;
}

export function findingsOf(subject: Subject): SubjectFindings {
  const whole = subjectLints.flatMap((lint) => lint(subject)).map(diagnosticOf);
  const verdicts: PlacedVerdict[] = [];
  for (const node of subject.nodes) {
    if (!isApply(node) || node.isUndecided || !subject.text.holds(node.origin)) continue;
    for (const [i, lint] of nodeLints.entries()) {
      const verdict = placedVerdict(subject, lint, i, node);
      if (verdict) verdicts.push(verdict);
    }
  }
  return { whole, verdicts };
}

function placedVerdict(subject: Subject, lint: NodeLint, number: number, node: ApplyNode): PlacedVerdict | undefined {
  const verdict = lint(node, subject);
  if (verdict === undefined) return undefined;
  const at = { lint: number, place: node.origin };
  if (verdict === 'fine') return { ...at, asked: undefined, found: undefined };
  return 'fine' in verdict ? { ...at, asked: verdict.fine, found: undefined } : { ...at, asked: verdict.key, found: diagnosticOf(verdict) }; // prettier-ignore
}

const diagnosticOf = ({ problem, place, related }: Finding): Diagnostic => report(problem, place, related);

/** What is told of a file, whose subjects have no errors. `known`: what was found before; a lint never says a second thing about one mistake. */
export function lintsOf(
  file: FileScope,
  subjects: readonly SubjectFindings[],
  known: readonly Diagnostic[],
): readonly Diagnostic[] {
  // prettier-ignore
  const single = nodeLints.flatMap((_, i) => unanimous(subjects.flatMap(({ verdicts }) => verdicts.filter(({ lint }) => lint === i)))); // prettier-ignore
  const told = new Set<string>();
  return [...subjects.flatMap(({ whole }) => whole), ...single].filter((found) => {
    const key = placeKey(found);
    if (found.file.path !== file.source.path || isTold(found, known) || told.has(key)) return false;
    told.add(key);
    return true;
  });
}

const placeKey = ({ span }: Place): string => `${span.start}-${span.end}`;

/** What one stage stands for in all its uses: reported where at least one is wrong and none is fine. */
function unanimous(verdicts: readonly PlacedVerdict[]): readonly Diagnostic[] {
  const byQuestion = new Map<string, Diagnostic | 'fine'>();
  for (const { place, asked, found } of verdicts) {
    const key = `${placeKey(place)} ${asked ? placeKey(asked) : ''}`;
    if (!found) byQuestion.set(key, 'fine');
    else if (!byQuestion.has(key)) byQuestion.set(key, found);
  }
  return [...byQuestion.values()].filter((verdict) => verdict !== 'fine');
}

/** An activation that does not fit its loss has been spoken of, and so has that loss. */
function isTold({ span }: Place, known: readonly Diagnostic[]): boolean {
  return known.some(({ code, span: own, related }) => {
    const places = code.startsWith('train/') && code !== 'train/unused-target' ? [own, ...related.map((r) => r.span)] : []; // prettier-ignore
    return places.some((place) => place.start < span.end && span.start < place.end);
  });
}
