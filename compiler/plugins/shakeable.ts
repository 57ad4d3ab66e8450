/**
 * Backends of tfjs import name spaces by name (`import { util } from '@tensorflow/tfjs-core'`). esbuild and webpack drop what is not used of a name
 * space only where it is imported as such.
 */
import { coreNamespaces } from './bundle-modules.ts';
import type { InstalledPackages } from './installed.ts';

/** Modules that do so. */
export const ofBackend = /[\\/]@tensorflow[\\/]tfjs-backend-\w+[\\/]dist[\\/].*\.js$/;

/** `import { util } …` as `import * as util …` from the module that it is. */
export function shakeable(code: string, packages: InstalledPackages): string {
  return code.replace(/^import \{([^}]*)\} from '@tensorflow\/tfjs-core';/m, (_, list: string) => {
    const names = list.split(',').map((name) => name.trim());
    const spaces = names.flatMap((name) => {
      const path = coreNamespaces[name];
      return path === undefined ? [] : [`import * as ${name} from ${JSON.stringify(packages.file('tfjs-core', `dist/${path}.js`))};`]; // prettier-ignore
    });
    const others = names.filter((name) => coreNamespaces[name] === undefined);
    // On one line, so that maps stay right.
    return [...spaces, `import { ${others.join(', ')} } from '@tensorflow/tfjs-core';`].join(' ');
  });
}
