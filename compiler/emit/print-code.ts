/**
 * Prints lines of code for one mode, with the imports that the printed pieces need and a source map (version 3) that
 * leads every line with a place to its statement in the `.nn`.
 */
import { addMapping, GenMapping, setSourceContent, toEncodedMap } from '@jridgewell/gen-mapping';
import type { Place } from '../diagnostics/diagnostic.ts';
import type { Code, Line, Mode } from './code.ts';
import { relativePath } from './source-names.ts';

export interface PrintOptions {
  /** Comments and directives before the imports. */
  readonly header: readonly string[];
  readonly mode: Mode;
  /** The name of the file that is printed. */
  readonly fileName: string;
  /** The `.nn`, beside which the output is taken to lie. */
  readonly sourcePath: string;
  readonly sourceMap: boolean;
  /** Imports of other modules, after those of the runtime. */
  readonly imports?: readonly string[];
}

interface Printed {
  readonly text: string;
  readonly indent: number;
  readonly place: Place | undefined;
}

const isPrinted = (modes: readonly Mode[] | undefined, mode: Mode): boolean =>
  modes === undefined || modes.includes(mode);

export function printCode(
  lines: readonly Line[],
  options: PrintOptions,
): { readonly code: string; readonly map: string; readonly helpers: readonly string[] } {
  const { mode } = options;
  const imported = importedNames(lines, mode);
  const printed = [
    ...options.header.map(plain),
    ...[...importLines(imported), ...(options.imports ?? [])].map(plain),
    plain(''),
    ...lines.flatMap((l): readonly Printed[] => {
      const pieces = l.code.filter((piece) => isPrinted(piece.modes, mode));
      // A line of which nothing is left in this mode is not printed; one written empty is.
      if (pieces.length === 0 && l.code.length > 0) return [];
      return [{ text: pieces.map((piece) => piece.text).join(''), indent: l.indent, place: l.place }];
    }),
  ];
  const tidy = withoutDoubleBlanks(printed);
  const code = tidy.map((l) => (l.text === '' ? '' : '  '.repeat(l.indent) + l.text)).join('\n');
  const link = options.sourceMap ? `//# sourceMappingURL=${options.fileName}.map\n` : '';
  return { code: `${code}\n${link}`, map: sourceMap(tidy, options), helpers: imported.values };
}

const plain = (text: string): Printed => ({ text, indent: 0, place: undefined });

/** Left where lines of other modes vanished between two blank ones. */
function withoutDoubleBlanks(lines: readonly Printed[]): readonly Printed[] {
  const kept = lines.filter((l, i) => l.text !== '' || (i > 0 && lines[i - 1]!.text !== ''));
  return kept.at(-1)?.text === '' ? kept.slice(0, -1) : kept;
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

interface ImportedNames {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

function importedNames(lines: readonly Line[], mode: Mode): ImportedNames {
  const values = new Set<string>();
  const types = new Set<string>();
  for (const piece of lines.flatMap((l): Code => l.code)) {
    if (piece.imports === undefined || !isPrinted(piece.modes, mode)) continue;
    (piece.imports.typeOnly ? types : values).add(piece.imports.name);
  }
  return { values: [...values].sort(byName), types: [...types].sort(byName) };
}

const importLines = ({ values, types }: ImportedNames): readonly string[] => [
  ...(values.length > 0 ? [`import ${wrapped(values)} from 'nnlang/runtime';`] : []),
  ...(types.length > 0 ? [`import type ${wrapped(types)} from 'nnlang/runtime';`] : []),
];

/** `{ a, b }`, over several lines where it is long. */
function wrapped(names: readonly string[]): string {
  const one = `{ ${names.join(', ')} }`;
  if (one.length <= 90) return one;
  const rows: string[] = [];
  for (const name of names) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + name.length < 110) rows[rows.length - 1] = `${last} ${name},`;
    else rows.push(`  ${name},`);
  }
  return ['{', ...rows, '}'].join('\n');
}

function sourceMap(lines: readonly Printed[], options: PrintOptions): string {
  const map = new GenMapping({ file: options.fileName });
  let row = 0;
  for (const l of lines) {
    row += 1;
    if (l.text !== '') {
      const generated = { line: row, column: 2 * l.indent };
      if (l.place === undefined) addMapping(map, { generated: { line: row, column: 0 } });
      else addPlace(map, generated, l.place, options.sourcePath);
      const head = options.mode === 'dts' ? declaredHead.exec(l.text)?.[0] : undefined;
      if (l.place && head) {
        addPlace(map, { line: row, column: generated.column + head.length }, l.place, options.sourcePath);
      }
    }
    row += l.text.split('\n').length - 1;
  }
  return JSON.stringify(toEncodedMap(map));
}

/** What stands before the name that a line declares. TypeScript looks for places of declarations just there. */
const declaredHead = /^(?:export )?(?:declare )?(?:class|namespace|readonly|static readonly) /;

function addPlace(map: GenMapping, generated: { line: number; column: number }, place: Place, from: string): void {
  const source = relativePath(from, place.file.path);
  const { line, column } = place.file.positionAt(place.span.start);
  addMapping(map, { generated, source, original: { line, column: column - 1 } });
  setSourceContent(map, source, place.file.text);
}
