/** Every lint, run over the models and blocks of a file → diagnostics. */
import type { Node } from '../../grammar/ast.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/diagnostic.ts';
import type { GraphNode, ModelGraph } from '../graph/model-graph.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { batchHabit, batchInShapes } from './batch-habit.ts';
import { deadWindow } from './dead-window.ts';
import { doubleActivation } from './double-activation.ts';
import type { Finding, NodeLint, Subject, SubjectLint } from './lint.ts';
import { mutualBroadcast } from './mutual-broadcast.ts';
import { noEffect } from './no-effect.ts';
import { linearModel, twoInARow } from './no-nonlinearity.ts';
import { preferFunction } from './prefer-function.ts';
import { ProgramText } from './program-text.ts';
import { softmaxAxis } from './softmax-axis.ts';
import { isApply } from './values.ts';

/** In order of precedence: at one place the first wins. */
const nodeLints: readonly NodeLint[] = [doubleActivation, mutualBroadcast, deadWindow, softmaxAxis, batchHabit, noEffect, preferFunction, twoInARow]; // prettier-ignore
const subjectLints: readonly SubjectLint[] = [linearModel, batchInShapes];

export interface Linted {
  /** The models of the file that have no errors. */
  readonly models: readonly ModelGraph[];
  /** The blocks of the file that have none, with their nodes from checking them on their own. */
  readonly blocks: readonly { readonly node: Node; readonly nodes: readonly GraphNode[] }[];
  /** What was found before; a lint never says a second thing about one mistake. */
  readonly known: readonly Diagnostic[];
}

export function lintFile(file: FileScope, { models, blocks, known }: Linted): readonly Diagnostic[] {
  if (models.length === 0 && blocks.length === 0) return [];
  const text = new ProgramText(file);
  const errors = known.filter(({ severity, file: { path } }) => severity === 'error' && path === file.source.path);
  const isBroken = (node: Node | undefined): boolean =>
    node !== undefined && errors.some(({ span }) => node.span.start <= span.start && span.start < node.span.end);
  const subjects: readonly Subject[] = [
    ...models
      .filter(({ name }) => !isBroken(file.symbols.get(name)?.node) && !isBroken(file.trains.get(name)))
      .map((graph) => ({ nodes: graph.nodes, graph, text })),
    ...blocks.filter(({ node }) => !isBroken(node)).map(({ nodes }) => ({ nodes, text })),
  ];
  const whole = subjects.flatMap((subject) => subjectLints.flatMap((lint) => lint(subject)));
  const single = nodeLints.flatMap((lint) => findingsOf(lint, subjects));
  const told = new Set<string>();
  return [...whole, ...single]
    .filter(({ place }) => text.holds(place) && !isTold(place, known) && !told.has(placeKey(place)) && told.add(placeKey(place)))
    .map(({ problem, place, related }) => report(problem, place, related));
} // prettier-ignore

const placeKey = ({ span }: Finding['place']): string => `${span.start}-${span.end}`;

/** What one stage stands for in all its uses: reported where at least one is wrong and none is fine. */
function findingsOf(lint: NodeLint, subjects: readonly Subject[]): readonly Finding[] {
  const verdicts = new Map<string, Finding | 'fine'>();
  for (const subject of subjects)
    for (const node of subject.nodes) {
      if (!isApply(node) || !subject.text.holds(node.origin)) continue;
      const verdict = lint(node, subject);
      if (verdict === undefined) continue;
      const isFine = verdict === 'fine' || 'fine' in verdict;
      const asked = verdict === 'fine' ? undefined : 'fine' in verdict ? verdict.fine : verdict.key;
      const key = `${placeKey(node.origin)} ${asked ?? ''}`;
      if (isFine) verdicts.set(key, 'fine');
      else if (!verdicts.has(key)) verdicts.set(key, verdict);
    }
  return [...verdicts.values()].filter((verdict) => verdict !== 'fine');
}

/** An activation that does not fit its loss has been spoken of, and so has that loss. */
function isTold({ span }: Finding['place'], known: readonly Diagnostic[]): boolean {
  return known.some(({ code, span: own, related }) => {
    const places = code.startsWith('train/') && code !== 'train/unused-target' ? [own, ...related.map((r) => r.span)] : []; // prettier-ignore
    return places.some((place) => place.start < span.end && span.start < place.end);
  });
}
