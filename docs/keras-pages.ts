/** `keras.md`: which names Keras 3, tf.layers and nnlang have, by area; `left-out.md`: what nnlang leaves out, and why. */
import { readFileSync } from 'node:fs';
import * as tfl from '@tensorflow/tfjs-layers';
import { definitionsOf, type DefinitionKind } from '../compiler/explain/kinds.ts';
import { layerAreas } from '../compiler/layers/index.ts';
import {
  aliases,
  leftOutArguments,
  leftOutCallArguments,
  leftOutLayers,
  type LeftOut,
} from '../compiler/layers/left-out.ts';
import { leftOutOfTraining } from '../compiler/optimizers/left-out.ts';
import { table } from '../compiler/explain/render-markdown.ts';
import { generated } from './markdown.ts';
import { tfLayersNames } from './tf-layers-names.ts';

const json = (name: string): unknown => JSON.parse(readFileSync(new URL(`../test/layers/${name}`, import.meta.url), 'utf8')); // prettier-ignore
const signatures = json('keras-signatures.json') as { readonly about: string; readonly layers: Readonly<Record<string, { readonly area: string }>> }; // prettier-ignore
const names = json('keras-names.json') as Readonly<Record<string, readonly string[]>>;

/** Keras's folders, and what stands in none of ours, by the titles of our pages. */
const areaTitles: Readonly<Record<string, string>> = {
  core: 'core', convolution: 'convolution', convolutional: 'convolution', pooling: 'pooling', rnn: 'recurrent', recurrent: 'recurrent', attention: 'attention',
  normalization: 'normalisation', regularization: 'regularisation', reshaping: 'reshaping', merging: 'merging', activations: 'activation',
  activation: 'activation', preprocessing: 'preprocessing', image: 'images', images: 'images',
}; // prettier-ignore

/** The spellings of other libraries differ in case only. */
const has = (list: readonly string[], name: string): boolean => list.some((other) => other.toLowerCase() === name.toLowerCase()); // prettier-ignore

const mark = (there: boolean): string => (there ? 'yes' : '–');

/** Keras's layers by area: that of our pages where we have the layer, else Keras's folder. */
function layersByArea(): ReadonlyMap<string, readonly string[]> {
  const ours = new Map(Object.entries(layerAreas).flatMap(([area, list]) => list.map(({ name }) => [name, area] as const))); // prettier-ignore
  const byArea = new Map<string, string[]>(Object.keys(layerAreas).map((area) => [areaTitles[area]!, []]));
  for (const [name, { area }] of Object.entries(signatures.layers)) {
    if (name in aliases) continue;
    const title = areaTitles[ours.get(name) ?? area] ?? 'of Keras itself';
    byArea.set(title, [...(byArea.get(title) ?? []), name]);
  }
  return byArea;
}

interface Counted {
  readonly title: string;
  readonly keras: readonly string[];
  readonly tf: readonly string[];
  readonly ours: readonly string[];
  readonly note: (name: string) => string;
}

const total = ({ title, keras, tf, ours }: Counted): readonly string[] => {
  const count = (list: readonly string[]): string => String(keras.filter((name) => has(list, name)).length);
  return [title, String(keras.length), count(tf), count(ours)];
};

const rowsOf = ({ keras, tf, ours, note }: Counted): string =>
  table(['Keras 3', 'tf.layers', 'nnlang'], keras.map((name) => [`\`${name}\``, mark(has(tf, name)), has(ours, name) ? 'yes' : note(name)])); // prettier-ignore

const noteOfLayer = (name: string): string => {
  const found = leftOutLayers.find((one) => one.names.includes(name));
  return found ? '[left out](left-out.md)' : '–';
};

function counted(): readonly Counted[] {
  const ours = definitionsOf('layers').map(({ name }) => name);
  const tfLayers = Object.keys(tfl.layers);
  const layers = [...layersByArea()].map(([area, keras]) => ({ title: `Layers: ${area}`, keras, tf: tfLayers, ours, note: noteOfLayer })); // prettier-ignore
  const others = Object.entries(names).filter(([kind]) => kind !== 'layers').map(([kind, keras]) => ({
    title: kind.charAt(0).toUpperCase() + kind.slice(1),
    keras,
    tf: tfLayersNames(kind),
    ours: definitionsOf(kind as DefinitionKind).map(({ name }) => name),
    note: () => 'not yet',
  }));
  return [...layers, ...others];
} // prettier-ignore

function kerasPage(): string {
  const all = counted();
  const sum = (list: readonly (readonly string[])[], column: number): string => String(list.reduce((a, row) => a + Number(row[column]), 0)); // prettier-ignore
  const totals = all.map(total);
  const intro = [
    'Names that Keras 3 has, and who has them too: Keras’s layers are those of 3.15, without other names of the same layer; of other kinds, those that make sense outside Python. tf.layers is `@tensorflow/tfjs-layers`',
    `${tfl.version_layers}, as its package exports them. A name says that the thing is there, not that it is right, nor that it trains on every backend.`,
  ].join(' ');
  const head = table(['', 'Keras 3', 'tf.layers', 'nnlang'], [...totals, ['**all**', ...[1, 2, 3].map((i) => `**${sum(totals, i)}**`)]]); // prettier-ignore
  const sections = all.flatMap((one) => [`## ${one.title}`, rowsOf(one)]);
  return [generated, '# Keras 3, tf.layers and nnlang', intro, head, ...sections].join('\n\n');
}

const row = ({ names: list, reason, instead }: LeftOut): readonly string[] => [
  list.map((name) => `\`${name}\``).join(', '),
  reason,
  instead ?? '',
];

function leftOutPage(): string {
  const of = (one: LeftOut & { readonly of?: readonly string[] }): readonly string[] => {
    const [first, ...rest] = row(one);
    return [one.of ? `${first} of ${one.of.map((name) => `\`${name}\``).join(', ')}` : first!, ...rest];
  };
  const old = Object.entries(aliases).map(([name, right]) => [`\`${name}\``, `\`${right}\``]);
  return [
    generated,
    '# What is left out of Keras 3, and why',
    'Everything else that Keras 3.15 has among its layers is there, under its name, with its arguments, their order and their defaults: tests compare them with Keras’s own signatures.',
    '## Layers',
    table(['layers', 'why', 'instead'], leftOutLayers.map(row)),
    '## Arguments',
    table(['arguments', 'why', 'instead'], leftOutArguments.map(of)),
    '## Arguments of calls',
    table(['arguments', 'why', 'instead'], leftOutCallArguments.map(of)),
    '## Of training',
    table(['what', 'why', 'instead'], leftOutOfTraining.map(of)),
    '## Old names',
    'Keras keeps old names of some layers. Here each thing has one name; `nn check` answers an old one with the right one.',
    table(['old name', 'name'], old),
  ].join('\n\n'); // prettier-ignore
}

export const kerasPages = (): readonly (readonly [string, string])[] => [
  ['keras.md', kerasPage()],
  ['left-out.md', leftOutPage()],
];
