/**
 * The text of a `nn.config.ts` → what it exports, without running it, where it only says values: `export default defineConfig({ … })` or
 * `export default { … }` of texts, numbers, `true`, `false`, lists and objects. For editors, which run no program of a folder that is not trusted, and
 * none in a browser. What is read is what running it would give; whatever else a program may do, it is not read.
 */

/** Undefined where it says more than values. */
export function literalOf(program: string): { readonly value: unknown } | undefined {
  const tokens = tokensOf(program);
  if (tokens === undefined) return undefined;
  try {
    return { value: new Reader(tokens).exported() };
  } catch (error) {
    if (error instanceof NotLiteral) return undefined;
    throw error;
  }
}

class NotLiteral extends Error {}

const patterns = {
  blank: /(?:\s|\/\/.*|\/\*[^]*?\*\/)+/y,
  // With escapes it would have to be unescaped, which is left to who runs it.
  text: /'[^'\\\n]*'|"[^"\\\n]*"/y,
  number: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.])/y,
  name: /[A-Za-z_$][\w$]*/y,
  sign: /[{}[\]():,;]/y,
} as const;

function tokensOf(program: string): readonly string[] | undefined {
  const tokens: string[] = [];
  for (let at = 0; at < program.length;) {
    const found = Object.entries(patterns).flatMap(([kind, pattern]) => {
      pattern.lastIndex = at;
      const match = pattern.exec(program);
      return match ? [{ kind, token: match[0] }] : [];
    })[0]; // prettier-ignore
    if (found === undefined) return undefined;
    if (found.kind !== 'blank') tokens.push(found.token);
    at += found.token.length;
  }
  return tokens;
}

const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', undefined],
]);

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  exported(): unknown {
    let isImported = false;
    while (this.#takes('import')) isImported = this.#importsDefineConfig() || isImported;
    this.#want('export');
    this.#want('default');
    const isCall = isImported && this.#takes('defineConfig');
    if (isCall) this.#want('(');
    const value = this.#value();
    if (this.#takes('satisfies')) this.#want('NnConfig');
    if (isCall) {
      this.#takes(',');
      this.#want(')');
    }
    this.#takes(';');
    if (this.#at < this.#tokens.length) throw new NotLiteral();
    return value;
  }

  /** `{ defineConfig, type NnConfig } from 'nnlang';`: of nothing else, and under no other name. */
  #importsDefineConfig(): boolean {
    const isType = this.#takes('type');
    this.#want('{');
    let isFound = false;
    while (!this.#takes('}')) {
      const name = this.#next();
      if (!['type', 'defineConfig', 'NnConfig', ','].includes(name)) throw new NotLiteral();
      isFound ||= name === 'defineConfig' && !isType;
    }
    this.#want('from');
    if (textOf(this.#next()) !== 'nnlang') throw new NotLiteral();
    this.#takes(';');
    return isFound;
  }

  #value(): unknown {
    const token = this.#next();
    if (token === '[') return this.#until(']', () => this.#value());
    if (token === '{') return Object.fromEntries(this.#until('}', () => this.#property()));
    const text = textOf(token);
    if (text !== undefined) return text;
    if (/^[-\d]/.test(token)) return Number(token);
    if (constants.has(token)) return constants.get(token);
    throw new NotLiteral();
  }

  #property(): readonly [string, unknown] {
    const token = this.#next();
    const name = textOf(token) ?? token;
    // That sets what an object inherits.
    if (!/^[\w$]/.test(token) === (textOf(token) === undefined) || name === '__proto__') throw new NotLiteral();
    this.#want(':');
    return [name, this.#value()];
  }

  #until<T>(end: string, one: () => T): readonly T[] {
    const all: T[] = [];
    while (!this.#takes(end)) {
      all.push(one());
      if (this.#takes(',')) continue;
      this.#want(end);
      break;
    }
    return all;
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new NotLiteral();
    return token;
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #want(token: string): void {
    if (!this.#takes(token)) throw new NotLiteral();
  }
}

const textOf = (token: string): string | undefined => (/^['"]/.test(token) ? token.slice(1, -1) : undefined);
