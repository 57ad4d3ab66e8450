/** Where an expression or a part of a type can stand: names by what the place wants, values of a fixed set first. */
import type { Expression, Node, Train } from '../../grammar/ast.ts';
import type { Expected } from '../check/expected.ts';
import { registry } from '../definitions/registry.ts';
import { displayShape } from '../shapes/index.ts';
import { builtinCallee } from './callees.ts';
import { expectedByParameter, familySuggestions, fixedValues, labelSuggestions } from './completion-arguments.ts';
import { above, hasArguments, localsHere, type Cursor } from './completion-cursor.ts';
import { autoImports, type ImportsOf } from './completion-imports.ts';
import { escaped, Holders, requiredArguments, type Suggestion } from './completion-item.ts';
import { compileTimeSuggestions, functionSuggestions, layerSuggestions, namesOfBody, plainWords, ranked, symbolsHere, symbolSuggestion, type Named } from './completion-names.ts'; // prettier-ignore
import type { ArgumentPlace, Place } from './completion-place.ts';
import { fittingLoss } from './completion-statements.ts';
import { localsOf } from './locals.ts';
import { NamesOfFiles } from './names.ts';
import { seenText } from './seen-text.ts';

/** What a place wants first. */
type Wanted = 'number' | 'tensor' | 'layer' | 'any';

/** Everything that has a name, what is wanted first. From `rank` on. */
export function nameSuggestions(cursor: Cursor, wanted: Wanted, rank: number, imports: ImportsOf): readonly Suggestion[] {
  const own = namesOfBody(cursor).map((named) => ({ ...named.suggestion, rank: rank + distance(named, wanted) }));
  const symbols = symbolsHere(cursor).map(([name, symbol]) => {
    const isConst = symbol.unit.kind === 'Const';
    const isFirst = wanted === 'any' || isConst === (wanted === 'number');
    return { ...symbolSuggestion(cursor, symbol, name), rank: rank + (isFirst ? 1 : 4) };
  });
  const isNumber = wanted === 'number';
  return [
    ...own,
    ...symbols,
    ...ranked(isNumber ? compileTimeSuggestions(cursor) : [], rank + 3),
    ...ranked(functionSuggestions(cursor), rank + (isNumber ? 6 : 3)),
    ...ranked(layerSuggestions(cursor), rank + (wanted === 'layer' ? 1.5 : isNumber ? 7 : 4)),
    ...ranked(expressionKeywords, rank + 5),
    ...ranked(autoImports(cursor, imports, (symbol) => symbolSuggestion(cursor, symbol)), rank + 6),
  ];
} // prettier-ignore

/** How far a name is from what is wanted: options and lists are no numbers, but known to the compiler as they are. */
function distance({ is }: Named, wanted: Wanted): number {
  if (wanted === 'any' || is === wanted) return 0;
  if (wanted === 'number') return is === 'value' ? 0.3 : 5;
  return 2;
}

const expressionKeywords: readonly Suggestion[] = [
  { label: 'if', kind: 'keyword', labelDescription: 'condition', insertText: 'if ${1:condition} { $2 } else { $3 }', isSnippet: true, rank: 0 },
  { label: 'true', kind: 'keyword', rank: 0 },
  { label: 'false', kind: 'keyword', rank: 0 },
]; // prettier-ignore

export function argumentSuggestions(cursor: Cursor, place: ArgumentPlace, imports: ImportsOf): readonly Suggestion[] {
  const { slot, label, list, argument } = place;
  const before = list.list.arguments.slice(0, list.list.arguments.indexOf(argument));
  const isOnlyLabel = label === 'only' || (label === 'yes' && before.some(({ name }) => name));
  // What may be left out is mostly given by its label.
  const isRequired = slot?.isRequired ?? false;
  const labels = label === 'no' ? [] : labelSuggestions(cursor, place, isOnlyLabel || !isRequired ? 0 : 1);
  if (isOnlyLabel) return labels;
  const pair = pairNames(cursor, place);
  const isBehindLabels = labels.length > 0 && !isRequired;
  const fixed = slot ? fixedValues(cursor, slot, isBehindLabels ? 1 : 0) : [];
  const kind = slot?.definition?.type.kind;
  if (fixed.length > 0 && (kind === 'bool' || kind === 'option' || kind === 'dtype'))
    return [...fixed, ...labels, ...ranked(namesOfBody(cursor).filter(isOfCompiler).map(({ suggestion }) => suggestion), 2)]; // prettier-ignore
  const wanted: Wanted =
    slot?.kind === 'tensor' ? 'tensor' : kind === 'layer' || kind === 'layers' ? 'layer' : 'number';
  const names = nameSuggestions(cursor, slot ? wanted : 'any', fixed.length > 0 || (isBehindLabels && wanted !== 'tensor') ? 2 : wanted === 'tensor' ? 0 : 1.2, imports); // prettier-ignore
  return [...pair, ...fixed, ...labels, ...names];
}

