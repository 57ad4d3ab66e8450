/** Inside argument lists: labels that are not given yet, and the values that an argument may have. */
import type { ArgumentList, Parameter as DeclaredParameter } from '../../grammar/ast.ts';
import { builtinNamed, namesOfFamily } from '../check/builtins.ts';
import { expectedBy, expectedByType, nothingExpected, type Expected, type Family } from '../check/expected.ts';
import { registry } from '../definitions/registry.ts';
import { defaultText, parameterTypeText } from '../explain/parameter-type.ts';
import { builtinCallee, slotAt, type Slot } from './callees.ts';
import type { Cursor } from './completion-cursor.ts';
import { Holders, requiredArguments, slotHolder, type CompletionKind, type Suggestion } from './completion-item.ts';
import { builtinSuggestion, layerSuggestions, namesOfBody, plainWords, ranked, symbolsHere, symbolSuggestion } from './completion-names.ts'; // prettier-ignore
import type { ArgumentPlace } from './completion-place.ts';

/** `filters: `, those that must be given first. */
export function labelSuggestions(cursor: Cursor, place: ArgumentPlace, rank: number): readonly Suggestion[] {
  const { list, argument, site } = place;
  const { slots, piped } = list;
  const written = list.list.arguments.filter((other) => other !== argument);
  const named = new Set(written.flatMap(({ name }) => (name ? [name.name] : [])));
  const before = list.list.arguments.slice(0, list.list.arguments.indexOf(argument));
  const flowed = slots.filter(({ isPositional, kind }) => isPositional && kind === 'tensor').slice(0, piped);
  const taken = new Set([...flowed, ...before.map((_, i) => slotAt(list, i))].map((slot) => slot?.name));
  const isLabelled = /^\s*:/.test(cursor.text.slice(cursor.word.end, cursor.word.end + 20));
  const open = slots.filter(({ name, isVariadic, kind, definition }) => !(isVariadic && kind === 'tensor') && definition?.type.kind !== 'namedSizes' && !named.has(name) && !taken.has(name)); // prettier-ignore
  const required = open.filter(({ isRequired }) => isRequired);
  const others = open.filter(({ isRequired }) => !isRequired);
  const axes = slots.some(({ definition }) => definition?.type.kind === 'namedSizes') ? patternNames(list.list) : [];
  const sizes = axes.filter((name) => !named.has(name)).map((name): Suggestion => ({ label: `${name}:`, filterText: name, kind: 'label', labelDescription: 'size of the axis', rank, insertText: isLabelled ? name : `${name}: ` })); // prettier-ignore
  const labels = [...required, ...others].map((slot): Suggestion => ({
    label: `${slot.name}:`,
    filterText: slot.name,
    ...labelDetail(slot),
    kind: 'label',
    rank: rank + (slot.isRequired ? 0 : 0.5),
    ...(isLabelled ? { insertText: slot.name } : { insertText: `${slot.name}: `, opensNext: true }),
    data: { about: 'argument', path: cursor.path, of: site.callee.name, at: cursor.word.start, name: slot.name },
  })); // prettier-ignore
  return [...sizes, ...shorthands(cursor, open, rank), ...labels];
}

/** `strides:` is `strides: strides` where there is something of that name. */
function shorthands(cursor: Cursor, open: readonly Slot[], rank: number): readonly Suggestion[] {
  const named = new Map(namesOfBody(cursor).map(({ suggestion }) => [suggestion.label, suggestion]));
  return open.flatMap(({ name }): readonly Suggestion[] => {
    const own = named.get(name);
    if (!own) return [];
    return [{ ...own, label: `${name}:`, filterText: name, labelDescription: `the ${own.labelDescription} of that name`, kind: 'label', rank: rank - 0.1 }];
  });
} // prettier-ignore

/** The axes of the pattern among some arguments: `rearrange("(h w) c -> h w c", h: 4)`. */
function patternNames({ arguments: list }: ArgumentList): readonly string[] {
  const pattern = list.find(({ value }) => value.kind === 'StringLiteral')?.value;
  return pattern?.kind === 'StringLiteral' ? [...new Set(pattern.value.match(/[A-Za-z_]\w*/g))] : [];
}

function labelDetail({ definition, declared, isRequired }: Slot): Pick<Suggestion, 'detail' | 'labelDescription'> {
  if (definition) {
    const known = defaultText(definition);
    const type = parameterTypeText(definition).replaceAll('`', '');
    return {
      detail: known === undefined ? type : `= ${known}`,
      labelDescription: isRequired ? 'required' : type,
    };
  }
  if (!declared) return { labelDescription: isRequired ? 'required' : 'optional' };
  const { node, of } = declared;
  const written = node.defaultValue ? `= ${of.file.source.textOf(node.defaultValue.span)}` : node.type ? of.file.source.textOf(node.type.span) : undefined; // prettier-ignore
  return { ...(written === undefined ? {} : { detail: written }), labelDescription: isRequired ? 'required' : 'optional' }; // prettier-ignore
}

/** What a slot takes, as options and families of names. */
export function expectedOf({ definition, declared }: Slot): Expected {
  if (definition) return expectedBy(definition.type);
  return declared?.node.kind === 'Parameter' ? expectedByParameter(declared.node) : nothingExpected;
}

