/**
 * The version of the installed package, from the nearest package.json above this file: in the build it is one folder
 * further away than in the sources.
 */
import { readFileSync } from 'node:fs';
import { bug } from '../diagnostics/diagnostic.ts';

export function packageVersion(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      if (name === 'nnlang') return version;
    } catch {
      continue;
    }
  }
  return bug('its package.json is missing');
}
