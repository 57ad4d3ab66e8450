/** The version of this package, for the headers of emitted modules and for caches. `package.json` has the same; a test holds them together. */
export const version = '0.1.0';
