/**
 * What follows from a mistake that has been told is not told again. Behind a syntax error the text is read by guess:
 * nothing more is said of the statement that it stands in, nor of what uses a name from there, however far away. A
 * name that is unknown in several places of a declaration is told at the first.
 */
import type { Body, Declaration, Statement, Target, TrainField } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import { childrenOf } from '../../grammar/visit.ts';
import type { Diagnostic, Fix } from '../diagnostics/diagnostic.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { registry } from '../definitions/registry.ts';
import { mentions } from './mentions.ts';

/** The names that a declaration mentions, without looking through it again. */
type MentionsOf = (unit: Unit) => readonly string[];

export function withoutConsequences(
  all: readonly Diagnostic[],
  files: Iterable<FileScope>,
  mentionsOf: MentionsOf,
): readonly Diagnostic[] {
  const scopes = [...files];
  const told = scopes.some(({ tears }) => tears.length > 0) ? withoutDoubtful(all, scopes, mentionsOf) : all;
  return withoutRepeatedNames(withoutSmallerOnes(told), scopes);
}

/** `'relu'` where an option is wanted: it needs no quotes at all, so that there is nothing to say of their kind. */
function withoutSmallerOnes(all: readonly Diagnostic[]): readonly Diagnostic[] {
  const placeOf = ({ file, span }: Diagnostic): string => `${file.path} ${span.start}-${span.end}`;
  const isOfSyntax = ({ code }: Diagnostic): boolean => code.startsWith('syntax/');
  const others = new Set(all.filter((found) => found.severity === 'error' && !isOfSyntax(found)).map(placeOf));
  return all.filter((found) => !isOfSyntax(found) || !others.has(placeOf(found)));
}

// ── behind syntax errors ────────────────────────────────────────────────────────────────────────────────────────────

/** What is doubtful of a declaration: where nothing is said, and the names that have their meaning from there. */
interface Doubt {
  readonly spans: readonly Span[];
  readonly names: ReadonlySet<string>;
  /** The name of something in it could not be read, so that there are names that seem to have no meaning. */
  readonly isNameless?: boolean;
}

interface UnitDoubt extends Doubt {
  readonly unit: Unit;
}

type Item = Statement | Target | TrainField;

function withoutDoubtful(
  all: readonly Diagnostic[],
  scopes: readonly FileScope[],
  mentionsOf: MentionsOf,
): readonly Diagnostic[] {
  const doubts = doubtsOf(scopes, mentionsOf);
  const holds = ({ start, end }: Span, at: number): boolean => start <= at && at < Math.max(end, start + 1);
  const isDoubtful = ({ code, file, span }: Diagnostic): boolean =>
    (doubts.get(file.path) ?? []).some(
      ({ unit, spans, isNameless }) =>
        spans.some((one) => holds(one, span.start)) ||
        (isNameless && code === 'name/unknown' && holds(unit, span.start)),
    );
  return all.filter((found) => found.code.startsWith('syntax/') || !isDoubtful(found));
}

/** By path. A declaration that uses a doubtful one is doubtful too: looked for until no more are found. */
function doubtsOf(scopes: readonly FileScope[], mentionsOf: MentionsOf): ReadonlyMap<string, readonly UnitDoubt[]> {
  const doubtful = new Set<object>();
  for (;;) {
    const before = doubtful.size;
    const found = new Map(scopes.map((scope) => [scope.source.path, doubtsIn(scope, doubtful, mentionsOf)]));
    if (doubtful.size === before) return found;
  }
}

/** Adds the keys of the doubtful declarations. */
function doubtsIn(scope: FileScope, doubtful: Set<object>, mentionsOf: MentionsOf): readonly UnitDoubt[] {
  const { tears } = scope;
  const lost = new Set(tears.length > 0 ? lostNames(scope, mentionsOf) : []);
  const outer = new Set(lost);
  for (const [name, { unit }] of scope.symbols) if (doubtful.has(unit.key)) outer.add(name);
  if (outer.size === 0 && tears.length === 0) return [];
  const found: UnitDoubt[] = [];
  const ofUnit = (unit: Unit, names: ReadonlySet<string>, isNameless = false): void => {
    const own = doubtIn(scope, unit, tearsIn(scope, unit), names, mentionsOf);
    const doubt = { ...own, isNameless: isNameless || own.isNameless === true };
    if (doubt.spans.length === 0 && !doubt.isNameless) return;
    doubtful.add(unit.key);
    found.push({ ...doubt, unit });
  };
  for (const unit of scope.units) if (unit.kind !== 'Train') ofUnit(unit, outer);
  for (const unit of scope.units) {
    if (unit.kind !== 'Train') continue;
    if (lost.has(unit.name.name)) found.push({ unit, spans: [unit.span], names: lost });
    const model = found.find((doubt) => doubt.unit.name.name === unit.name.name);
    ofUnit(unit, new Set([...outer, ...(model?.names ?? [])]), model?.isNameless);
  }
  return found;
}

