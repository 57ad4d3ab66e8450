/** What can be renamed, and what it may be called: refusals as sentences for people. */
import { isKeyword } from '../../grammar/tokens.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { baseName } from '../resolve/paths.ts';
import type { Binding } from './bindings.ts';
import { localsOf, type Local } from './locals.ts';
import { readsAsLayer } from './meaning.ts';
import type { Occurrence } from './occurrences.ts';
import type { FileSpan } from './plain.ts';

export interface Refusal {
  readonly kind: 'refused';
  /** Whole sentences. */
  readonly message: string;
  /** What stands in the way. */
  readonly place?: FileSpan;
}

export const refused = (message: string, place?: FileSpan): Refusal => ({
  kind: 'refused',
  message,
  ...(place ? { place } : {}),
});

/** Why the name at a place cannot be changed. */
export function whyNotRenamed({ target, name }: Occurrence): Refusal {
  switch (target.kind) {
    case 'builtin':
      return refused(`\`${name}\` is built into the language, so it cannot be renamed.`);
    case 'label':
      return refused(target.of === undefined ? `It is not known what \`${name}\` is an argument of, so it cannot be renamed.` : `\`${name}\` is an argument of \`${target.of}\`, which is built in, so it cannot be renamed.`); // prettier-ignore
    case 'member':
      return refused(`\`${name}\` is named by the layer that it belongs to, so it cannot be renamed.`);
    case 'written':
      return refused(`\`${name}\` is named after \`${target.callee.name}\`. To name it yourself, make it with a \`layer\` statement.`); // prettier-ignore
    case 'type':
    case 'dtype':
      return refused(`\`${name}\` is a type of the language, so it cannot be renamed.`);
    case 'field':
      return refused(`\`${name}\` is a field that \`train\` knows, so it cannot be renamed.`);
    case 'option':
      return refused(`\`${name}\` is an option, named by the argument that takes it, so it cannot be renamed.`);
    case 'import':
      return refused(`The import of \`${name}\` leads nowhere, so it is not known what else has this name. Mend the import first.`); // prettier-ignore
    default:
      return refused(`\`${name}\` is not declared anywhere, so there is nothing to rename.`);
  }
}

/** Declared in a package: its text is not ours to change. */
export function whyForeign({ file, name, of }: Binding): Refusal | undefined {
  const { path } = file.source;
  const at = path.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  const parts = path.slice(at + '/node_modules/'.length).split('/');
  const owner = parts[0]!.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
  const instead = of.kind === 'symbol' ? ` Import it under another name instead: \`import { ${name} as … }\`.` : '';
  return refused(`\`${name}\` is declared in the package \`${owner}\`, which is not yours to change.${instead}`);
}

/** Why a thing may not have this name, whatever else is called so. */
export function whyIllegal(binding: Binding, newName: string): Refusal | undefined {
  if (newName === '') return refused('A name is needed: it cannot be empty.');
  if (!/^[A-Za-z_]\w*$/.test(newName)) return refused(`\`${newName}\` cannot be a name: names consist of the letters a–z and A–Z, digits and \`_\`, and begin with no digit.`); // prettier-ignore
  if (newName === '_') return refused('`_` alone is not a name: in patterns and shapes it stands for what is not needed.'); // prettier-ignore
  if (isKeyword(newName)) return refused(`\`${newName}\` is a word of the language, so nothing can be called so.`);
  return whyWrongCase(binding, newName);
}

function whyWrongCase({ of }: Binding, newName: string): Refusal | undefined {
  if (of.kind === 'axis') return undefined;
  const wanted = of.kind === 'local' ? localCase(of.local) : symbolCase(of.symbol?.unit.kind);
  if (wanted === undefined) return undefined;
  const isWrong = wanted.first === 'a capital' ? /^_*[a-z]/.test(newName) : /^_*[A-Z]/.test(newName);
  if (!isWrong) return undefined;
  const letter = newName.search(/[A-Za-z]/);
  const initial = newName.charAt(letter);
  const other = initial === initial.toUpperCase() ? initial.toLowerCase() : initial.toUpperCase();
  const right = `${newName.slice(0, letter)}${other}${newName.slice(letter + 1)}`;
  return refused(
    `The name of ${wanted.what} starts with ${wanted.first} letter: \`${right}\` rather than \`${newName}\`.`,
  );
}

