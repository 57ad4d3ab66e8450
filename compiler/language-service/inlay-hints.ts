/** The shape behind every stage and declared name, and the rounds of `repeat`: beside the text. */
import type { Node, Pattern, Repeat, Statement } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import { Unit } from '../../grammar/unit.ts';
import { visit } from '../../grammar/visit.ts';
import type { Seen, Sight, UnitSights } from '../check/sights.ts';
import { asInteger } from '../shapes/index.ts';
import { neverCancelled, type IsCancelled } from './plain.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { parameterHints } from './parameter-hints.ts';
import type { Project } from './project.ts';
import { sightsText } from './seen-text.ts';

export interface InlayHint {
  readonly offset: number;
  readonly text: string;
  readonly kind: 'shape' | 'parameter' | 'rounds';
  /** Where a space stands between the hint and the text around it. */
  readonly padding: 'left' | 'right';
}

export interface InlayHintOptions {
  readonly shapes: boolean;
  /** Of positional arguments: none, those of literals that are not obvious (`Dense(10)` is), or all. */
  readonly parameterNames: 'none' | 'literals' | 'all';
  readonly rounds: boolean;
}

export const allInlayHints: InlayHintOptions = { shapes: true, parameterNames: 'literals', rounds: true };

/** The hints inside a span, in the order of the text. */
export function inlayHints(
  project: Project,
  path: string,
  span: Span,
  options: InlayHintOptions = allInlayHints,
  isCancelled: IsCancelled = neverCancelled,
): readonly InlayHint[] {
  // prettier-ignore
  const file = project.file(path);
  if (!file) return [];
  const units = file.units.filter(({ start, end }) => start <= span.end && span.start <= end);
  const hints = units.flatMap((unit) =>
    isCancelled() ? [] : hintsNow(file, unit, project.sightsOf(file, unit), options),
  );
  return hints.filter(({ offset }) => span.start <= offset && offset <= span.end).sort((a, b) => a.offset - b.offset);
}

/** Hints of declarations that have not changed are not made again: they are kept beside what was seen there. */
const keptHints = new WeakMap<UnitSights, Map<string, readonly InlayHint[]>>();

function hintsNow(
  file: FileScope,
  unit: Unit,
  sights: UnitSights | undefined,
  options: InlayHintOptions,
): readonly InlayHint[] {
  if (!sights) return nameHints(file, unit, options);
  const kept = keptHints.get(sights) ?? new Map<string, readonly InlayHint[]>();
  keptHints.set(sights, kept);
  const key = JSON.stringify(options);
  const still = new Unit(unit.anywhere);
  const hints = kept.get(key) ?? [...hintsOf(still, sights, options), ...nameHints(file, still, options)];
  kept.set(key, hints);
  return hints.map((hint) => ({ ...hint, offset: hint.offset - still.start + unit.start }));
}

function hintsOf(unit: Unit, sights: UnitSights, options: InlayHintOptions): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  visit(unit.node, (node) => {
    if (options.shapes) hints.push(...shapeHints(sights, unit, node));
    if (options.rounds && node.kind === 'Repeat') hints.push(...roundsHints(sights, unit, node));
  });
  return hints;
}

function nameHints(file: FileScope, unit: Unit, { parameterNames }: InlayHintOptions): readonly InlayHint[] {
  const names = parameterNames === 'none' ? [] : parameterHints(file, unit, parameterNames);
  return names.map((hint): InlayHint => ({ ...hint, kind: 'parameter', padding: 'right' }));
}

function shapeHints(sights: UnitSights, unit: Unit, node: Node): readonly InlayHint[] {
  switch (node.kind) {
    case 'CallStage':
      return shapeHint(sights.at('stage', node.span, unit), node.span.end, ' ');
    case 'Let':
    case 'Output':
    case 'Weight':
    case 'LossStatement':
      return declaredHints(sights, unit, node);
    default:
      return [];
  }
}

/** What flows out of a stage, where it is a tensor or several. */
function shapeHint(sights: readonly Sight[], offset: number, before: string): readonly InlayHint[] {
  const shown = sights.filter(({ value }) => isShape(value));
  const text = shown.length === sights.length ? sightsText(shown) : undefined;
  if (text === undefined) return [];
  return [{ offset, text: before === ':' ? `: ${text}` : text, kind: 'shape', padding: 'left' }];
}

const isShape = (seen: Seen): boolean =>
  seen.kind === 'tensor' || (seen.kind === 'tuple' && seen.elements.some(isShape)) || (seen.kind === 'cases' && seen.cases.every(({ value }) => isShape(value))); // prettier-ignore

/** Behind names without a written type; a name whose value ends in a stage has its shape there already. */
function declaredHints(sights: UnitSights, unit: Unit, statement: Statement): readonly InlayHint[] {
  if (statement.kind === 'Let') return statement.type ? [] : patternHints(sights, unit, statement.pattern);
  if (statement.kind === 'Output' && !statement.type) return nameHint(sights, unit, statement.name);
  return statement.kind === 'LossStatement' ? nameHint(sights, unit, statement.name) : [];
}

function patternHints(sights: UnitSights, unit: Unit, pattern: Pattern): readonly InlayHint[] {
  const names = pattern.kind === 'NamePattern' ? [pattern.name] : pattern.elements;
  return names.flatMap((name) => (name.kind === 'Identifier' ? nameHint(sights, unit, name) : []));
}

function nameHint(sights: UnitSights, unit: Unit, name: Node): readonly InlayHint[] {
  const seen = sights.at('name', name.span, unit);
  const isComputed = seen.every(({ value }) => value.kind === 'exact');
  const text = isComputed && seen.length > 0 ? sightsText(seen) : undefined;
  if (text !== undefined) return [{ offset: name.span.end, text: `= ${text}`, kind: 'shape', padding: 'left' }];
  return shapeHint(seen, name.span.end, ':').map((hint) => ({ ...hint, padding: 'left' as const }));
}

/** How often a loop runs, where that is not written. */
function roundsHints(sights: UnitSights, unit: Unit, { count }: Repeat): readonly InlayHint[] {
  if (count.kind === 'NumberLiteral') return [];
  const rounds = sights.at('expression', count.span, unit).map(({ value }) => (value.kind === 'exact' ? asInteger(value.dim) : undefined)); // prettier-ignore
  const [first] = rounds;
  if (first === undefined || rounds.some((n) => n !== first)) return [];
  return [{ offset: count.span.end, text: `= ${first} ×`, kind: 'rounds', padding: 'left' }];
}
