/** The names that can be written in an expression: of the body, of the file, built in; what each is stands behind it. */
import type { Expression, Input, Parameter, ParameterType } from '../../grammar/ast.ts';
import { registry } from '../definitions/registry.ts';
import { builtinNamed, functionNames } from '../check/builtins.ts';
import { compileTimeFunctions } from '../check/compile-time.ts';
import { otherSpellings } from '../check/other-spellings.ts';
import type { Seen } from '../check/sights.ts';
import type { FileSymbol } from '../resolve/file-scope.ts';
import { builtinCallee, type Callee, type Slot } from './callees.ts';
import { hasArguments, localsHere, type Cursor } from './completion-cursor.ts';
import { Holders, requiredArguments, type CompletionKind, type Suggestion } from './completion-item.ts';
import { usualNext } from './completion-usual.ts';
import type { Local } from './locals.ts';
import { sightsText } from './seen-text.ts';

/** A name of the body, with what is known of it. */
export interface Named {
  readonly local: Local;
  readonly suggestion: Suggestion;
  readonly seen: Seen | undefined;
  /** `number`: known to the compiler; `tensor`: data; `layer`: can be applied. */
  readonly is: 'number' | 'tensor' | 'layer' | 'value';
}

/** The nearest first. */
export function namesOfBody(cursor: Cursor): readonly Named[] {
  return [...localsHere(cursor)].reverse().flatMap((local) => (isNamed(cursor, local) ? [namedOf(cursor, local)] : []));
}

/** A name that the word itself declares is none yet. */
const isNamed = ({ word }: Cursor, { name, what, identifier }: Local): boolean =>
  name !== '' && what !== 'spread' && identifier.span.start !== word.start;

function namedOf(cursor: Cursor, local: Local): Named {
  const sights = cursor.sightsOf(local.unit)?.at('name', local.identifier.span, local.unit) ?? [];
  const seen = sights.find(({ value }) => value.kind !== 'unknown')?.value;
  const is = kindOf(local, seen);
  const known = sightsText(sights) ?? writtenType(cursor, local);
  const detail = known === local.name ? undefined : known;
  const suggestion: Suggestion = {
    label: local.name,
    ...(detail === undefined ? {} : { detail }),
    labelDescription: nouns[local.what],
    kind: is === 'layer' ? 'made-layer' : completionKinds[local.what],
    rank: 0,
    data: {
      about: 'local',
      path: cursor.path,
      name: local.name,
      at: local.identifier.span.start,
    },
  };
  return { local, suggestion, seen, is };
}

function kindOf({ what, node }: Local, seen: Seen | undefined): Named['is'] {
  if (what === 'layer' || seen?.kind === 'recipe' || seen?.kind === 'instance') return 'layer';
  if (what === 'parameter' && isLayerParameter(node as Parameter)) return 'layer';
  if (seen?.kind === 'exact' || seen?.kind === 'float' || what === 'size' || what === 'loop') return 'number';
  if (seen?.kind === 'tensor' || what === 'input' || what === 'output' || what === 'weight' || what === 'target' || what === 'loss') return 'tensor'; // prettier-ignore
  if (seen?.kind === 'tuple') return 'tensor';
  return what === 'parameter' && isNumberParameter(node as Parameter) ? 'number' : 'value';
}

/** `Norm: layer`, `act: activation`, `act = relu`. */
export function isLayerParameter({ type, defaultValue }: Parameter): boolean {
  if (type) return namesIn(type).some((name) => name === 'layer' || name === 'activation');
  return defaultValue?.kind === 'Name' && (registry.layers.has(defaultValue.name) || registry.functions.get(defaultValue.name)?.activation === true); // prettier-ignore
}

/** `depth: int`, `rate = 0.5`, `n` without either. */
function isNumberParameter({ type, defaultValue }: Parameter): boolean {
  if (type) return type.kind === 'NamedType' && (type.name.name === 'int' || type.name.name === 'float');
  return defaultValue === undefined || !writtenOtherwise.has(defaultValue.kind);
}

const writtenOtherwise: ReadonlySet<Expression['kind']> = new Set(['Name', 'BooleanLiteral', 'StringLiteral', 'List', 'Tuple']); // prettier-ignore