/** By its type; where it has none, by what its default is. */
export function expectedByParameter({ type, defaultValue }: DeclaredParameter): Expected {
  if (type || defaultValue?.kind !== 'Name') return expectedByType(type);
  const { name } = defaultValue;
  const builtin = builtinNamed(name);
  const families: Family[] = [];
  if (builtin?.function?.activation) families.push('activation');
  for (const { kind } of builtin?.named ?? []) families.push(kind);
  if (registry.layers.has(name)) families.push('layer');
  const options = name === 'same' || name === 'valid' ? ['same', 'valid'] : [];
  return { options, families };
}

const takesTruth = ({ definition, declared }: Slot): boolean => {
  if (definition) return definition.type.kind === 'bool';
  if (declared?.node.kind !== 'Parameter') return false;
  const { type, defaultValue } = declared.node;
  return type ? type.kind === 'NamedType' && type.name.name === 'bool' : defaultValue?.kind === 'BooleanLiteral';
};

const commits = [',', ')'];

/** The values of a fixed set that a slot takes. */
export function fixedValues(cursor: Cursor, slot: Slot, rank: number): readonly Suggestion[] {
  const expected = expectedOf(slot);
  const usual = slot.definition?.defaultText;
  const values = [
    ...plainWords(takesTruth(slot) ? ['true', 'false'] : [], 'keyword', rank),
    ...plainWords(expected.options, 'option', rank),
    ...expected.families.flatMap((family) => familySuggestions(cursor, family, rank)),
  ];
  // The default is what one gets anyway: what differs from it is what one comes to write.
  return values.map((value) => ({
    ...value,
    ...(value.label === usual ? { labelDescription: 'default', rank: rank + 0.4 } : {}),
    ...(value.isSnippet ? {} : { commitCharacters: commits }),
  }));
}

const kindOfFamily: Readonly<Record<Family, CompletionKind>> = {
  activation: 'activation', initializer: 'initializer', regularizer: 'regularizer', constraint: 'constraint',
  schedule: 'schedule', callback: 'callback', optimizer: 'optimizer', layer: 'layer',
}; // prettier-ignore

const usualOfFamily: Readonly<Partial<Record<Family, readonly string[]>>> = {
  activation: ['relu', 'softmax', 'sigmoid', 'tanh', 'gelu', 'silu', 'leakyRelu', 'linear', 'elu'],
  initializer: ['heNormal', 'glorotUniform', 'zeros', 'ones', 'randomNormal', 'truncatedNormal'],
  optimizer: ['adam', 'adamW', 'sgd', 'rmsprop'],
  schedule: ['cosineDecay', 'exponentialDecay'],
  callback: ['earlyStopping', 'reduceLROnPlateau'],
  regularizer: ['l2', 'l1'],
};

export function familySuggestions(cursor: Cursor, family: Family, rank: number): readonly Suggestion[] {
  if (family === 'layer') return layerValues(cursor, rank);
  const usual = usualOfFamily[family] ?? [];
  const names = [...usual, ...namesOfFamily(family).filter((name) => !usual.includes(name))];
  const own = namesOfBody(cursor).filter(({ is, suggestion }) => is === 'layer' && family === 'activation' && suggestion.labelDescription === 'parameter'); // prettier-ignore
  const kind = kindOfFamily[family];
  return [
    ...own.map(({ suggestion }) => ({ ...suggestion, rank })),
    ...names.map((name): Suggestion => ({
      label: name,
      kind,
      labelDescription: family === 'schedule' ? 'schedule' : family,
      ...familyCall(name, family),
      rank: rank + (usual.includes(name) ? 0.1 : 0.2),
      data: { about: 'definition', name, kind },
    })),
  ]; // prettier-ignore
}

/** `l2(${1:l2})` with what must be given; an activation is named, not called. */
function familyCall(name: string, family: Family): { readonly insertText?: string; readonly isSnippet?: boolean } {
  if (family === 'activation' || family === 'layer') return {};
  if (family === 'optimizer') return { insertText: `${name}(learningRate: \${1:1e-3})`, isSnippet: true };
  const callee = builtinCallee(name, family);
  const holders = new Holders();
  const required = callee ? requiredArguments(callee.made, holders) : '';
  if (required !== '') return { insertText: `${name}${required}`, isSnippet: true };
  const [first] = callee?.made ?? [];
  if (family === 'regularizer' && first) return { insertText: `${name}(${slotHolder(first, holders)})`, isSnippet: true };
  return family === 'callback' ? { insertText: `${name}($1)`, isSnippet: true } : {};
} // prettier-ignore

/** Everything that is a layer, to be made by another. */
function layerValues(cursor: Cursor, rank: number): readonly Suggestion[] {
  return [
    ...namesOfBody(cursor).flatMap(({ suggestion, is }) => (is === 'layer' ? [{ ...suggestion, rank }] : [])),
    ...symbolsHere(cursor).flatMap(([name, symbol]) => (symbol.unit.kind === 'Const' ? [] : [{ ...symbolSuggestion(cursor, symbol, name), rank: rank + 0.1 }])),
    ...ranked(layerSuggestions(cursor, 'make'), rank + 0.2),
    ...ranked(namesOfFamily('activation').map((name) => builtinSuggestion(cursor, name, 'make')), rank + 0.3),
  ]; // prettier-ignore
}
