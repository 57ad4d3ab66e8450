/** `layers/` and `functions/` by area, the other kinds of definitions in `reference/`, and an index of each. */
import { definitionDoc, singular } from '../compiler/explain/documentation.ts';
import { definitionsOf, kinds, type Definition, type DefinitionKind } from '../compiler/explain/kinds.ts';
import { functionAreas } from '../compiler/functions/index.ts';
import { layerAreas } from '../compiler/layers/index.ts';
import { definitionMarkdown, table } from '../compiler/explain/render-markdown.ts';
import { anchor, generated } from './markdown.ts';

type Page = readonly [string, string];

const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const titleOfKind = (kind: DefinitionKind): string =>
  kind === 'schedules' ? 'Learning-rate schedules' : titleOf(kind);

/** A page of definitions, with a table of them above. */
function pageOf(title: string, definitions: readonly Definition[], kind: DefinitionKind): string {
  const docs = definitions.map((definition) => definitionDoc(definition, [singular[kind]]));
  const contents = docs.map(({ name, summary }) => [`[\`${name}\`](#${anchor(name)})`, summary]);
  return [generated, `# ${title}`, table(['name', 'what it is'], contents), ...docs.map(definitionMarkdown)].join('\n\n'); // prettier-ignore
}

const titles: Readonly<Record<string, string>> = {
  core: 'Core layers', convolution: 'Convolution', pooling: 'Pooling', recurrent: 'Recurrent layers', attention: 'Attention',
  normalization: 'Normalisation', regularization: 'Regularisation', reshaping: 'Reshaping', merging: 'Merging',
  activation: 'Activation layers', preprocessing: 'Preprocessing of features',
  activations: 'Activations', arithmetic: 'Arithmetic', comparison: 'Comparison and logic', reductions: 'Reductions',
  products: 'Products', shapes: 'Shapes', selecting: 'Indexing and selecting', making: 'Making tensors',
}; // prettier-ignore

const titleOfArea = (kind: DefinitionKind, area: string): string =>
  area === 'images' ? (kind === 'layers' ? 'Image preprocessing and augmentation' : 'Images') : titles[area]!;

/** One page for each area, and an index of all. */
function areaPages(kind: 'layers' | 'functions', areas: Readonly<Record<string, readonly Definition[]>>, intro: string): readonly Page[] {
  const visible = Object.entries(areas).map(([area, definitions]) => [area, definitions.filter((definition) => definitionsOf(kind).includes(definition))] as const);
  const pages = visible.map(([area, definitions]): Page => [`${kind}/${area}.md`, pageOf(titleOfArea(kind, area), definitions, kind)]);
  const index = visible.flatMap(([area, definitions]) => {
    const rows = definitions.map(({ name, summary }) => [`[\`${name}\`](${area}.md#${anchor(name)})`, summary]);
    return [`## [${titleOfArea(kind, area)}](${area}.md)`, table(['name', 'what it is'], rows)];
  });
  return [[`${kind}/README.md`, [generated, `# ${titleOfKind(kind)}`, intro, ...index].join('\n\n')], ...pages];
} // prettier-ignore

const letters = 'Shapes are those of one example, in letters: what the arguments are called stands for their values, `kernelSize[0]` for the first of several. `nn explain NAME` prints the same in the terminal.'; // prettier-ignore

/** Activations stand among the functions; losses that may stand among the metrics, among the losses. */
export function referencePages(): readonly Page[] {
  const written = kinds.filter((kind): kind is Exclude<DefinitionKind, 'layers' | 'functions'> => !['layers', 'functions', 'activations', 'diagnostics'].includes(kind)); // prettier-ignore
  const bodies = written.map((kind): Page => {
    const own = definitionsOf(kind).filter((definition) => kind !== 'metrics' || definition.kind === 'metric');
    const sorted = [...own].sort((a, b) => a.name.localeCompare(b.name, 'en'));
    return [`reference/${kind}.md`, pageOf(titleOfKind(kind), sorted, kind)];
  });
  const links: Readonly<Record<string, string>> = {
    layers: '../layers/README.md',
    functions: '../functions/README.md',
  };
  const rows = (['layers', 'functions', ...written] as const).map((kind) => [`[${titleOfKind(kind)}](${links[kind] ?? `${kind}.md`})`, String(definitionsOf(kind).length)]); // prettier-ignore
  const intro = 'Names and defaults are Keras 3’s, with arguments in camelCase. Shapes, axes and indices are those of one example. `nn explain NAME` prints the same in the terminal. [What Keras has, tf.layers and nnlang](../keras.md); [what is left out](../left-out.md), and why.'; // prettier-ignore
  return [
    ['reference/README.md', [generated, '# Reference', intro, table(['page', 'entries'], rows)].join('\n\n')],
    ...bodies,
    ...areaPages('layers', layerAreas, `A capital letter makes something: \`Dense(64)\` makes a layer, with weights of its own. ${letters}`),
    ...areaPages('functions', functionAreas, `A small letter is used as it is. A function’s first tensor may come along \`->\`. ${letters}`),
  ]; // prettier-ignore
}
