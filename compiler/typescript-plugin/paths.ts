/** Where TypeScript looks for the types of a `.nn` file, and whose types a path is. */
const typesEnd = '.d.nn.ts';
const modelEnd = '.nn';

/** `digits.d.nn.ts` of `digits.nn`. */
export const typesPathOf = (path: string): string => path.slice(0, -modelEnd.length) + typesEnd;
/** `digits.nn` of `digits.d.nn.ts`; undefined for another file. */
export const modelPathOf = (path: string): string | undefined =>
  path.endsWith(typesEnd) ? path.slice(0, -typesEnd.length) + modelEnd : undefined;
