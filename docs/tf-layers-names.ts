/** The names that `@tensorflow/tfjs-layers` has of a kind, read from the package: its exports, its classes, its tables of names. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { serialization } from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

const require = createRequire(import.meta.url);

/** The keys of an object literal in one of the package's files, which it does not export. */
function tableIn(file: string, name: string): readonly string[] {
  const text = readFileSync(require.resolve(`@tensorflow/tfjs-layers/dist/${file}`), 'utf8');
  const body = new RegExp(`${name} = \\{([^}]*)\\}`).exec(text)?.[1];
  if (body === undefined) throw new Error(`${file} has no ${name}`);
  return [...body.matchAll(/^\s*'?(\w+)'?\s*[,:]?/gm)].map(([, key]) => key!);
}

/** Classes are registered by name; activations begin with a small letter. */
const activations = (): readonly string[] =>
  Object.keys(serialization.SerializationMap.getMap().classNameMap).filter((name) => /^[a-z]/.test(name));

/** Keras 3 calls them otherwise. */
const renamed: Readonly<Record<string, string>> = {
  kullbackLeiblerDivergence: 'klDivergence',
  cosineProximity: 'cosineSimilarity',
};
const asKeras = (names: readonly string[]): readonly string[] => names.map((name) => renamed[name] ?? name);

export function tfLayersNames(kind: string): readonly string[] {
  switch (kind) {
    case 'activations':
      return activations();
    case 'losses':
      return asKeras(tableIn('losses.js', 'lossesMap'));
    case 'metrics':
      return asKeras([...Object.keys(tfl.metrics), ...tableIn('losses.js', 'lossesMap')]);
    case 'optimizers':
      return tableIn('optimizers.js', 'optimizerMap');
    case 'callbacks':
      return Object.keys(tfl.callbacks);
    case 'initializers':
      return Object.keys(tfl.initializers);
    case 'regularizers':
      return Object.keys(tfl.regularizers);
    case 'constraints':
      return Object.keys(tfl.constraints);
    default:
      return [];
  }
}