/** The words of the imports that could not be read, and of what stands outside of all declarations. */
function namesBetweenUnits({ source, imports, units, tears }: FileScope): readonly string[] {
  const parts = [...imports.map(({ span }) => span), ...units.map(({ span }) => span)].sort(
    (a, b) => a.start - b.start,
  );
  const gaps: Span[] = [];
  let end = 0;
  for (const part of [...parts, { start: source.text.length, end: source.text.length }]) {
    if (part.start > end) gaps.push({ start: end, end: part.start });
    end = Math.max(end, part.end);
  }
  const torn = imports.filter(({ span }, i) => {
    const next = imports[i + 1]?.span.start ?? units[0]?.start ?? source.text.length;
    return tears.some((tear) => span.start <= tear && tear < next);
  });
  return [...gaps, ...torn.map(({ span }) => span)].flatMap((span) => wordsOf(source.textOf(span)));
}

/** Where the name of a declaration could not be read, what it was called is told by its uses: names that nothing has. */
function lostNames(scope: FileScope, mentionsOf: MentionsOf): readonly string[] {
  const { units, tears } = scope;
  const isOutside = (tear: number): boolean => !units.some(({ start, end }) => start <= tear && tear <= end);
  const isNameless = tears.some(isOutside) || units.some((unit) => unit.name.missing || isHeadTorn(unit, tears));
  const known = (name: string): boolean => scope.symbols.has(name) || registry.layers.has(name);
  const used = isNameless ? units.flatMap((unit) => [...mentionsOf(unit), unit.name.name]) : [];
  return [...namesBetweenUnits(scope), ...used.filter((name) => /^_*[A-Z]/.test(name) && !known(name))];
}

/** What stands behind a declaration and is none was most likely meant to be in it. */
function tearsIn({ units, tears }: FileScope, unit: Unit): readonly number[] {
  const behind = tears.filter((tear) => unit.start <= tear);
  if (behind.length === 0) return behind;
  const next = units.find(({ start }) => start >= unit.end)?.start ?? Infinity;
  return behind.filter((tear) => tear < next);
}

function isHeadTorn(unit: Unit, tears: readonly number[]): boolean {
  if (!tears.some((tear) => unit.start <= tear && tear <= unit.end)) return false;
  const end = headEnd(unit.node, itemsOf(unit.node)[0]?.span.start ?? unit.end + 1);
  return tears.some((tear) => unit.start <= tear && tear < end);
}

function doubtIn(
  scope: FileScope,
  unit: Unit,
  tears: readonly number[],
  outer: ReadonlySet<string>,
  mentionsOf: MentionsOf,
): Doubt {
  if (tears.length === 0 && !mentionsOf(unit).some((name) => outer.has(name))) return nothing;
  const { node } = unit;
  const isWhole =
    node.kind === 'Const' ||
    node.kind === 'ModelAlias' ||
    isHeadTorn(unit, tears) ||
    isAny(mentionedInHead(node), outer);
  if (!isWhole) return doubtOfItems(scope, unit, itemsOf(node), tears, outer);
  return { spans: [unit.span], names: new Set([...outer, ...wordsOf(scope.source.textOf(unit.span))]) };
}

const nothing: Doubt = { spans: [], names: new Set() };

/** Where the statements begin: what is wrong behind the brace is wrong with one of them. */
const headEnd = (node: Declaration, firstItem: number): number =>
  'body' in node ? Math.min(firstItem, (node.body as Body).span.start + 1) : node.kind === 'Train' ? node.model.span.end : firstItem; // prettier-ignore

const mentionedInHead = (node: Declaration): ReadonlySet<string> =>
  'parameters' in node && node.parameters ? mentions(node.parameters) : new Set();

const itemsOf = (node: Declaration): readonly Item[] =>
  node.kind === 'Train' ? node.items : 'body' in node ? node.body.statements : [];