function namesIn(type: ParameterType): readonly string[] {
  switch (type.kind) {
    case 'NamedType':
      return [type.name.name];
    case 'ListType':
      return namesIn(type.element);
    case 'TupleType':
      return type.elements.flatMap(namesIn);
    case 'UnionType':
      return type.members.flatMap(namesIn);
  }
}

/** The type as it stands in the text, where nothing more is known. */
function writtenType({ file, path, text }: Cursor, { node, unit }: Local): string | undefined {
  if (!file.units.includes(unit) || file.source.path !== path) return undefined;
  if (node.kind !== 'Parameter' && node.kind !== 'Input' && node.kind !== 'Target' && node.kind !== 'Weight') return undefined; // prettier-ignore
  const written = node.type ?? (node.kind === 'Parameter' ? node.defaultValue : undefined);
  return written && file.source.textOf(written.span).length < 40 && text !== '' ? file.source.textOf(written.span) : undefined; // prettier-ignore
}

const nouns: Readonly<Record<Local['what'], string>> = {
  parameter: 'parameter', size: 'size', spread: 'sizes', input: 'input', let: 'let', output: 'output', layer: 'layer',
  weight: 'weight', loss: 'loss', loop: 'loop', target: 'target',  constant: 'constant',
}; // prettier-ignore

const completionKinds: Readonly<Record<Local['what'], CompletionKind>> = {
  parameter: 'parameter', size: 'size', spread: 'size', input: 'tensor', let: 'tensor', output: 'tensor',
  layer: 'made-layer', weight: 'weight', loss: 'tensor', loop: 'value', target: 'tensor', constant: 'constant',
}; // prettier-ignore

/** Declared in the file or imported into it. */
export function symbolSuggestion(
  cursor: Cursor,
  symbol: FileSymbol,
  name = symbol.name,
  how: How = 'apply',
): Suggestion {
  // prettier-ignore
  const { kind } = symbol.unit;
  const is: CompletionKind = kind === 'Const' ? 'constant' : kind === 'Block' ? 'block' : 'model';
  return {
    label: name,
    kind: is,
    labelDescription: symbol.file === cursor.file ? is : symbol.file.source.path.slice(symbol.file.source.path.lastIndexOf('/') + 1), // prettier-ignore
    rank: 0,
    ...symbolCall(cursor, symbol, name, how),
    data: { about: 'symbol', path: symbol.file.source.path, name: symbol.name },
  };
}

/** The names of the file, without the declaration around the cursor, which cannot use itself. */
export function symbolsHere({ project, file, unit }: Cursor): readonly (readonly [string, FileSymbol])[] {
  const others = [...file.symbols].filter(([name, symbol]) => symbol.unit.key !== unit?.key && !(unit?.kind === 'Train' && unit.name.name === name)); // prettier-ignore
  if (!unit || unit.kind === 'Train') return others;
  // What uses this declaration, however far away, would lead back to itself.
  const users = new Set([unit.name.name]);
  for (let before = 0; before < users.size;) {
    before = users.size;
    for (const [name, symbol] of others)
      if (symbol.file === file && !users.has(name) && project.mentionsOf(symbol.unit).some((used) => users.has(used))) users.add(name); // prettier-ignore
  }
  return others.filter(([name]) => !users.has(name));
}

/** How something is written: piped into, called, or made for something else. */
export type How = 'stage' | 'apply' | 'make';

type Written = Pick<Suggestion, 'insertText' | 'isSnippet'>;

/** A callee with what it must be given. */
function callText(name: string, callee: Pick<Callee, 'isLayer' | 'made' | 'applied'>, how: How): Written {
  const holders = new Holders();
  const isStage = how === 'stage';
  const made = requiredArguments(isStage && !callee.isLayer ? behindPiped(callee.made) : callee.made, holders);
  const applied = isStage && callee.isLayer ? requiredArguments(behindPiped(callee.applied), holders) : '';
  const text = `${made === '' && applied !== '' ? '()' : made}${applied}`;
  if (text !== '') return { insertText: `${name}${text}`, isSnippet: true };
  return callee.isLayer || how !== 'apply' ? {} : { insertText: `${name}($1)`, isSnippet: true };
}

