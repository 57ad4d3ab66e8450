/** Addresses of files in a browser's IndexedDB. */
const scheme = 'indexeddb://';

/** The name of a file in IndexedDB; `undefined` for addresses of another kind. */
export function storedName(address: string | URL): string | undefined {
  const text = String(address);
  return text.startsWith(scheme) ? text.slice(scheme.length) : undefined;
}
