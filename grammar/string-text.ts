/**
 * The text between the quotes of a string → its value, and what is wrong with its escapes.
 */
export interface BadEscape {
  /** Where it starts in the raw text, and how long it is. */
  readonly offset: number;
  readonly length: number;
}

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };
const ESCAPE = /\\(?:u\{([0-9A-Fa-f]{1,6})\}|u\{[^}"\\]*\}?|u[0-9A-Fa-f]{0,4}|[^]|$)/gu;

/** A bad escape stands for itself in the value, so that what follows still makes sense. */
export function stringText(raw: string): { readonly value: string; readonly badEscapes: readonly BadEscape[] } {
  if (!raw.includes('\\')) return { value: raw, badEscapes: [] };
  const badEscapes: BadEscape[] = [];
  const value = raw.replace(ESCAPE, (escape: string, digits: string | undefined, offset: number) => {
    const code = digits === undefined ? undefined : Number.parseInt(digits, 16);
    if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
    const simple = escape.length === 2 ? SIMPLE[escape[1]!] : undefined;
    if (simple !== undefined) return simple;
    badEscapes.push({ offset, length: escape.length });
    return escape;
  });
  return { value, badEscapes };
}
