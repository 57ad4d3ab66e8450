/** What a piece of a body reads from around it → the parameters and inputs of a block that holds the piece. */
import type { Node, Parameter } from '../../../grammar/ast.ts';
import type { Span } from '../../../grammar/source.ts';
import { builtinNamed, layerNamed } from '../../check/builtins.ts';
import type { Seen } from '../../check/sights.ts';
import type { TensorType } from '../../definitions/types.ts';
import { asInteger, displayAxis, isSpread, rankOf } from '../../shapes/index.ts';
import type { Local } from '../locals.ts';
import { unitOccurrences, type Occurrence } from '../occurrences.ts';
import type { Edit } from '../plain.ts';
import type { ActionPlace } from './action.ts';
import { pathToName } from './tree.ts';

export interface Read {
  readonly local: Local;
  readonly uses: readonly Occurrence[];
  /** Its name in the block. */
  readonly name: string;
  /** What it is there: a parameter of this type (`: int`) or like this default (`= same`), or an input. */
  readonly parameter?: string;
  readonly input?: TensorType;
}

/** What cannot be given to a block, in words. */
export class Unreadable extends Error {}

/** In the order in which they are read; throws `Unreadable`. */
export function readsOf(place: ActionPlace, piece: Span): readonly Read[] {
  const { file, unit } = place;
  const inside = unitOccurrences(file, unit!).filter(({ span, role }) => piece.start <= span.start && span.end <= piece.end && role !== 'label' && role !== 'declaration'); // prettier-ignore
  const byLocal = new Map<number, { local: Local; uses: Occurrence[] }>();
  for (const use of inside) {
    if (use.target.kind !== 'local') continue;
    const { local } = use.target;
    const at = local.identifier.span.start;
    if (!unit!.holds(local.identifier.span) || (piece.start <= at && at < piece.end) || use.role === 'member') continue;
    byLocal.set(at, { local, uses: [...(byLocal.get(at)?.uses ?? []), use] });
  }
  return [...byLocal.values()].map(({ local, uses }) => readOf(place, local, uses));
}

function readOf(place: ActionPlace, local: Local, uses: readonly Occurrence[]): Read {
  const { name, what, node } = local;
  const seen = place.sights?.at('name', local.identifier.span, local.unit) ?? [];
  const value = seen[0]?.value;
  if (what === 'spread') throw new Unreadable(`It speaks of \`...${name}\`, which a block cannot be given.`);
  if (what === 'layer') return { local, uses, name: layerName(place, name), parameter: layerType(place, name, uses) };
  if (what === 'size') return { local, uses, name, parameter: ': int' };
  if (what === 'parameter' && node.kind === 'Parameter') return { local, uses, name, parameter: parameterType(place, node, value) }; // prettier-ignore
  if (value?.kind === 'tensor') return { local, uses, name, input: value.type };
  const type = value && typeOfSeen(value);
  if (type === undefined) throw new Unreadable(`It reads \`${name}\`, which a block cannot be given.`);
  return { local, uses, name, parameter: `: ${type}` };
}

/** A layer that is given has a capital, and must not hide what makes layers. */
function layerName({ file }: ActionPlace, name: string): string {
  const capitalised = name.replace(/^_*[a-z]/, (head) => head.toUpperCase());
  return layerNamed(capitalised) || file.symbols.has(capitalised) ? `Shared${capitalised}` : capitalised;
}

/** A made layer can be handed over as a whole, to be a stage or an argument. */
function layerType({ unit }: ActionPlace, name: string, uses: readonly Occurrence[]): string {
  const isWhole = ({ span, role }: Occurrence): boolean =>
    role !== 'text' && role !== 'shorthand' && !isCalled(unit!.node, span);
  if (!uses.every(isWhole)) throw new Unreadable(`It calls the layer \`${name}\` or reads its weights, which a block that is given the layer cannot.`); // prettier-ignore
  return ': layer';
}

