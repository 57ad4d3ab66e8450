/** Patterns with forward slashes → whether a path from the same folder is one of those files, or below one of those folders. */
export async function patternTest(patterns: readonly string[]): Promise<(path: string) => boolean> {
  if (patterns.length === 0) return () => false;
  const { default: picomatch } = await import('picomatch');
  return picomatch(patterns.flatMap(withContents));
}

/** `src/old` means all that is in it, as `src/old/**` does. */
function withContents(pattern: string): readonly string[] {
  const plain = pattern.replace(/^\.\//, '').replace(/\/$/, '');
  return [plain, `${plain}/**`];
}
