/**
 * Names in emitted code: what may be an identifier, how a layer's path becomes one, and scopes that hand out each name
 * once.
 */
const keywords = [
  'arguments', 'async', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do',
  'else', 'enum', 'eval', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in',
  'instanceof', 'interface', 'let', 'new', 'null', 'package', 'private', 'protected', 'public', 'return', 'static', 'super',
  'switch', 'this', 'throw', 'true', 'try', 'typeof', 'undefined', 'var', 'void', 'while', 'with', 'yield',
] as const; // prettier-ignore

/** Globals that emitted code uses, and names that mean something to TypeScript where a class or type is declared. */
const globals = [
  'Array', 'Infinity', 'Math', 'NaN', 'Promise', 'globalThis',
  'any', 'as', 'bigint', 'boolean', 'never', 'number', 'object', 'satisfies', 'string', 'symbol', 'type', 'unknown',
] as const; // prettier-ignore

export const reservedWords: readonly string[] = [...keywords, ...globals];

const identifier = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** A name as a property key: quoted only where it must be. */
export function propertyKey(name: string): string {
  // Written plainly in a literal, `__proto__` would set the prototype.
  if (name === '__proto__') return `['__proto__']`;
  return identifier.test(name) ? name : quoted(name);
}

/** `w.bias`, `w['dense.kernel']`. */
export const member = (object: string, name: string): string =>
  identifier.test(name) ? `${object}.${name}` : `${object}[${quoted(name)}]`;

/** A string literal in single quotes. */
export function quoted(text: string): string {
  const body = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`);
  return `'${body.replaceAll('\u2028', String.raw`\u2028`).replaceAll('\u2029', String.raw`\u2029`)}'`;
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const uncapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** The longest name that a path is spelt out to; of longer ones the end tells most. */
const longest = 40;

/** `stage_1.bottleneck.2.conv2D` → `stage_1Bottleneck2Conv2D`. */
export function camelCase(path: string): string {
  const words = path.split(/[^A-Za-z0-9_$]+/).filter((word) => word !== '');
  const join = (from: number): string =>
    words
      .slice(from)
      .map((word, i) => (i === 0 ? word : capitalised(word)))
      .join('');
  let from = 0;
  while (from < words.length - 1 && join(from).length > longest) from += 1;
  const name = join(from);
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** Hands out names, each once. */
export class Scope {
  readonly #taken: Set<string>;

  constructor(...reserved: readonly Iterable<string>[]) {
    this.#taken = new Set([...reservedWords, ...reserved.flatMap((names) => [...names])]);
  }

  /** The name itself if it is free, else with `_1`, `_2` …; names that are not identifiers are made so. */
  fresh(wanted: string): string {
    const base = identifier.test(wanted) ? wanted : camelCase(wanted) || '_';
    return this.#take(base, (i) => `${base}_${i}`);
  }

  /** For names of the user's, which change as little as they can: `class_`. */
  freshNear(wanted: string): string {
    const base = identifier.test(wanted) ? wanted : camelCase(wanted) || '_';
    return this.#take(base, (i) => (i === 1 ? `${base}_` : `${base}_${i}`));
  }

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  #take(base: string, variant: (i: number) => string): string {
    let name = base;
    for (let i = 1; this.#taken.has(name); i++) name = variant(i);
    this.#taken.add(name);
    return name;
  }
}
