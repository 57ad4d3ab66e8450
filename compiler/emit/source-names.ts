/** Names of `.nn` files as outputs and comments show them. Paths may use either slash. */
const parts = (path: string): readonly string[] => path.replaceAll('\\', '/').split('/');

export const baseName = (path: string): string => parts(path).at(-1)!;

/** `digits` of `models/digits.nn`: what the outputs are named after. */
export const moduleName = (path: string): string => baseName(path).replace(/\.nn$/, '');

/** The way to `to` from the folder of `from`; source maps name sources by it. */
export function relativePath(from: string, to: string): string {
  const folder = parts(from).slice(0, -1);
  const target = parts(to);
  let shared = 0;
  while (shared < folder.length && shared < target.length - 1 && folder[shared] === target[shared]) shared += 1;
  // Nothing in common: another drive, or one path is absolute and the other is not.
  if (shared === 0 && folder.length > 0 && to.startsWith('/') !== from.startsWith('/')) return target.join('/');
  return [...folder.slice(shared).map(() => '..'), ...target.slice(shared)].join('/');
}
