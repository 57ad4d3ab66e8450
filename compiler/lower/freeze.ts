/** Patterns of `freeze:`: a path, the beginning of paths up to a dot, or either with `*` for any characters. */

export function frozenBy(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${escaped.join('.*')}(\\..*)?$`);
  });
  return (path) => expressions.some((expression) => expression.test(path));
}