interface Case {
  readonly what: string;
  readonly first: 'a capital' | 'a small';
}

function symbolCase(kind: string | undefined): Case | undefined {
  if (kind === 'Block') return { what: 'a block', first: 'a capital' };
  return kind === 'Model' || kind === 'ModelAlias' ? { what: 'a model', first: 'a capital' } : undefined;
}

/** Names of sizes are free. */
function localCase({ what, node, file }: Local): Case | undefined {
  if (what === 'size' || what === 'spread') return undefined;
  if (node.kind === 'Parameter' && readsAsLayer(node, file)) return { what: 'a `layer` parameter', first: 'a capital' };
  return { what: nouns[what], first: 'a small' };
}

const nouns: Readonly<Record<Local['what'], string>> = {
  parameter: 'a parameter',
  size: 'a size',
  spread: 'a size',
  input: 'an input',
  let: 'a value',
  output: 'an output',
  layer: 'a made layer',
  weight: 'a weight',
  loss: 'a loss',
  target: 'a target',
  loop: 'a loop variable',
  constant: 'a constant',
};

/** What has the name already where this is declared: in the same body, or in the same file scope. */
export function whyTaken({ of, file }: Binding, newName: string): Refusal | undefined {
  // Two axes of one name in a pattern would be one: that is seen where meanings are compared.
  if (of.kind === 'axis') return undefined;
  if (of.kind !== 'local') return whyTakenInFile(file, newName);
  const { local } = of;
  // An inner loop may hide an outer name; what is then meant is looked at everywhere.
  if (local.what === 'loop') return undefined;
  const rival = localsOf(local.file, local.unit).find(
    (other) => other.name === newName && other.what !== 'loop' && (other.what === 'spread') === (local.what === 'spread'),
  ); // prettier-ignore
  if (!rival) return undefined;
  const place = { path: rival.file.source.path, span: rival.identifier.span };
  return refused(`${capital(nouns[rival.what])} is called \`${newName}\` already, in ${whereIs(rival.file, place)}.`, place); // prettier-ignore
}

/** Of a file that declares or imports the name. */
export function whyTakenInFile(file: FileScope, newName: string): Refusal | undefined {
  const symbol = file.symbols.get(newName);
  const imported = file.imported.find(({ local }) => local === newName)?.node;
  const own = imported ? (imported.alias ?? imported.name) : symbol?.identifier;
  if (!own) return undefined;
  const place = { path: file.source.path, span: own.span };
  return refused(`${imported ? 'An import' : capital(symbolCase(symbol!.unit.kind)?.what ?? 'a constant')} is called \`${newName}\` already, in ${whereIs(file, place)}.`, place); // prettier-ignore
}

/** What else goes by the name, outside `.nn` files. */
export function notesOn({ of, name }: Binding): readonly string[] {
  const weights = `Weights are named after \`${name}\`: files saved so far hold them under the old name.`;
  const programs = `Programs that use the compiled model call it \`${name}\`: they must follow.`;
  if (of.kind === 'axis') return [];
  if (of.kind !== 'local') return of.symbol?.unit.kind === 'Const' ? [] : of.symbol?.unit.kind === 'Block' ? [weights] : [programs]; // prettier-ignore
  const { what, unit, node, file } = of.local;
  const isNaming = what === 'layer' || what === 'weight' || (node.kind === 'Parameter' && readsAsLayer(node, file));
  const isCalled = (unit.kind === 'Model' && ['input', 'output', 'layer', 'loss'].includes(what)) || what === 'target';
  return [...(isNaming ? [weights] : []), ...(isCalled ? [programs] : [])];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `line 3 of digits.nn` */
export const whereIs = ({ source }: FileScope, { span }: FileSpan): string =>
  `line ${source.positionAt(span.start).line} of ${baseName(source.path)}`;
