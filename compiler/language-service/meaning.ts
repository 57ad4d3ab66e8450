/** A name at a place → what it means: something declared here or in another file, or something built in. */
import type { Expression, ImportName, Parameter } from '../../grammar/ast.ts';
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

/** How a name stands where it is read. */
export type Use = 'value' | 'call' | 'stage';

/** As the checker looks names up; `isCallee` where it is called or stands as a stage. */
export function meaningOf(
  file: FileScope,
  unit: Unit | undefined,
  name: string,
  offset: number,
  isCallee: boolean,
): Meaning | undefined {
  // prettier-ignore
  return meaningAmong(unit ? localsOf(file, unit) : [], file, name, offset, isCallee ? 'call' : 'value');
}

/** The same where the names of the declaration are known. */
export function meaningAmong(
  locals: readonly Local[],
  file: FileScope,
  name: string,
  offset: number,
  use: Use,
): Meaning | undefined {
  // prettier-ignore
  const found = localNamed(locals, name, offset);
  const symbol = found ? undefined : file.symbols.get(name);
  const declared: Meaning | undefined = found ? { kind: 'local', local: found } : symbol && { kind: 'symbol', symbol };
  // A call looks for a callable: `let mean = …` does not hide the function `mean(…)`.
  const isPassedOver = declared && use !== 'value' && !isCallable(declared) && isBuiltinCallable(name, use);
  if (declared && !isPassedOver) return declared;
  const imported = declared ? undefined : file.imported.find(({ local }) => local === name);
  if (imported) return { kind: 'import', node: imported.node };
  if (builtinNamed(name) || layerNamed(name) || compileTimeFunctions.has(name)) return { kind: 'builtin', name };
  return undefined;
}

/** Whether what a name declares can be called, as far as the text tells. */
function isCallable(meaning: Meaning): boolean {
  if (meaning.kind === 'symbol') return meaning.symbol.node.kind !== 'Const' || meaning.symbol.node.parameters !== undefined; // prettier-ignore
  if (meaning.kind !== 'local') return false;
  const { what, node } = meaning.local;
  if (what !== 'parameter' || node.kind !== 'Parameter') return what === 'layer' || what === 'loop';
  if (node.type) return node.type.kind !== 'NamedType' || !plainTypes.has(node.type.name.name);
  return !node.defaultValue || callableDefaults.has(node.defaultValue.kind);
}

/** Whether a parameter is a `layer`, as far as the text tells: its name begins with a capital. */
export function readsAsLayer({ type, defaultValue }: Parameter, file: FileScope): boolean {
  if (type) return type.kind === 'NamedType' && type.name.name === 'layer';
  return defaultValue !== undefined && isLayerText(defaultValue, file, mostConstants);
}

/** Constants may lead in a circle. */
const mostConstants = 20;

function isLayerText(node: Expression, file: FileScope, most: number): boolean {
  switch (node.kind) {
    case 'Repeat':
    case 'For':
      return true;
    case 'Pipeline':
      return isLayerText(node.head, file, most);
    case 'Call':
      return isLayerText(node.callee, file, most);
    case 'Name': {
      const symbol = file.symbols.get(node.name);
      if (symbol?.node.kind !== 'Const') return symbol !== undefined || /^_*[A-Z]/.test(node.name);
      return most > 0 && !symbol.node.parameters && isLayerText(symbol.node.value, symbol.file, most - 1);
    }
    default:
      return false;
  }
}

const plainTypes: ReadonlySet<string> = new Set(['int', 'float', 'bool', 'string']);
const callableDefaults: ReadonlySet<string> = new Set(['Name', 'Call', 'Pipeline', 'If', 'Repeat', 'For', 'Missing']);

/** In a stage only functions go before what is none; in a call everything that is built in. */
function isBuiltinCallable(name: string, use: Use): boolean {
  const builtin = builtinNamed(name);
  if (builtin?.function) return true;
  return use === 'call' && (builtin !== undefined || layerNamed(name) !== undefined || compileTimeFunctions.has(name));
}
