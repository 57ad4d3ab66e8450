/** A cursor → what kind of thing can be written there. */
import type { Argument, ArgumentList, Body, Call, CallStage, Expression, Import, Node, Train, TrainField } from '../../grammar/ast.ts'; // prettier-ignore
import { callSiteOf, slotAt, type CallSite, type Slot } from './callees.ts';
import { above, regionsOf, wordNode, type Cursor } from './completion-cursor.ts';
import { spotAt } from './spot.ts';

export type Place =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'declaration' }
  | { readonly kind: 'statement' }
  | { readonly kind: 'field'; readonly train: Train }
  | { readonly kind: 'stage'; readonly stage: CallStage }
  | ArgumentPlace
  | { readonly kind: 'expression'; readonly field?: TrainField | undefined; /** Of the declared thing whose value it is. */ readonly around: Node | undefined }
  | { readonly kind: 'member'; readonly object: Expression }
  | { readonly kind: 'tensorType' | 'dimension' | 'parameterType' | 'trainModel' }
  | { readonly kind: 'importName'; readonly node: Import }
  | { readonly kind: 'keyword'; readonly word: string }; // prettier-ignore

export interface ArgumentPlace {
  readonly kind: 'argument';
  readonly list: CallSite['lists'][number];
  readonly site: CallSite;
  readonly index: number;
  readonly argument: Argument;
  /** What stands there, where that is known. */
  readonly slot: Slot | undefined;
  /** Whether a label may be written, whether only that. */
  readonly label: 'no' | 'yes' | 'only';
  /** Whether the word is the argument itself; else it is inside of a list or an expression. */
  readonly isWhole: boolean;
}

const nothing: Place = { kind: 'nothing' };

export function placeOf(cursor: Cursor): Place {
  const node = wordNode(cursor);
  if (!node || isUnconnected(cursor, node)) return loosePlace(cursor);
  if (node.kind === 'Identifier') return identifierPlace(cursor);
  const parent = above(cursor);
  if (parent?.kind === 'CallStage') return { kind: 'stage', stage: parent };
  if (cursor.nodes.some(({ kind }) => kind === 'TensorType')) return { kind: 'dimension' };
  return argumentPlace(cursor) ?? expressionPlace(cursor);
}

/** After something complete: the parser has made something of it, but the reader begins something new. */
function isUnconnected(cursor: Cursor, node: Node): boolean {
  if (!/[A-Za-z0-9_)\]"};]/.test(cursor.last)) return false;
  const before = /[A-Za-z_]\w*$/.exec(cursor.text.slice(0, cursor.codeEnd))?.[0] ?? '';
  if (wantsName.has(before) && !/\.\s*\w+$/.test(cursor.text.slice(0, cursor.codeEnd))) return false;
  return node.kind === 'Name' || above(cursor)?.kind === 'TensorType' || above(cursor)?.kind === 'Argument';
}

/** Words behind which a name or an expression begins. */
const wantsName: ReadonlySet<string> = new Set(['import', 'from', 'as', 'const', 'model', 'block', 'train', 'input', 'output', 'let', 'layer', 'weight', 'require', 'loss', 'target', 'if', 'repeat', 'for', 'in']); // prettier-ignore

/** Where the tree has no place for a name: the beginning of something, or nowhere. */
function loosePlace(cursor: Cursor): Place {
  const { nodes, last, isLineStart, unit } = cursor;
  const keyword = isLineStart ? undefined : keywordBehind(cursor);
  if (keyword !== undefined) return { kind: 'keyword', word: keyword };
  if (!isLineStart && /[A-Za-z0-9_)\]"]/.test(last)) return nothing;
  if (last === '}' && isLineStart && depthAt(cursor) === 0) return { kind: 'declaration' };
  if (nodes.some(({ kind }) => kind === 'ArgumentList' || kind === 'Parameter')) return nothing;
  const body = nodes.findLast((node): node is Body => node.kind === 'Body');
  if (body) return bodyPlace(cursor, body);
  const train = nodes.findLast((node): node is Train => node.kind === 'Train');
  if (train) return isLineStart || last === '{' ? { kind: 'field', train } : nothing;
  if (nodes.some(({ kind }) => kind === 'Import') || (unit && nodes.length > 0)) return nothing;
  return isLineStart || last === '}' ? { kind: 'declaration' } : nothing;
}

/** A statement, but in the middle of a pipeline nothing new begins. */
function bodyPlace({ nodes, word, text, last, isLineStart }: Cursor, { statements }: Body): Place {
  if (nodes.some(({ kind, span }) => loops.has(kind) && span.end > word.end)) return nothing;
  const before = statements.findLast(({ span }) => span.start < word.start)?.kind;
  const goesOn = before !== undefined && before !== 'Input' && /^\s*->/.test(text.slice(word.end, word.end + 200));
  if (goesOn) return nothing;
  return isLineStart || last === '{' || last === ';' ? { kind: 'statement' } : nothing;
}

const loops: ReadonlySet<Node['kind']> = new Set(['Repeat', 'For', 'IfStage', 'If']);