function doubtOfItems(
  { source }: FileScope,
  unit: Unit,
  items: readonly Item[],
  tears: readonly number[],
  outer: ReadonlySet<string>,
): Doubt {
  const names = new Set(outer);
  const spans: Span[] = [];
  const tornItems = new Set<Item>();
  let isNameless = false;
  for (const tear of tears) {
    const item = items.findLast(({ span }) => span.start <= tear);
    if (item && (tear <= item.span.end || tear > unit.end || !startsItem(source.text, tear))) tornItems.add(item);
    const from = item?.span.end ?? headEnd(unit.node, unit.end);
    const to = items.find(({ span }) => span.start > tear)?.span.start ?? unit.end;
    const unread = source.text.slice(from, to);
    for (const word of wordsOf(unread)) names.add(word);
    isNameless ||= /\b(?:input|output|let|layer|weight|loss|target)\s*[:=]/.test(unread);
  }
  for (const item of items) {
    if (!tornItems.has(item) && !isAny(mentions([item]), names)) continue;
    spans.push(item.span);
    for (const name of declaredBy(item)) names.add(name);
  }
  // What seems to be missing may be what could not be read.
  if (tears.length > 0) spans.push(unit.name.span);
  isNameless ||= [...tornItems].some((item) => 'name' in item && item.name.missing);
  return { spans, names, isNameless };
}

/** Names that a statement gives a meaning: its own, and those of sizes. */
function declaredBy(item: Item): readonly string[] {
  const names: string[] = [];
  const collect = (node: Parameters<typeof childrenOf>[0]): void => {
    if (node.kind === 'Identifier') names.push(node.name);
    else for (const child of childrenOf(node)) collect(child);
  };
  if (item.kind === 'Let') collect(item.pattern);
  else if ('name' in item) names.push(item.name.name);
  if (item.kind === 'Input' || item.kind === 'Target') names.push(...mentions([item.type]));
  return names;
}

const isAny = (names: ReadonlySet<string>, of: ReadonlySet<string>): boolean => [...names].some((name) => of.has(name));

/** Whether what stands there looks like a statement of its own: `iput x: [4]`, `x: [4]`. */
const startsItem = (text: string, offset: number): boolean =>
  /(^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, offset - 200), offset)) &&
  /^(?!(?:for|repeat|if)\b)\w+[ \t]*(?:[:=]|[ \t]\w)/.test(text.slice(offset, offset + 200));

/** The words of a text that is no more than words, outside of comments and strings. */
function wordsOf(text: string): readonly string[] {
  const code = text.replaceAll(/\/\/[^\r\n]*|\/\*[^]*?\*\/|"[^"\r\n]*"/g, ' ');
  return [...code.matchAll(/[A-Za-z_]\w*/g)].map(([word]) => word);
}

// ── unknown names ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The first place of each unknown name of a declaration (a model and its `train` are one), with the others beside it and in its fixes. */
function withoutRepeatedNames(all: readonly Diagnostic[], scopes: readonly FileScope[]): readonly Diagnostic[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const found of all) {
    if (found.code !== 'name/unknown') continue;
    const unit = scopes.find(({ source }) => source === found.file)?.units.find((one) => one.holds(found.span));
    const key = `${found.file.path} ${unit?.name.name} ${found.message}`;
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  const repeated = [...groups.values()].filter(({ length }) => length > 1);
  if (repeated.length === 0) return all;
  const joined = new Map<Diagnostic, Diagnostic | undefined>();
  for (const group of repeated) {
    const [first, ...others] = group.sort((a, b) => a.span.start - b.span.start);
    joined.set(first!, withOthers(first!, others));
    for (const other of others) joined.set(other, undefined);
  }
  return all.flatMap((found) => (joined.has(found) ? (joined.get(found) ?? []) : [found]));
}

function withOthers(first: Diagnostic, others: readonly Diagnostic[]): Diagnostic {
  const everywhere = (fix: Fix): Fix => {
    const same = others.flatMap(({ fixes }) => fixes.filter(({ title }) => title === fix.title));
    return { ...fix, edits: [...fix.edits, ...same.flatMap(({ edits }) => edits)] };
  };
  const places = others.map(({ file, span }) => ({ file, span, message: 'and here' }));
  return { ...first, related: [...first.related, ...places], fixes: first.fixes.map(everywhere) };
}
