/**
 * A file → the lines above its models and blocks: what a model costs, its graph, where a block is used and what it
 * requires. In two steps: which lines there are is told from the tree alone; what one says only when it is seen.
 */
import type { Span } from '../../grammar/source.ts';
import { bytes, inCell, shortened, grouped, isZero } from '../summary/number-text.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import type { ModelSummary } from '../summary/summarize.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { plural } from '../diagnostics/suggest.ts';
import { add, ZERO } from '../shapes/index.ts';
import { summaryOfGraph } from './costs.ts';
import { requirementsOf } from './declared-text.ts';
import { keyOf, occurrencesOf, type Occurrence } from './occurrences.ts';
import type { FileSpan } from './plain.ts';
import type { Project } from './project.ts';
import { filesOf } from './references.ts';

/** Plain data, so that it can travel to the editor and back. */
export interface CodeLens {
  readonly path: string;
  /** The name of the declaration that it stands above. */
  readonly span: Span;
  readonly name: string;
  readonly kind: 'cost' | 'graph' | 'uses';
}

export interface ResolvedCodeLens extends CodeLens {
  readonly title: string;
  readonly command?:
    /** Shows the graph of this model. */
    | { readonly id: 'nnlang.showGraph'; readonly path: string; readonly model: string }
    /** Lists these places. */
    | { readonly id: 'references'; readonly places: readonly FileSpan[] };
}

/** In the order of the text. Throws `UnreadableFile`. */
export function codeLenses(project: Project, path: string): readonly CodeLens[] {
  const file = project.file(path);
  // Of two of one name the second is an error, and nothing to count.
  const own = [...(file?.symbols.values() ?? [])].filter((symbol) => symbol.file === file && symbol.name !== '');
  const lenses = own.flatMap(({ unit, name, identifier: { span } }): CodeLens[] => {
    if (unit.kind === 'Block') return [{ path, span, name, kind: 'uses' }];
    if (unit.kind !== 'Model' && unit.kind !== 'ModelAlias') return [];
    return [{ path, span, name, kind: 'cost' }, { path, span, name, kind: 'graph' }]; // prettier-ignore
  });
  return lenses.sort((a, b) => a.span.start - b.span.start);
}

/** What a lens says. `paths`: the `.nn` files of the workspace, for uses elsewhere. Throws `UnreadableFile`. */
export function resolveCodeLens(project: Project, lens: CodeLens, paths: readonly string[] = []): ResolvedCodeLens {
  switch (lens.kind) {
    case 'graph':
      return { ...lens, title: 'Show graph', command: { id: 'nnlang.showGraph', path: lens.path, model: lens.name } };
    case 'cost':
      return { ...lens, title: costTitle(project, lens) };
    case 'uses':
      return { ...lens, ...usesOf(project, lens, paths) };
  }
}

function costTitle(project: Project, { path, name }: CodeLens): string {
  const graph = graphOf(project, path, name);
  if (graph) return [...countsOf(summaryOfGraph(graph)), ...requires(summaryOfGraph(graph).requirements)].join(' · ');
  const file = project.file(path);
  const unit = file?.symbols.get(name)?.unit;
  const { diagnostics = [] } = project.check(path) ?? {};
  const isBroken = diagnostics.some(({ severity, span }) => severity === 'error' && unit?.holds(span));
  return isBroken ? 'not counted: it has errors' : 'cost depends on its arguments';
}

/** A model with its numbers, or as an expression of the arguments that are not given. */
function graphOf(project: Project, path: string, name: string): ModelGraph | undefined {
  const check = project.check(path);
  return check?.graphAnywhere(name) ?? check?.openModels.find((graph) => graph.name === name);
}

/** `34,826 parameters`, `4.94 M FLOPs`, `155 KiB of activations`: the last two of one example. */
function countsOf({ parameters, flops, rows }: ModelSummary): readonly string[] {
  const memory = rows.reduce<ReturnType<typeof add> | undefined>((sum, { activationBytes }) => sum && activationBytes && add(sum, activationBytes), ZERO); // prettier-ignore
  return [
    `${inCell(parameters.total, grouped)} parameters`,
    isZero(flops) ? '' : `${inCell(flops, shortened)} FLOPs`,
    memory === undefined || isZero(memory) ? '' : `${inCell(memory, bytes)} of activations`,
  ].filter((part) => part !== '');
}

/** Conditions that are shown of many. */
const mostConditions = 3;

function requires(conditions: readonly string[]): readonly string[] {
  if (conditions.length === 0) return [];
  const rest = conditions.length > mostConditions ? [`${conditions.length - mostConditions} more`] : [];
  return [`requires ${[...conditions.slice(0, mostConditions), ...rest].join(', ')}`];
}

/** Where a block is used, without its imports. */
function usesOf(project: Project, { path, name }: CodeLens, paths: readonly string[]): Pick<ResolvedCodeLens, 'title' | 'command'> {
  const symbol = project.file(path)?.symbols.get(name);
  if (!symbol) return { title: 'gone' };
  const key = keyOf({ kind: 'symbol', symbol });
  const files = filesOf(project, [path, ...paths]).filter(({ source }) => source.text.includes(name));
  const places = files.flatMap((file) => (usesIn(file).get(key) ?? []).map((span) => ({ path: file.source.path, span })));
  const title = places.length === 0 ? 'not used' : plural(places.length, 'use');
  return {
    title: [title, ...requires(requirementsOf(project, symbol))].join(' · '),
    ...(places.length > 0 ? { command: { id: 'references', places } } : {}),
  };
} // prettier-ignore

type Uses = ReadonlyMap<string, readonly Span[]>;

/** Kept as long as its file: each block of a file asks. */
const usesByFile = new WeakMap<FileScope, Uses>();

/** Uses of blocks and models by what they mean, in the order of the text. */
function usesIn(file: FileScope): Uses {
  const known = usesByFile.get(file) ?? collectedUses(file);
  usesByFile.set(file, known);
  return known;
}

function collectedUses(file: FileScope): Uses {
  const uses = new Map<string, Span[]>();
  for (const { target, role, span } of occurrencesOf(file)) {
    if (target.kind !== 'symbol' || !isUse.has(role)) continue;
    const key = keyOf(target);
    uses.set(key, [...(uses.get(key) ?? []), span]);
  }
  return uses;
}

const isUse: ReadonlySet<Occurrence['role']> = new Set(['callee', 'read', 'shorthand']);
