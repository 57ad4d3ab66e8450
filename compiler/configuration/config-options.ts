/**
 * The options there are, as data, and a value from outside → what is wrong with it. Only what an object has itself counts, so that `__proto__` in JSON
 * is a name like any other, and an unknown one.
 */
import { alternatives, didYouMean, nearNames } from '../diagnostics/suggest.ts';
import { backendNames } from '../emit/backends/backend-names.ts';

/** Keys and indices from the whole to the part. */
export type ConfigPath = readonly (string | number)[];

export interface ConfigProblem {
  readonly path: ConfigPath;
  /** Whether the name is wrong, and not what it is set to. */
  readonly isName: boolean;
  /** What is set there, where it is a text of a list. */
  readonly text?: string;
  readonly message: string;
  readonly help: string;
}

type Kind =
  | { readonly kind: 'flag' | 'folder' | 'paths' | 'count' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'choices'; readonly values: readonly string[]; readonly noun: string }
  | { readonly kind: 'group'; readonly options: Options };

type Options = Readonly<Record<string, Kind>>;

const backends: Kind = { kind: 'choices', values: backendNames, noun: 'backend' };
const flag: Kind = { kind: 'flag' };

const options: Options = {
  include: { kind: 'paths' },
  exclude: { kind: 'paths' },
  backends,
  sourceMap: flag,
  build: {
    kind: 'group',
    options: {
      out: { kind: 'folder' },
      target: { kind: 'choice', values: ['ts', 'js'] },
      backends,
      sourceMap: flag,
    },
  },
  bundle: {
    kind: 'group',
    options: {
      backends,
      target: { kind: 'choice', values: ['bundle', 'packages'] },
      sourceMap: flag,
      tensors: flag,
      types: flag,
    },
  },
  check: { kind: 'group', options: { maxWarnings: { kind: 'count' } } },
};

/** Each thing that is wrong, in the order in which it is written. */
export const configProblems = (value: unknown): readonly ConfigProblem[] => groupProblems(value, options, []);

function groupProblems(value: unknown, known: Options, path: ConfigPath): readonly ConfigProblem[] {
  const name = path.at(-1);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const what = name === undefined ? 'A configuration' : `\`${name}\``;
    const message = `${what} is an object of options, and not ${shown(value)}.`;
    return [{ path, isName: false, message, help: `Its options are ${alternatives(Object.keys(known)).replace(' or ', ' and ')}.` }]; // prettier-ignore
  }
  return Object.entries(value).flatMap(([key, part]): readonly ConfigProblem[] => {
    const kind = Object.hasOwn(known, key) ? known[key] : undefined;
    if (!kind) return [unknownOption(key, known, [...path, key])];
    // As if it were not there: `build: isProduction ? { … } : undefined`.
    return part === undefined ? [] : problemsOf(part, kind, [...path, key]);
  });
}

function unknownOption(key: string, known: Options, path: ConfigPath): ConfigProblem {
  const group = path.at(-2);
  const message = group === undefined ? `There is no option \`${key}\`.` : `\`${group}\` has no option \`${key}\`.`;
  const near = didYouMean(nearNames(key, Object.keys(known)));
  return { path, isName: true, message, help: elsewhere(key, path) ?? near ?? `Options here are ${Object.keys(known).join(', ')}.` }; // prettier-ignore
}

/** Where an option of this name has its place. */
function elsewhere(key: string, path: ConfigPath): string | undefined {
  const places = Object.entries(options).flatMap(([name, kind]) => kind.kind === 'group' && Object.hasOwn(kind.options, key) ? [`\`${name}: { ${key}: … }\``] : []); // prettier-ignore
  const above = path.length > 1 && Object.hasOwn(options, key) ? [`\`${key}\` beside \`${path[0]}\``] : [];
  const all = [...above, ...places];
  return all.length === 0 ? undefined : `It has its place elsewhere: ${alternatives(all, '')}.`;
}

function problemsOf(value: unknown, kind: Kind, path: ConfigPath): readonly ConfigProblem[] {
  const name = path.join('.');
  const wrong = (is: string, help: string): readonly ConfigProblem[] => [{ path, isName: false, message: `\`${name}\` is ${is}, and not ${shown(value)}.`, help }]; // prettier-ignore
  switch (kind.kind) {
    case 'group':
      return groupProblems(value, kind.options, path);
    case 'flag':
      return typeof value === 'boolean' ? [] : wrong('true or false', `Write \`${path.at(-1)}: true\` or \`${path.at(-1)}: false\`.`); // prettier-ignore
    case 'count':
      return Number.isSafeInteger(value) && (value as number) >= 0 ? [] : wrong('a whole number from 0', 'For example 0, to allow none.'); // prettier-ignore
    case 'folder':
      return typeof value === 'string' && value !== '' ? [] : wrong('the path of a folder', "For example 'src/generated'."); // prettier-ignore
    case 'choice':
      return kind.values.some((one) => one === value) ? [] : wrong(alternatives(kind.values, "'"), nearest(value, kind.values) ?? `Write one of them: '${kind.values[0]}'.`); // prettier-ignore
    case 'choices':
      return listProblems(value, path, { is: `a list of ${kind.noun}s`, example: kind.values[0]! }, (one, at) => choiceProblem(one, at, kind)); // prettier-ignore
    case 'paths':
      return listProblems(
        value,
        path,
        { is: 'a list of paths', example: 'src' },
        (one, at) =>
        typeof one === 'string' && one !== ''
          ? []
          : [{ path: at, isName: false, message: `\`${name}\` is a list of paths, and ${shown(one)} is none.`, help: "Paths are written like 'src' or 'models/**/*.nn'." }], // prettier-ignore
      );
  }
}

function choiceProblem(
  value: unknown,
  path: ConfigPath,
  { noun, values }: Extract<Kind, { kind: 'choices' }>,
): readonly ConfigProblem[] {
  if (values.some((one) => one === value)) return [];
  const help = nearest(value, values) ?? `There are ${values.join(', ')}.`;
  const text = typeof value === 'string' ? { text: value } : {};
  return [{ path, isName: false, message: `There is no ${noun} ${shown(value)}.`, help, ...text }];
}

function listProblems(
  value: unknown,
  path: ConfigPath,
  { is, example }: { readonly is: string; readonly example: string },
  problemsOfOne: (one: unknown, path: ConfigPath) => readonly ConfigProblem[],
): readonly ConfigProblem[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((one, i) => problemsOfOne(one, [...path, i]));
  const help = `Write it in brackets: ['${typeof value === 'string' && value !== '' ? value : example}'].`;
  const message = Array.isArray(value) ? `\`${path.join('.')}\` is an empty list.` : `\`${path.join('.')}\` is ${is}, and not ${shown(value)}.`; // prettier-ignore
  return [{ path, isName: false, message, help: Array.isArray(value) ? `Say at least one, or leave out \`${path.at(-1)}\`.` : help }]; // prettier-ignore
}

const nearest = (value: unknown, values: readonly string[]): string | undefined =>
  typeof value === 'string' ? didYouMean(nearNames(value, values)) : undefined;

/** What was found, in words of the language that it is written in, and never long. */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty text' : `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
    case 'function':
      return 'a function';
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object';
    default:
      return String(value);
  }
}