/** How many braces are open: a declaration whose first line is being written leaves its body to the one before. */
function depthAt({ text, unit, codeEnd }: Cursor): number {
  const code = text.slice(unit?.start ?? 0, codeEnd);
  const regions = regionsOf(code);
  const isCode = (at: number): boolean => !regions.some(({ start, end }) => start <= at && at < end);
  const braces = [...code.matchAll(/[{}]/g)].filter(({ index }) => isCode(index));
  return braces.reduce((depth, [brace]) => Math.max(0, depth + (brace === '{' ? 1 : -1)), 0);
}

/** What joins two parts, where the first is there: `import { A } from`, `for size in`, `if a { b } else`, `repeat n as`. */
function keywordBehind({ text, codeEnd, last, file }: Cursor): string | undefined {
  const code = text.slice(Math.max(0, codeEnd - 300), codeEnd);
  if (/\bimport\s*\{[^{}]*\}$/.test(code)) return 'from';
  if (/(?:->|\{)\s*for\s+(?:\w+|\([\w\s,]*\))$/.test(code)) return 'in';
  if (/(?:->|\{)\s*repeat\s+\w+$/.test(code)) return 'as';
  if (last !== '}') return undefined;
  const choice = spotAt(file, codeEnd).path.findLast(({ kind, span }) => (kind === 'If' || kind === 'IfStage') && span.end >= codeEnd); // prettier-ignore
  const isOpen = choice?.kind === 'IfStage' ? !choice.otherwise : choice?.kind === 'If' && choice.otherwise.kind === 'Missing'; // prettier-ignore
  return isOpen ? 'else' : undefined;
}

function identifierPlace(cursor: Cursor): Place {
  const parent = above(cursor);
  const node = cursor.nodes.at(-1);
  switch (parent?.kind) {
    case 'ImportName': {
      const around = above(cursor, 2);
      return parent.name === node && around?.kind === 'Import' ? { kind: 'importName', node: around } : nothing;
    }
    case 'Train':
      return { kind: 'trainModel' };
    case 'TrainField': {
      const train = above(cursor, 2);
      return train?.kind === 'Train' ? { kind: 'field', train } : nothing;
    }
    case 'NamedType':
      return { kind: 'parameterType' };
    case 'TensorType':
      return { kind: 'tensorType' };
    case 'Member':
      return { kind: 'member', object: parent.object };
    case 'SpreadDimension':
      return { kind: 'dimension' };
    case 'Argument':
      return argumentPlace(cursor) ?? nothing;
    default:
      return nothing;
  }
}

/** What stands between an argument and the word, where the word is a part of the argument's value. */
const passing: ReadonlySet<Node['kind']> = new Set(['Name', 'List', 'Tuple', 'If', 'Unary']);

function argumentPlace(cursor: Cursor): Place | undefined {
  const { nodes, file, unit } = cursor;
  const at = nodes.findLastIndex(({ kind }) => kind === 'Argument');
  if (at < 0 || !unit) return undefined;
  const [argument, list, call] = [nodes[at] as Argument, nodes[at - 1] as ArgumentList, nodes[at - 2]];
  const between = nodes.slice(at + 1);
  if (between.some(({ kind }) => kind === 'ArgumentList')) return undefined;
  const word = nodes.at(-1);
  const isPassing = (node: Node): boolean => passing.has(node.kind) || (node.kind === 'Pipeline' && node.head === word);
  if (!between.every((node) => isPassing(node) || node.kind === 'Identifier')) return undefined;
  if (call?.kind !== 'Call' && call?.kind !== 'CallStage') return undefined;
  const site = siteOf(file, unit, call, nodes.slice(0, at - 1));
  const own = site?.lists.find((candidate) => candidate.list === list);
  if (!site || !own) return undefined;
  const index = list.arguments.indexOf(argument);
  const isLabel = nodes.at(-1)?.kind === 'Identifier' || argument.shorthand === true;
  // What comes behind an argument that is not there yet is read as if it flowed on from it.
  const isWhole = between.every(({ kind }) => kind !== 'List' && kind !== 'Tuple' && kind !== 'If' && kind !== 'Unary');
  const label = isLabel ? 'only' : isWhole && !argument.name ? 'yes' : 'no';
  const slot = isLabel ? undefined : slotAt(own, index, argument);
  return {
    kind: 'argument',
    list: own,
    site,
    index,
    argument,
    slot,
    label,
    isWhole,
  };
}

/** The inner call of `Layer(…)(…)` has the lists of both. */
function siteOf(file: Cursor['file'], unit: NonNullable<Cursor['unit']>, call: Call | CallStage, nodes: readonly Node[]): CallSite | undefined {
  return callSiteOf(file, unit, call, nodes);
} // prettier-ignore

function expressionPlace({ nodes }: Cursor): Place {
  const field = nodes.findLast((node): node is TrainField => node.kind === 'TrainField');
  const around = nodes.findLast(({ kind }) => holders.has(kind));
  return { kind: 'expression', field, around };
}

const holders: ReadonlySet<Node['kind']> = new Set(['Let', 'Output', 'LayerStatement', 'Weight', 'Require', 'LossStatement', 'Input', 'Parameter', 'Const', 'ModelAlias', 'TrainField', 'Argument', 'Repeat', 'For', 'If', 'IfStage']); // prettier-ignore
