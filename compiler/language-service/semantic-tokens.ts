/** A file → its names coloured by what they mean. Keywords, numbers, strings and comments are left to the grammar. */
import type { Span } from '../../grammar/source.ts';
import { builtinNamed, layerNamed } from '../check/builtins.ts';
import { readsAsLayer } from './meaning.ts';
import type { Local } from './locals.ts';
import { NamesOfFiles } from './names.ts';
import { importOccurrences, unitOccurrences, type Occurrence, type Target } from './occurrences.ts';
import { neverCancelled, type IsCancelled } from './plain.ts';
import type { Project } from './project.ts';

/** Of the standard ones of editors, in the order of the legend. */
export const semanticTokenTypes = ['class', 'function', 'variable', 'parameter', 'typeParameter', 'enumMember', 'type', 'property'] as const; // prettier-ignore
export const semanticTokenModifiers = ['declaration', 'readonly', 'defaultLibrary'] as const;

export type SemanticTokenType = (typeof semanticTokenTypes)[number];
export type SemanticTokenModifier = (typeof semanticTokenModifiers)[number];

export interface SemanticToken {
  readonly span: Span;
  readonly type: SemanticTokenType;
  readonly modifiers: readonly SemanticTokenModifier[];
}

/** In the order of the text, none overlapping; of the declarations that `within` touches. Throws `UnreadableFile`. */
export function semanticTokens(
  project: Project,
  path: string,
  within?: Span,
  isCancelled: IsCancelled = neverCancelled,
): readonly SemanticToken[] {
  const file = project.file(path);
  if (!file) return [];
  const known = new NamesOfFiles();
  const isWanted = ({ start, end }: Span): boolean => !within || (start <= within.end && within.start <= end);
  const units = file.units.filter((unit) => isWanted(unit.span));
  const all = [...importOccurrences(file), ...units.flatMap((unit) => (isCancelled() ? [] : unitOccurrences(file, unit, known)))]; // prettier-ignore
  const tokens = new Map<number, SemanticToken>();
  for (const occurrence of all) {
    const token = tokenOf(occurrence);
    // A shorthand is one token: that of its value, which comes second.
    if (token && isWanted(token.span)) tokens.set(token.span.start, token);
  }
  return isCancelled() ? [] : [...tokens.values()].sort((a, b) => a.span.start - b.span.start);
}

function tokenOf(occurrence: Occurrence): SemanticToken | undefined {
  const { role, span, target } = occurrence;
  const kind = role === 'label' || role === 'member' ? { type: 'property' as const } : kindOf(target, role);
  if (!kind) return undefined;
  const declares = role === 'declaration' || role === 'alias' ? (['declaration'] as const) : [];
  return { span, type: kind.type, modifiers: [...declares, ...(kind.modifiers ?? [])] };
}

interface Kind {
  readonly type: SemanticTokenType;
  readonly modifiers?: readonly SemanticTokenModifier[];
}

const ofLibrary = ['defaultLibrary'] as const;
const unchanging = ['readonly'] as const;

function kindOf(target: Target, role: Occurrence['role']): Kind | undefined {
  switch (target.kind) {
    case 'local':
      return localKind(target.local);
    case 'symbol': {
      const { node } = target.symbol;
      if (node.kind !== 'Const') return { type: 'class' };
      return node.parameters ? { type: 'function' } : { type: 'variable', modifiers: unchanging };
    }
    case 'builtin':
      return builtinKind(target.name, role);
    case 'option':
      return dtypes.has(target.name) ? { type: 'type', modifiers: ofLibrary } : { type: 'enumMember' };
    case 'type':
      return types.has(target.name) ? { type: 'type', modifiers: ofLibrary } : { type: 'enumMember' };
    case 'axis':
      return { type: 'typeParameter' };
    case 'dtype':
      return { type: 'type', modifiers: ofLibrary };
    case 'label':
    case 'member':
    case 'field':
    case 'written':
      return { type: 'property' };
    case 'import':
    case 'free':
      return undefined;
  }
}

const dtypes: ReadonlySet<string> = new Set(['float32', 'int32', 'bool']);
const types: ReadonlySet<string> = new Set(['int', 'float', 'bool', 'string', 'activation', 'initializer', 'regularizer', 'constraint', 'layer']); // prettier-ignore

function localKind({ what, node, file }: Local): Kind {
  switch (what) {
    case 'parameter':
      return node.kind === 'Parameter' && readsAsLayer(node, file) ? { type: 'class' } : { type: 'parameter' };
    case 'size':
    case 'spread':
      return { type: 'typeParameter' };
    case 'layer':
      return { type: 'function' };
    case 'loop':
    case 'constant':
      return { type: 'variable', modifiers: unchanging };
    default:
      return { type: 'variable' };
  }
}

/** One name may be an option and a function: where it is not called and not a function of tensors it is an option. */
function builtinKind(name: string, role: Occurrence['role']): Kind {
  if (layerNamed(name)) return { type: 'class', modifiers: ofLibrary };
  const isCalled = role === 'callee' || builtinNamed(name)?.function !== undefined;
  return { type: isCalled ? 'function' : 'enumMember', modifiers: ofLibrary };
}
