/** Documentation of definitions and diagnostics → Markdown, for the pages in docs/ and for editors. */
import type { DefinitionDoc, DiagnosticDoc, ParameterDoc } from './documentation.ts';

const fence = (text: string, language = 'nn'): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

const parameterRow = ({ name, type, default: standard, named, doc }: ParameterDoc): readonly string[] => [
  `\`${name}\``,
  `${type}${named ? '; only by name' : ''}`,
  standard === undefined ? 'required' : `\`${standard}\``,
  doc,
];

const parameterTable = (parameters: readonly ParameterDoc[]): string =>
  table(['argument', 'type', 'default', 'what it is'], parameters.map(parameterRow)); // prettier-ignore

/** Shapes in symbols; what options change stands below. */
function shapesMarkdown({ shapes }: DefinitionDoc): string {
  if (shapes.length === 0) return '';
  const lines = shapes.map(({ given, result, option }) => [option === undefined ? '' : `\`${option}\``, given === '' ? 'nothing' : `\`${given}\``, `\`${result}\``]); // prettier-ignore
  const only = lines.length === 1;
  if (only) return `Shapes: ${given(lines[0]!)}.`;
  return `Shapes:\n\n${table(['with', 'from', 'to'], lines)}`;
}

const given = ([, from, to]: readonly string[]): string => `${from} → ${to}`;

export function definitionMarkdown(doc: DefinitionDoc): string {
  const { weights } = doc;
  const sections = [
    `## ${doc.name}`,
    doc.summary,
    fence(doc.signature),
    doc.doc ?? '',
    doc.fit.join(' '),
    doc.parameters.length > 0 ? parameterTable(doc.parameters) : '',
    doc.callParameters.length > 0 ? `Options of the call:\n\n${parameterTable(doc.callParameters)}` : '',
    shapesMarkdown(doc),
    weights.length > 0 ? `Weights:\n\n${table(['weight', 'shape', 'starts as'], weights.map((w) => [`\`${w.name}\``, `\`${w.shape}\``, `\`${w.initializer}\`${w.trainable ? '' : ', not trained'}`]))}` : '',
    doc.examples.length > 0 ? `Examples:\n\n${fence(doc.examples.map(({ source, result }) => `${source}  // ${result}`).join('\n'))}` : '',
  ]; // prettier-ignore
  return sections.filter((section) => section !== '').join('\n\n');
}

export function diagnosticMarkdown(doc: DiagnosticDoc, checked: string): string {
  return [
    `## ${doc.name}`,
    `**${doc.severity}.** ${doc.summary}`,
    doc.explanation,
    'Wrong:',
    fence(doc.bad),
    'What `nn check` says:',
    fence(checked, 'text'),
    'Right:',
    fence(doc.good),
  ].join('\n\n');
}
