/** What a configuration file gives to a plugin → options that are right, or a message that says what is wrong. */
import { didYouMean, nearNames } from '../diagnostics/suggest.ts';
import { backendNames, type BackendName } from '../emit/backends/backend-names.ts';

export interface PluginOptions {
  /** What the bundle shall compute with; default `['wasm']`. With several, the best that works is taken, and each is a script of its own. */
  readonly backends?: readonly BackendName[];
  /**
   * Where tfjs comes from. `bundle` (default): the parts that the models use go into the bundle, which then runs in browsers, workers, Node and at
   * the edge. `packages`: the bundle imports `nnlang/runtime` and tfjs's packages as they are installed; for bundles that leave packages outside.
   */
  readonly target?: 'bundle' | 'packages';
  /** Whether a debugger can step through the `.nn` text; default true. */
  readonly sourceMap?: boolean;
  /** `false`: without `predict` and tfjs's tensors, for the smallest bundle; `run` remains. For `wasm` and `cpu`. */
  readonly tensors?: boolean;
  /** Whether `digits.d.nn.ts` is written beside `digits.nn`, for TypeScript's `allowArbitraryExtensions`; default true. */
  readonly types?: boolean;
}
export type CheckedOptions = Required<PluginOptions> & { readonly targetIsGiven: boolean };

const targets = ['bundle', 'packages'] as const;
const known = [
  'backends',
  'target',
  'sourceMap',
  'tensors',
  'types',
] as const satisfies readonly (keyof PluginOptions)[];

/** @throws Error that names the option, what was given and what is wanted. */
export function checkedOptions(given: unknown = {}): CheckedOptions {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw wrong(`takes an object of options, not ${shown(given)}`); // prettier-ignore
  const options = given as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(options)) {
    if (known.some((one) => one === name)) continue;
    throw wrong(`has no option \`${name}\``, didYouMean(nearNames(name, known)) ?? `Options are ${known.join(', ')}.`);
  }
  const flag = (name: 'sourceMap' | 'tensors' | 'types'): boolean => {
    const value = options[name] ?? true;
    if (typeof value !== 'boolean') throw wrong(`wants \`${name}\` to be true or false, not ${shown(value)}`);
    return value;
  };
  const target = options['target'] ?? 'bundle';
  const chosen = targets.find((one) => one === target);
  if (!chosen) throw wrong(`wants \`target\` to be 'bundle' or 'packages', not ${shown(target)}`);
  const checked = { backends: checkedBackends(options['backends']), target: chosen, targetIsGiven: 'target' in options, sourceMap: flag('sourceMap'), tensors: flag('tensors'), types: flag('types') }; // prettier-ignore
  const onGraphics = checked.backends.find((name) => name !== 'wasm' && name !== 'cpu');
  if (!checked.tensors && onGraphics !== undefined) {
    throw wrong(`leaves out tensors for \`wasm\` and \`cpu\`, but \`backends\` has '${onGraphics}', which computes with tfjs's engine`, "Take `backends: ['wasm']`, or leave `tensors` as it is."); // prettier-ignore
  }
  return checked;
}

function checkedBackends(given: unknown = ['wasm']): readonly BackendName[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw wrong(`wants \`backends\` to be a list of ${backendNames.join(', ')}, not ${shown(given)}`, "For example `backends: ['wasm']`."); // prettier-ignore
  }
  const names = given.map((name: unknown) => {
    const found = backendNames.find((one) => one === name);
    if (found) return found;
    const near = typeof name === 'string' ? didYouMean(nearNames(name, backendNames)) : undefined;
    throw wrong(`knows no backend ${shown(name)}`, near ?? `Backends are ${backendNames.join(', ')}.`);
  });
  return [...new Set(names)];
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? `'${value}'` : value === undefined ? 'undefined' : JSON.stringify(value);

const wrong = (what: string, help?: string): Error =>
  new Error(`nnlang's plugin ${what}.${help === undefined ? '' : ` ${help}`}`);
