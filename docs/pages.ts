/**
 * The generated pages: `errors/` from the catalogue, `layers/`, `functions/` and `reference/` from the definitions,
 * `keras.md` and `left-out.md` beside Keras's names, `real-mistakes.md` from the collected cases. Everything that nnlang says in them is its real output.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createCompiler } from '../compiler/compile.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { renderDiagnostics } from '../compiler/diagnostics/render-terminal.ts';
import { diagnosticDoc } from '../compiler/explain/documentation.ts';
import { diagnosticDefinitions } from '../compiler/explain/kinds.ts';
import { createMemoryHost } from '../compiler/project/memory-host.ts';
import { diagnosticMarkdown, table } from '../compiler/explain/render-markdown.ts';
import { libraryReports } from './known-mistakes.ts';
import { kerasPages } from './keras-pages.ts';
import { anchor, generated } from './markdown.ts';
import { numericsPage } from './numerics.ts';
import { referencePages } from './reference-pages.ts';

const areas: Readonly<Record<string, string>> = {
  syntax: 'The text does not parse',
  name: 'Names',
  argument: 'Arguments of layers, blocks and functions',
  type: 'The wrong kind of thing',
  shape: 'Shapes',
  require: 'Requirements',
  model: 'Models as a whole',
  train: 'Training: losses, metrics, targets',
  lint: 'Allowed, and most likely not meant',
};

function checked(path: string, text: string): readonly Diagnostic[] {
  return createCompiler(createMemoryHost({ [`/${path}`]: text })).check(`/${path}`).diagnostics;
}

const said = (diagnostics: readonly Diagnostic[]): string =>
  renderDiagnostics(diagnostics, { colors: false, width: 90, displayPath: (path) => path.slice(1) });

/** Every page by its path below `docs/`, not yet formatted. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([...errorPages(), ...referencePages(), ...kerasPages(), ['real-mistakes.md', realMistakes()], ['numerics.md', numericsPage()]]); // prettier-ignore
}

function errorPages(): readonly (readonly [string, string])[] {
  const all = diagnosticDefinitions().map(diagnosticDoc);
  const present = new Set(all.map(({ name }) => name.split('/')[0]!));
  const used = [...new Set([...Object.keys(areas), ...present])].filter((area) => present.has(area));
  const titleOf = (area: string): string => areas[area] ?? area;
  const index = used.flatMap((area) => {
    const rows = all.filter(({ name }) => name.startsWith(`${area}/`)).map(({ name, severity, summary }) => [`[\`${name}\`](${area}.md#${anchor(name)})`, severity, summary]); // prettier-ignore
    return [`## ${titleOf(area)}`, table(['slug', 'severity', 'what'], rows)];
  });
  const intro = 'Every diagnostic has a permanent slug. `nn explain SLUG` prints the same in the terminal. A warning or hint is silenced by `// nn-ignore SLUG: reason` on the line before.'; // prettier-ignore
  const readme = [generated, '# Diagnostics', intro, ...index].join('\n\n');
  const bodies = used.map((area): [string, string] => {
    const docs = all.filter(({ name }) => name.startsWith(`${area}/`));
    const sections = docs.map((doc) => diagnosticMarkdown(doc, said(checked('example.nn', doc.bad))));
    return [`errors/${area}.md`, [generated, `# ${titleOf(area)}`, ...sections].join('\n\n')];
  });
  return [['errors/README.md', readme], ...bodies];
}

interface Case {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly source: string;
}

const casesFolder = new URL('../test/cases/', import.meta.url);

/** The mistakes of one folder of cases. */
function casesIn(folder: string): readonly (Case & { readonly folder: string })[] {
  const cases = JSON.parse(readFileSync(new URL(`${folder}/expected.json`, casesFolder), 'utf8')) as readonly Case[];
  return cases.map((one) => ({ ...one, folder }));
}

/** The address of a thread, as a link; anything else as it is. */
function linkOf(source: string): string {
  const [first = source] = source.split(' via ');
  const question = /^stackoverflow\.com\/questions\/(\d+)/.exec(first);
  if (question) return `[Stack Overflow ${question[1]}](https://stackoverflow.com/questions/${question[1]})`;
  const issue = /^([\w.-]+\/[\w.-]+)#(\d+)/.exec(first);
  return issue ? `[${issue[1]}#${issue[2]}](https://github.com/${issue[1]}/issues/${issue[2]})` : first;
}

/** The first sentence of what nnlang reports above a hint. */
function answerOf({ id, folder }: { readonly id: string; readonly folder: string }): string {
  const text = readFileSync(new URL(`${folder}/bad/${id}.nn`, casesFolder), 'utf8');
  const found = checked(`${id}.nn`, text).find(({ severity }) => severity !== 'hint');
  if (!found) return 'nothing';
  const { line } = found.file.positionAt(found.span.start);
  const [first = '', ...rest] = found.message.split('\n').map((part) => part.trim().replaceAll(/ {2,}/g, ' '));
  const message = rest.length === 0 ? first : `${first} (${rest.join(', ')})`;
  const help = found.help ? ` _${found.help.replaceAll(/\s*\n\s*/g, ' ')}_` : '';
  return `\`${found.code}\`, line ${line}: ${message}${help}`;
}

function realMistakes(): string {
  if (!existsSync(casesFolder)) return generated;
  const all = ['bugs', 'mistakes'].flatMap(casesIn);
  const cases = all.filter(({ source }) => source !== 'own');
  const named = ({ id, title, folder }: (typeof all)[number]): string => `${title.replaceAll('*', '\\*')} ([${id}](../test/cases/${folder}/bad/${id}.nn))`;
  const rows = cases.map((one) => {
    const report = libraryReports[one.id];
    const then = report ? `${report.library}, **${report.when}**: ${report.said}` : 'not known';
    return [named(one), linkOf(one.source), then, answerOf(one)];
  });
  const own = all.filter(({ source }) => source === 'own').map((one) => [named(one), answerOf(one)]);
  const silent = cases.filter(({ id }) => libraryReports[id]?.when === 'never').length;
  const late = cases.filter(({ id }) => !['never', 'while building', undefined].includes(libraryReports[id]?.when)).length;
  return [
    generated,
    '# Real mistakes',
    `${cases.length} mistakes that people made and asked about, written in nnlang. In ${silent} of them the library said nothing at all; in ${late} it spoke only when data arrived or training had begun. nnlang reports each when the file is checked, without data.`,
    'What the libraries said is told in our words, from what is known of them at the time of each thread. Messages are shortened and differ between versions. What nnlang says is its output, with its advice in italics. The programs are rewritten for nnlang: where a thread leaves a number open, one was chosen.',
    table(['mistake', 'source', 'what the library said, and when', 'what nnlang says'], rows),
    '## More of the same kinds',
    `${own.length} more, written for the tests of nnlang: mistakes of the kinds that people make, and habits brought along from Keras, TensorFlow.js and PyTorch.`,
    table(['mistake', 'what nnlang says'], own),
  ].join('\n\n');
} // prettier-ignore