/** Whether the name at a place is called with arguments or looked into. */
function isCalled(root: Node, span: Span): boolean {
  const [name, parent] = [...pathToName(root, span)].reverse();
  if (parent?.kind === 'Call') return parent.callee === name;
  if (parent?.kind === 'CallStage') return parent.callee === name && parent.calls.length > 0;
  return parent?.kind === 'Member';
}

/** As it is declared around the piece; with a default for a type where that says more. */
function parameterType({ text, file }: ActionPlace, { name, type, defaultValue }: Parameter, value: Seen | undefined): string {
  if (type) return `: ${text.slice(type.span.start, type.span.end)}`;
  if (/^_*[A-Z]/.test(name.name)) return ': layer';
  if (defaultValue?.kind === 'NumberLiteral') return defaultValue.isInteger ? ': int' : ': float';
  if (defaultValue?.kind === 'BooleanLiteral') return ': bool';
  if (defaultValue?.kind === 'StringLiteral') return ': string';
  if (defaultValue?.kind === 'Name' && (builtinNamed(defaultValue.name) || !file.symbols.has(defaultValue.name))) return ` = ${defaultValue.name}`; // prettier-ignore
  const seen = value && typeOfSeen(value);
  if (seen === undefined) throw new Unreadable(`It reads \`${name.name}\`, whose type is not written down.`);
  return `: ${seen}`;
} // prettier-ignore

/** The type of a parameter that takes a value; undefined for what none takes. */
function typeOfSeen(seen: Seen): string | undefined {
  switch (seen.kind) {
    case 'exact':
      return asInteger(seen.dim) !== undefined || Object.keys(seen.dim).length > 0 ? exactType(seen) : undefined;
    case 'float':
    case 'bool':
    case 'string':
      return seen.kind;
    case 'list': {
      const [first] = seen.elements.map(typeOfSeen);
      return first === undefined ? undefined : `${first}[]`;
    }
    case 'tuple': {
      const types = seen.elements.map(typeOfSeen);
      return types.includes(undefined) || types.length === 0 ? undefined : `(${types.join(', ')})`;
    }
    case 'option':
      return seen.name;
    default:
      return undefined;
  }
}

/** A fraction is no `int`. */
function exactType({ dim }: Extract<Seen, { kind: 'exact' }>): string {
  const text = displayAxis(dim);
  return /\//.test(text) && !/^(?:floor|ceil)\(/.test(text) ? 'float' : 'int';
}

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the axes of a tensor are called, by how many there are. */
export const SIZES: readonly (readonly string[])[] = [[], ['n'], ['n', 'd'], ['h', 'w', 'c'], ['t', 'h', 'w', 'c']];

/** Of sizes in inputs: `named`: those that have names keep them; `exact`: and numbers stay numbers; `loose`: each gets a name of its own. */
export type SizeForm = 'named' | 'exact' | 'loose';

/** The type of an input that such tensors fit. */
export function inputType(
  type: TensorType,
  sizes: ReadonlySet<string>,
  fresh: (wanted: string) => string,
  form: SizeForm,
): string {
  // prettier-ignore
  const rank = rankOf(type.shape);
  const wanted = rank === undefined ? undefined : SIZES[rank];
  const axes = type.shape.map((axis, i) => {
    const text = displayAxis(axis);
    if (isSpread(axis)) return text.startsWith('...') ? text : `...${text}`;
    if ((form !== 'loose' && sizes.has(text)) || (form === 'exact' && /^\d+$/.test(text))) return text;
    return fresh(wanted?.[i] ?? 'n');
  });
  const dimensions = axes.length > 0 ? `[${axes.join(', ')}]` : '';
  return type.dtype === 'float32' && dimensions !== '' ? dimensions : `${type.dtype}${dimensions}`;
}

/** Edits of the piece that give what it reads the names of the block. */
export const renamings = (reads: readonly Read[]): readonly Edit[] =>
  reads.flatMap(({ local, name, uses }) =>
    local.name === name ? [] : uses.map(({ span }): Edit => ({ span, newText: name })),
  );