const isOfCompiler = ({ local }: Named): boolean => local.what === 'parameter' || local.what === 'let';

/** Of a loss or metric: the targets for the first argument, the outputs for the second. */
function pairNames(cursor: Cursor, { site, slot }: ArgumentPlace): readonly Suggestion[] {
  const { target } = site.callee;
  const isPair = target.kind === 'definition' && (target.definition.kind === 'loss' || target.definition.kind === 'metric');
  if (!isPair || (slot?.name !== 'target' && slot?.name !== 'output')) return [];
  const found = namesOfBody(cursor).filter(({ local }) => local.what === slot.name);
  return ranked(found.map(({ suggestion }) => suggestion), -1); // prettier-ignore
} // prettier-ignore

export function expressionSuggestions(
  cursor: Cursor,
  { field, around }: Extract<Place, { kind: 'expression' }>,
  imports: ImportsOf,
): readonly Suggestion[] {
  // prettier-ignore
  if (field) return fieldValues(cursor, field.name.name, imports);
  const compared = comparedValues(cursor);
  if (compared.length > 0) return [...compared, ...nameSuggestions(cursor, 'number', 2, imports)];
  switch (around?.kind) {
    case 'Weight':
      return [...familySuggestions(cursor, 'initializer', 0), ...nameSuggestions(cursor, 'tensor', 3, imports)];
    case 'LayerStatement':
      return nameSuggestions(cursor, 'layer', 0, imports);
    case 'ModelAlias':
      return modelSuggestions(cursor);
    case 'Parameter':
      return [...parameterValues(cursor, around), ...nameSuggestions(cursor, 'number', 2, imports)];
    case 'Const':
    case 'Require':
    case 'Repeat':
    case 'For':
    case 'If':
    case 'IfStage':
      return nameSuggestions(cursor, isInside(cursor, around) ? 'any' : 'number', 0, imports);
    default:
      return nameSuggestions(cursor, 'tensor', 0, imports);
  }
}

/** `padding == ¦`: what the parameter may be. */
function comparedValues(cursor: Cursor): readonly Suggestion[] {
  const binary = above(cursor);
  if (binary?.kind !== 'Binary' || (binary.operator !== '==' && binary.operator !== '!=')) return [];
  const other = binary.right.span.start === cursor.word.start ? binary.left : binary.right;
  const local = other.kind === 'Name' ? localsHere(cursor).find(({ name }) => name === other.name) : undefined;
  return local?.node.kind === 'Parameter' ? valuesOf(cursor, expectedByParameter(local.node)) : [];
}

const valuesOf = (cursor: Cursor, { options, families }: Expected): readonly Suggestion[] => [
  ...plainWords(options, 'option', 0),
  ...families.flatMap((family) => familySuggestions(cursor, family, 0)),
];

/** Whether the word is in the branches of an `if`, not in its condition. */
const isInside = ({ word }: Cursor, node: Node): boolean => node.kind === 'If' && word.start > node.condition.span.end;

/** A default is of the type that is written before it. */
function parameterValues(cursor: Cursor, node: Extract<Node, { kind: 'Parameter' }>): readonly Suggestion[] {
  const { defaultValue: _, ...typed } = node;
  const expected = expectedByParameter(typed);
  const isTruth = node.type?.kind === 'NamedType' && node.type.name.name === 'bool';
  return [...plainWords(isTruth ? ['true', 'false'] : [], 'keyword', 0), ...valuesOf(cursor, expected)];
}

const modelSuggestions = (cursor: Cursor): readonly Suggestion[] =>
  symbolsHere(cursor).flatMap(([name, symbol]) =>
    symbol.unit.kind === 'Model' ? [symbolSuggestion(cursor, symbol, name)] : [],
  );

/** The value of a field of `train`. */
function fieldValues(cursor: Cursor, field: string, imports: ImportsOf): readonly Suggestion[] {
  switch (field) {
    case 'optimizer':
      return familySuggestions(cursor, 'optimizer', 0);
    case 'callbacks':
      return familySuggestions(cursor, 'callback', 0);
    case 'shuffle':
      return plainWords(['true', 'false'], 'keyword', 0);
    case 'loss':
      return [...pairSuggestions(cursor, 'loss'), ...nameSuggestions(cursor, 'tensor', 3, imports)];
    case 'metrics':
      return [...pairSuggestions(cursor, 'metric'), ...nameSuggestions(cursor, 'tensor', 3, imports)];
    case 'freeze':
      return namesOfBody(cursor).flatMap(({ suggestion, is, local }) => (is === 'layer' || local.what === 'weight' ? [suggestion] : [])); // prettier-ignore
    default:
      return ranked(namesOfBody(cursor).filter(({ is }) => is === 'number').map(({ suggestion }) => suggestion), 0); // prettier-ignore
  }
}

