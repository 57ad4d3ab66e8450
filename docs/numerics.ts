/** The page of measured errors: every layer, function, loss, metric and optimiser × backend × direction. */
import { registry } from '../compiler/definitions/registry.ts';
import { backendNames, type BackendName } from '../compiler/emit/backends/index.ts';
import { table } from '../compiler/explain/render-markdown.ts';
import { columns, rowKinds, type Column, type RowKind } from '../test/numerics/case-data.ts';
import { recordedOf, type Recorded } from '../test/numerics/recorded.ts';
import { generated } from './markdown.ts';

/** What stands where nothing was measured. There must be none: `test/numerics/table.test.ts`. */
export const hole = '**not measured**';

const shown: readonly BackendName[] = ['cpu', 'wasm', 'webgl', 'webgpu'];
const titles: { readonly [C in Column]: string } = { forward: 'result', inputGradients: '∂ inputs', weightGradients: '∂ weights' }; // prettier-ignore

interface Section {
  readonly kind: RowKind;
  readonly title: string;
  readonly about: string;
  readonly columns: readonly Column[];
}

const sections: readonly Section[] = [
  { kind: 'layers', title: 'Layers', about: 'In inference and in training, the gradients of a weighted sum of the outputs.', columns },
  { kind: 'functions', title: 'Functions', about: 'The same; activations stand among them.', columns },
  { kind: 'losses', title: 'Losses', about: 'With their usual activation, from logits, with the activation out of sight, and with other options than the defaults; gradients by the inputs and weights of a `Dense` before them.', columns },
  { kind: 'metrics', title: 'Metrics', about: 'After an epoch of two batches of different sizes.', columns: ['forward'] },
  { kind: 'optimizers', title: 'Optimizers', about: 'The weights after three steps.', columns: ['forward'] },
]; // prettier-ignore

/** Of all cases of a definition: the worst error, a dash where none has anything to differentiate, or a hole. */
function cell(recorded: Recorded, kind: RowKind, name: string, column: Column): string {
  const own = Object.entries(recorded).filter(([key]) => key.startsWith(`${kind} ${name}: `));
  if (own.length === 0) return hole;
  const errors = own.flatMap(([, of]) => of[column] ?? []);
  if (errors.length === 0) return column === 'forward' ? hole : '–';
  const worst = Math.max(...errors);
  return worst === 0 ? '0' : worst.toExponential(0);
}

const namesOf = (kind: RowKind): readonly string[] =>
  [...registry[kind].keys()].sort((a, b) => a.localeCompare(b, 'en'));

function sectionText({ kind, title, about, columns: own }: Section): string {
  const recorded = shown.map((backend) => [backend, recordedOf(backend)] as const);
  const head = ['name', ...recorded.flatMap(([backend]) => own.map((column) => (own.length === 1 ? backend : `${backend} ${titles[column]}`)))];
  const rows = namesOf(kind).map((name) => [`\`${name}\``, ...recorded.flatMap(([, errors]) => own.map((column) => cell(errors, kind, name, column)))]);
  return `## ${title}\n\n${about}\n\n${table(head, rows)}`;
} // prettier-ignore

export function numericsPage(): string {
  if (backendNames.length !== shown.length || rowKinds.length !== sections.length) throw new Error('the page leaves something out'); // prettier-ignore
  const counts = shown.map((backend) => Object.keys(recordedOf(backend)).length);
  const intro = `How far compiled networks are from what they should compute: the worst error over all cases of a definition, relative to the greatest value of the tensor. What they should compute is evaluated in double precision from the program before it is optimised. ${counts[0]} cases, each emitted for one backend alone and run on it: \`cpu\` and \`wasm\` in Node (\`npm test\`), \`webgl\` and \`webgpu\` in Chromium without a graphics card, on SwiftShader (\`npm run test:browser\`). A dash: there is nothing to differentiate.`; // prettier-ignore
  const again =
    'Recorded with `UPDATE_NUMERICS=1` in `test/numerics/recorded/`; a run that is ten times worse than what is recorded, or worse than 1e-4, fails.';
  return [generated, '# Numbers', intro, again, ...sections.map(sectionText)].join('\n\n');
}
