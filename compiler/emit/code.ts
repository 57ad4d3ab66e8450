/**
 * Emitted code as data: lines of pieces. A piece knows whether it is a type (gone in JavaScript), a body (gone in a
 * declaration file) or both, and what it needs imported; so one tree gives the TypeScript, the JavaScript and the
 * `.d.ts`, and imports are exactly what is printed. It knows no tensors; `print-code.ts` makes text of it.
 */
import type * as Runtime from '../../runtime/index.ts';
import type { Place } from '../diagnostics/diagnostic.ts';

/** What emitted code calls. A rename in the runtime breaks our build and not the user's. */
export type Helper = keyof typeof Runtime;

/** `ts`: everything. `js`: no types. `dts`: types and signatures, no bodies. */
export type Mode = 'ts' | 'js' | 'dts';

export interface Piece {
  readonly text: string;
  /** Where it is printed; everywhere if absent. */
  readonly modes?: readonly Mode[];
  /** The name in `nnlang/runtime` that it refers to. */
  readonly imports?: { readonly name: string; readonly typeOnly: boolean };
}
export type Code = readonly Piece[];
export type CodePart = string | number | Piece | Code;

export interface Line {
  readonly indent: number;
  readonly code: Code;
  /** The statement of the `.nn` that it stands for. */
  readonly place?: Place;
}

const isCode = (part: CodePart): part is Code => Array.isArray(part);

export function toCode(part: CodePart): Code {
  if (isCode(part)) return part;
  return typeof part === 'object' ? [part] : [{ text: String(part) }];
}

/** A template of code: ``code`const ${name} = ${helper('relu')}(d, x);` `` */
export function code(texts: TemplateStringsArray, ...parts: readonly CodePart[]): Code {
  return texts.flatMap((text, i): Code => {
    const before = text === '' ? [] : [{ text }];
    const part = parts[i];
    return part === undefined ? before : [...before, ...toCode(part)];
  });
}

const only = (modes: readonly Mode[], part: CodePart): Code =>
  toCode(part).map((piece) => ({ ...piece, modes: (piece.modes ?? allModes).filter((mode) => modes.includes(mode)) }));
const allModes: readonly Mode[] = ['ts', 'js', 'dts'];

/** A type annotation and the like. */
export const typeOnly = (part: CodePart): Code => only(['ts', 'dts'], part);
/** What runs. */
export const bodyOnly = (part: CodePart): Code => only(['ts', 'js'], part);
/** What TypeScript source needs besides JavaScript, and a declaration file must not have. */
export const sourceTypeOnly = (part: CodePart): Code => only(['ts'], part);
/** What JavaScript has in place of it. */
export const scriptOnly = (part: CodePart): Code => only(['js'], part);
export const declarationOnly = (part: CodePart): Code => only(['dts'], part);

/** A function, class or constant of the runtime, imported by being used. */
export const helper = (name: Helper): Piece => ({ text: name, imports: { name, typeOnly: false } });

/** Types of the runtime that emitted modules name; `runtime/index.ts` exports each. */
export type RuntimeType =
  | 'ArrayMember'
  | 'BackwardResult'
  | 'CreateOptions'
  | 'Data'
  | 'DataRecord'
  | 'Device'
  | 'ForwardResult'
  | 'GradientResult'
  | 'LoadOptions'
  | 'Member'
  | 'MemberProgram'
  | 'ModelSpec'
  | 'Numbers'
  | 'PassProgram'
  | 'Program'
  | 'RateFunction'
  | 'Sizes'
  | 'TensorLike'
  | 'TrainingProgram'
  | 'TypedTensor'
  | 'UpdateResult'
  | 'WeightsSource';
export const runtimeType = (name: RuntimeType): Piece => ({
  text: name,
  modes: ['ts', 'dts'],
  imports: { name, typeOnly: true },
});

export const join = (parts: readonly CodePart[], separator: string): Code =>
  parts.flatMap((part, i) => (i === 0 ? toCode(part) : [{ text: separator }, ...toCode(part)]));

export const line = (part: CodePart, place?: Place): Line => ({
  indent: 0,
  code: toCode(part),
  ...(place === undefined ? {} : { place }),
});
export const blank: Line = { indent: 0, code: [] };
export const indented = (lines: readonly Line[]): readonly Line[] => lines.map((l) => ({ ...l, indent: l.indent + 1 }));

/** Every line of `lines` in these modes only; none is left behind empty. */
export const linesOnly = (restrict: (part: CodePart) => Code, lines: readonly Line[]): readonly Line[] =>
  lines.map((l) => ({ ...l, code: l.code.length === 0 ? restrict('') : restrict(l.code) }));

/** The length that the pieces take in TypeScript, the longest of the modes. */
export const lengthOf = (parts: Code): number =>
  parts.reduce((sum, piece) => sum + (piece.modes?.includes('ts') === false ? 0 : piece.text.length), 0);