/** Losses or metrics, the one that fits the output and the target first. */
function pairSuggestions(cursor: Cursor, kind: 'loss' | 'metric'): readonly Suggestion[] {
  const train = cursor.nodes.find((node): node is Train => node.kind === 'Train');
  const fit = train && fittingLoss(train, cursor.file);
  const fitting = kind === 'loss' ? fit?.loss : fit?.metric;
  const names = kind === 'loss' ? [...registry.losses.keys()] : [...registry.metrics.keys(), ...registry.losses.keys()];
  return [...new Set(names)].map((name) => {
    const callee = builtinCallee(name, kind === 'metric' ? 'metric' : undefined);
    const holders = new Holders();
    const written = fit ? escaped(fit.arguments) : callee ? requiredArguments(callee.made, holders) : '';
    const isOwn = kind === 'loss' || registry.metrics.has(name);
    return {
      label: name,
      kind,
      labelDescription: name === fitting ? `fits ${fit!.arguments.slice(1, -1).split(', ')[1]}` : kind,
      rank: name === fitting ? 0 : isOwn ? 1 : 2,
      ...(hasArguments(cursor) ? {} : { insertText: `${name}${written}`, isSnippet: true }),
      data: { about: 'definition', name, kind },
    };
  });
}

/** Sizes inside of `[ ]` of a type. */
export function dimensionSuggestions({ nodes }: Cursor, names: readonly Named[]): readonly Suggestion[] {
  const isSpread = nodes.at(-2)?.kind === 'SpreadDimension';
  return names.flatMap(({ suggestion, is }) => (is === 'number' && !isSpread ? [suggestion] : []));
}

export const dtypes = plainWords(['float32', 'int32', 'bool'], 'type', 0);

export const parameterTypes: readonly Suggestion[] = [
  ...plainWords(['int', 'float', 'bool', 'string', 'layer', 'activation'], 'type', 0),
  { label: 'same | valid', kind: 'type', labelDescription: 'options', rank: 1 },
  ...plainWords(['initializer', 'regularizer', 'constraint'], 'type', 2),
];

/** What can stand after `.`: outputs by name, weights of a layer that has been used, layers inside of it. */
export function memberSuggestions(cursor: Cursor, object: Expression): readonly Suggestion[] {
  const { unit, sightsOf } = cursor;
  const sights = unit && sightsOf(unit);
  const seen = sights?.at('expression', object.span, unit!).map(({ value }) => value).find(({ kind }) => kind === 'instance' || kind === 'tuple'); // prettier-ignore
  if (seen?.kind === 'tuple')
    return (seen.names ?? []).map((label, i) => {
      const detail = seenText(seen.elements[i]!);
      return { label, kind: 'member', labelDescription: 'output', ...(detail === undefined ? {} : { detail }), rank: i };
    });
  // A layer that has not been used yet has no weights.
  const isBuilt = seen?.kind === 'instance' && (seen.children.length > 0 || Object.keys(seen.weights).length > 0);
  if (!isBuilt) return declaredMembers(cursor, object);
  const weights = Object.entries(seen.weights).map(([label, path]): Suggestion => {
    const shape = sights!.weightShapes.get(path);
    return { label, kind: 'weight', labelDescription: 'weight', ...(shape ? { detail: displayShape(shape) } : {}), rank: 0 };
  });
  return [...weights, ...plainWords(seen.children, 'made-layer', 1)];
} // prettier-ignore

/** What the block declares that the object is or comes from, where the checker has seen nothing. */
function declaredMembers({ file, unit }: Cursor, object: Expression): readonly Suggestion[] {
  const names = new NamesOfFiles();
  const made = unit && names.madeBy(names.of(file, unit), object);
  if (!made || made.is === 'pipeline') return [];
  const { symbol, is } = made;
  const members = localsOf(symbol.file, symbol.unit).filter(({ what, name }) => name !== '' && (is === 'result' ? what === 'output' : what === 'layer' || what === 'weight')); // prettier-ignore
  return members.map(({ name, what }) => ({ label: name, kind: what === 'weight' ? 'weight' : what === 'layer' ? 'made-layer' : 'member', labelDescription: what, rank: 0 }));
} // prettier-ignore
