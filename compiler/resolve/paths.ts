/** POSIX-style path arithmetic on plain strings; the compiler's core knows no file system. */

export function directoryOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at);
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `resolveRelative('a/b', '../c.nn')` is `a/c.nn`. */
export function resolveRelative(directory: string, specifier: string): string {
  if (specifier.startsWith('/')) return specifier;
  const parts = directory === '.' ? [] : directory === '/' ? [''] : directory.split('/');
  for (const part of specifier.split('/')) {
    if (part === '' || part === '.') continue;
    // Above the root is the root.
    if (part === '..' && parts.length === 1 && parts[0] === '') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
