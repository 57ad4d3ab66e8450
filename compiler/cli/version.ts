/**
 * The versions of the installed package and of what it stands on, from the nearest package.json above this file: in the
 * build it is one folder further away than in the sources.
 */
import { readFileSync } from 'node:fs';
import { bug } from '../diagnostics/diagnostic.ts';

export const packageVersion = (): string => ownPackage().version;

/** The versions of TensorFlow.js that emitted code runs on. */
export const tfjsVersion = (): string => ownPackage().peerDependencies['@tensorflow/tfjs-core'];

interface OwnPackage {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies: { readonly '@tensorflow/tfjs-core': string };
}

function ownPackage(): OwnPackage {
  for (const place of ['../../package.json', '../../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as OwnPackage;
      if (found.name === 'nnlang') return found;
    } catch {
      continue;
    }
  }
  return bug('its package.json is missing');
}
