/** Near names for "did you mean". At most four, nearest first. */
import { distance } from 'fastest-levenshtein';

/** Names that a reader may have meant: equal but for case and underscores first, then by edit distance. */
export function nearNames(written: string, candidates: Iterable<string>, most = 4): readonly string[] {
  const plain = fold(written);
  const limit = written.length < 3 ? 0 : Math.max(1, Math.floor(written.length / 3));
  const scored: { name: string; score: number }[] = [];
  for (const name of new Set(candidates)) {
    if (name === written) continue;
    const folded = fold(name);
    if (folded === plain) scored.push({ name, score: 0 });
    else {
      const steps = distance(plain, folded);
      if (plain.length >= 5 && isAbbreviation(plain, folded)) scored.push({ name, score: 1 });
      else if (steps <= limit) scored.push({ name, score: steps });
      else if (plain.length >= 4 && (folded.startsWith(plain) || plain.startsWith(folded)) && folded.length >= 3)
        scored.push({ name, score: limit + 1 });
    }
  }
  return scored.sort((a, b) => a.score - b.score || a.name.localeCompare(b.name)).slice(0, most).map((s) => s.name); // prettier-ignore
}

/** `catcrossentropy` of `categoricalcrossentropy`: the same first letter, the others in order. */
function isAbbreviation(short: string, long: string): boolean {
  if (short.charAt(0) !== long.charAt(0)) return false;
  let at = 0;
  for (const letter of long) if (letter === short.charAt(at)) at++;
  return at === short.length;
}

/** Without case and underscores: `max_pooling2d` and `MaxPooling2D` are one. */
export const fold = (name: string): string => name.replaceAll('_', '').toLowerCase();

/** "`a`, `b` or `c`" */
export function alternatives(names: readonly string[], quote = '`'): string {
  const quoted = names.map((name) => `${quote}${name}${quote}`);
  if (quoted.length < 2) return quoted.join('');
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

export const didYouMean = (near: readonly string[]): string | undefined =>
  near.length === 0 ? undefined : `Did you mean ${alternatives(near)}?`;

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
