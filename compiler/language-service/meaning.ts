/** A name at a place → what it means: something declared here or in another file, or something built in. */
import type { ImportName } from '../../grammar/ast.ts';
import type { Unit } from '../../grammar/unit.ts';
import { builtinNamed, layerNamed } from '../check/builtins.ts';
import { compileTimeFunctions } from '../check/compile-time.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import { localNamed, localsOf, type Local } from './locals.ts';

export type Meaning =
  | { readonly kind: 'local'; readonly local: Local }
  /** A declaration of a file scope, perhaps of another file. */
  | { readonly kind: 'symbol'; readonly symbol: FileSymbol }
  /** An import that leads nowhere. */
  | { readonly kind: 'import'; readonly node: ImportName }
  /** A layer, function, loss, option …; which, its place decides. */
  | { readonly kind: 'builtin'; readonly name: string };

/** As the checker looks names up; `isCallee` where it is called or stands as a stage. */
export function meaningOf(
  file: FileScope,
  unit: Unit | undefined,
  name: string,
  offset: number,
  isCallee: boolean,
): Meaning | undefined {
  // prettier-ignore
  const found = unit && localNamed(localsOf(file, unit), name, offset);
  // A call looks for a callable: `let mean = …` does not hide the function `mean(…)`.
  const isPassedOver = isCallee && found !== undefined && !callable.has(found.what) && isFunction(name);
  if (found && !isPassedOver) return { kind: 'local', local: found };
  const symbol = file.symbols.get(name);
  if (symbol) return { kind: 'symbol', symbol };
  const imported = file.imported.find(({ local }) => local === name);
  if (imported) return { kind: 'import', node: imported.node };
  if (builtinNamed(name) || layerNamed(name) || compileTimeFunctions.has(name)) return { kind: 'builtin', name };
  return undefined;
}

const callable: ReadonlySet<Local['what']> = new Set(['layer', 'parameter', 'loop']);

const isFunction = (name: string): boolean => builtinNamed(name)?.function !== undefined;
