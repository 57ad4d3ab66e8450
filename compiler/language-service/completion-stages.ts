/** After `->`: what the value that flows there fits, what is usual first; then all the rest. */
import type { CallStage, Dimension, Input, TensorType as WrittenType } from '../../grammar/ast.ts';
import { visit } from '../../grammar/visit.ts';
import { builtinNamed } from '../check/builtins.ts';
import { registry } from '../definitions/registry.ts';
import type { TensorType } from '../definitions/types.ts';
import type { FileSymbol } from '../resolve/file-scope.ts';
import { asInteger, isSpread, minimumRank } from '../shapes/index.ts';
import { above, tensorOf, type Cursor } from './completion-cursor.ts';
import { fitOf } from './completion-fit.ts';
import { autoImports, type ImportsOf } from './completion-imports.ts';
import type { Suggestion } from './completion-item.ts';
import { builtinSuggestion, namesOfBody, symbolsHere, symbolSuggestion } from './completion-names.ts';
import { isSeldom, stageBefore, usualBehind, usualNext } from './completion-usual.ts';

const ranks = {
  usual: 0,
  scope: 1,
  oftenToo: 2,
  loops: 3,
  layers: 4,
  functions: 5,
  seldom: 6,
  imported: 7,
  unfit: 8,
} as const;

/** So many of what is usual come before what the program has made itself. */
const mostUsual = 8;

export function stageSuggestions(cursor: Cursor, stage: CallStage, imports: ImportsOf): readonly Suggestion[] {
  const type = flowingInto(cursor, stage);
  return [
    ...builtinStages(cursor, type ?? flowingBefore(cursor), type !== undefined, usualBehind(stageBefore(above(cursor, 2), stage))),
    ...bodyStages(cursor),
    ...symbolStages(cursor, type),
    ...loopSnippets,
    ...autoImports(cursor, imports, (symbol) => symbolStage(cursor, symbol, symbol.name, type))
      .map((found) => ({ ...found, rank: found.rank === ranks.unfit ? ranks.unfit : ranks.imported })),
  ]; // prettier-ignore
}

function flowingInto({ unit, sightsOf }: Cursor, stage: CallStage): TensorType | undefined {
  const sights = unit && sightsOf(unit)?.at('stage', stage.span, unit);
  return sights?.map(({ given }) => tensorOf(given)).find((found) => found !== undefined);
}

/** What flowed last before the cursor: behind a layer that is left open, most likely the like of it still does. */
function flowingBefore({ unit, sightsOf, nodes, word }: Cursor): TensorType | undefined {
  const pipeline = nodes.find(({ kind }) => kind === 'Pipeline');
  const sights = unit && sightsOf(unit);
  if (!pipeline || !sights) return undefined;
  let last: TensorType | undefined;
  visit(pipeline, (node) => {
    if (node.kind !== 'CallStage' || node.span.end >= word.start) return;
    const found = sights.at('stage', node.span, unit).map(({ value, given }) => tensorOf(value) ?? tensorOf(given));
    last = found.find((type) => type !== undefined) ?? last;
  });
  return last;
}

function builtinStages(
  cursor: Cursor,
  type: TensorType | undefined,
  isSure: boolean,
  behind: readonly string[],
): readonly Suggestion[] {
  const usual = [...new Set([...behind, ...usualNext(type)])];
  const functions = [...registry.functions.values()].filter(({ internal, tensors }) => !internal && tensors.length > 0);
  const found = [...registry.layers.values(), ...functions].map((definition) => {
    const { name } = definition;
    const suggestion = builtinSuggestion(cursor, name, 'stage');
    const fit = type ? fitOf(definition, type) : { fits: true };
    const order = usual.indexOf(name);
    const rank = !fit.fits ? ranks.unfit : order >= 0 ? (order < mostUsual ? ranks.usual : ranks.oftenToo) : isSeldom(name) || (definition.kind === 'layer' && definition.prefer) ? ranks.seldom : definition.kind === 'layer' ? ranks.layers : ranks.functions; // prettier-ignore
    return {
      suggestion: {
        ...suggestion,
        ...(isSure && 'result' in fit && fit.result ? { detail: fit.result } : {}),
        rank,
      },
      order,
    };
  });
  const inOrder = found.filter(({ order }) => order >= 0).sort((a, b) => a.order - b.order);
  return [...inOrder, ...found.filter(({ order }) => order < 0)].map(({ suggestion }) => suggestion);
}

/** Layers that have been made, and parameters that are layers or activations. */
const bodyStages = (cursor: Cursor): readonly Suggestion[] =>
  namesOfBody(cursor).flatMap(({ suggestion, is, local }) => {
    const isHidden = is !== 'layer' || builtinNamed(local.name)?.function !== undefined;
    return isHidden ? [] : [{ ...suggestion, rank: ranks.scope }];
  });

const symbolStages = (cursor: Cursor, type: TensorType | undefined): readonly Suggestion[] =>
  symbolsHere(cursor).flatMap(([name, symbol]) => symbolStage(cursor, symbol, name, type) ?? []);

function symbolStage(cursor: Cursor, symbol: FileSymbol, name: string, type: TensorType | undefined): Suggestion | undefined {
  if (symbol.unit.kind === 'Const') return undefined;
  const rank = fitsSymbol(symbol, type) ? ranks.scope : ranks.unfit;
  return { ...symbolSuggestion(cursor, symbol, name, 'stage'), rank };
} // prettier-ignore

/** By its first input as it is declared: number of axes, dtype and the sizes that are numbers. */
function fitsSymbol({ unit }: FileSymbol, type: TensorType | undefined): boolean {
  const node = unit.anywhere;
  if (!type || (node.kind !== 'Block' && node.kind !== 'Model')) return true;
  const input = node.body.statements.find((statement): statement is Input => statement.kind === 'Input');
  return input !== undefined && fitsWritten(input.type, type);
}

export function fitsWritten({ dtype, dimensions = [] }: WrittenType, type: TensorType): boolean {
  if ((dtype?.name ?? 'float32') !== type.dtype) return false;
  const isOpen = (dimension: Dimension): boolean => dimension.kind === 'SpreadDimension';
  if (dimensions.some(isOpen) || type.shape.some(isSpread)) {
    const fewest = dimensions.filter((dimension) => !isOpen(dimension)).length;
    return type.shape.some(isSpread) || minimumRank(type.shape) >= fewest;
  }
  if (dimensions.length !== type.shape.length) return false;
  return dimensions.every((dimension, i) => {
    const axis = type.shape[i]!;
    const size = isSpread(axis) ? undefined : asInteger(axis);
    return dimension.kind !== 'NumberLiteral' || size === undefined || dimension.value === size;
  });
}

const loopSnippets: readonly Suggestion[] = [
  { label: 'repeat', kind: 'keyword', labelDescription: 'loop', insertText: 'repeat ${1:n} { $0 }', isSnippet: true, rank: ranks.loops },
  { label: 'for', kind: 'keyword', labelDescription: 'loop', insertText: 'for ${1:size} in ${2:sizes} { $0 }', isSnippet: true, rank: ranks.loops },
  { label: 'if', kind: 'keyword', labelDescription: 'condition', insertText: 'if ${1:condition} { $0 }', isSnippet: true, rank: ranks.loops },
]; // prettier-ignore