/** What is left to give where a value is piped in: of any number of tensors, at least one more. */
function behindPiped(slots: readonly Slot[]): readonly Slot[] {
  const first = slots.find(({ kind }) => kind === 'tensor');
  if (!first) return slots;
  return slots.flatMap((slot) => (slot !== first ? [slot] : first.isVariadic ? [{ ...slot, name: 'other', isRequired: true }] : [])); // prettier-ignore
}

/** A block or model of a program, called. Only names are read off its tree, so that need not be where it stands now. */
export function symbolCall(cursor: Cursor, { unit }: FileSymbol, name: string, how: How): Written {
  const node = unit.anywhere;
  if (hasArguments(cursor) || (node.kind !== 'Block' && node.kind !== 'Model')) return {};
  const slot = (kind: Slot['kind'], { name: own, defaultValue }: Parameter | Input): Slot => ({ name: own.name, kind, isRequired: !defaultValue, isVariadic: false, isPositional: true }); // prettier-ignore
  const made = node.parameters.map((parameter) => slot('parameter', parameter));
  const applied = node.body.statements.flatMap((statement) => (statement.kind === 'Input' ? [slot('tensor', statement)] : [])); // prettier-ignore
  return callText(name, { isLayer: true, made, applied }, how);
}

/** What else people call it, so that typing that finds it. */
const spellings: ReadonlyMap<string, string> = Object.entries(otherSpellings).reduce((all, [other, name]) => all.set(name, `${all.get(name) ?? name} ${other}`), new Map<string, string>()); // prettier-ignore

function ofBuiltin(name: string, how: How): Suggestion {
  const isLayer = registry.layers.has(name);
  const kind: CompletionKind = isLayer ? 'layer' : registry.functions.get(name)?.activation ? 'activation' : 'function';
  const filterText = spellings.get(name);
  const callee = builtinCallee(name);
  return {
    label: name,
    kind,
    labelDescription: kind,
    rank: 0,
    ...(filterText === undefined ? {} : { filterText }),
    ...(callee ? callText(name, callee, how) : {}),
    data: { about: 'definition', name, kind },
  };
}

const allOfBuiltins = (how: How): ReadonlyMap<string, Suggestion> =>
  new Map([...registry.layers.keys(), ...functionNames()].map((name) => [name, ofBuiltin(name, how)]));

/** They are the same everywhere, and there are hundreds. */
const builtins: Readonly<Record<How, ReadonlyMap<string, Suggestion>>> = { stage: allOfBuiltins('stage'), apply: allOfBuiltins('apply'), make: allOfBuiltins('make') }; // prettier-ignore

export function builtinSuggestion(cursor: Cursor, name: string, how: How): Suggestion {
  const known = builtins[how].get(name) ?? ofBuiltin(name, how);
  return hasArguments(cursor) ? { ...known, insertText: name, isSnippet: false } : known;
}

/** Functions that the compiler computes, on numbers. */
export const compileTimeSuggestions = (cursor: Cursor): readonly Suggestion[] =>
  [...compileTimeFunctions].map((name) => ({
    label: name,
    kind: 'function',
    labelDescription: builtinNamed(name)?.function ? 'function' : 'of numbers',
    rank: 0,
    ...(hasArguments(cursor) ? {} : { insertText: `${name}($1)`, isSnippet: true }),
    data: { about: 'definition', name, kind: 'function' },
  })); // prettier-ignore

export const functionSuggestions = (cursor: Cursor): readonly Suggestion[] =>
  functionNames().map((name) => builtinSuggestion(cursor, name, 'apply'));

export const layerSuggestions = (cursor: Cursor, how: 'apply' | 'make' = 'apply'): readonly Suggestion[] =>
  [...new Set([...usualNext(undefined), ...registry.layers.keys()])].flatMap((name) => (registry.layers.has(name) ? [builtinSuggestion(cursor, name, how)] : [])); // prettier-ignore

export const ranked = (suggestions: readonly Suggestion[], rank: number): readonly Suggestion[] =>
  suggestions.map((suggestion) => ({ ...suggestion, rank }));

export const plainWords = (words: readonly string[], kind: CompletionKind, rank: number): readonly Suggestion[] =>
  words.map((label) => ({ label, kind, rank, ...(kind === 'type' || kind === 'keyword' ? { data: { about: 'word', name: label, kind } } : {}) })); // prettier-ignore
