/** A name at a place → where it is declared, and where what it is made by is described. */
import type { Expression, Node, Stage } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import { builtinNamed, layerNamed } from '../check/builtins.ts';
import { compileTimeFunctions } from '../check/compile-time.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import { importedFile } from './import-paths.ts';
import type { Local } from './locals.ts';
import { NamesOfFiles, type Names } from './names.ts';
import { occurrencesAt, type Occurrence, type Target } from './occurrences.ts';
import type { Project } from './project.ts';
import { innermost, spotAt } from './spot.ts';

export interface DefinitionTarget {
  readonly path: string;
  /** The name where it is declared; of a file, its beginning. */
  readonly nameSpan: Span;
  /** The whole declaration, statement or parameter, with its doc comment. */
  readonly fullSpan: Span;
}

export interface Definition {
  /** What was asked about. */
  readonly origin: Span;
  readonly targets: readonly DefinitionTarget[];
}

export interface TypeDefinition extends Definition {
  /** Names of built-in things whose documentation describes what stands here: `Dense`. */
  readonly documentation: readonly string[];
}

/** Where the documentation of something built in is, as a document that editors ask the server for. */
export const documentationUri = (name: string): string => `nnlang-doc:/${name}.md`;

/** Undefined where nothing is declared that stands here. Throws `UnreadableFile`. */
export function definitionAt(project: Project, path: string, offset: number): Definition | undefined {
  const file = project.file(path);
  if (!file) return undefined;
  const imported = importedFileAt(project, file, offset);
  if (imported) return imported;
  const found = occurrencesAt(file, offset);
  const targets = found.flatMap(({ target }) => targetOf(target) ?? []);
  return found[0] && targets.length > 0 ? { origin: found[0].span, targets } : undefined;
}

/** Of a made layer or a result the block that makes it; of what is built in its documentation. Throws `UnreadableFile`. */
export function typeDefinitionAt(project: Project, path: string, offset: number): TypeDefinition | undefined {
  const file = project.file(path);
  if (!file) return undefined;
  const known = new NamesOfFiles();
  const [found] = occurrencesAt(file, offset, known);
  if (!found) return undefined;
  const { targets, documentation } = typeOf(found, known);
  return targets.length + documentation.length > 0 ? { origin: found.span, targets, documentation } : undefined;
}

type TypeTargets = Pick<TypeDefinition, 'targets' | 'documentation'>;
const none: TypeTargets = { targets: [], documentation: [] };

function typeOf({ target }: Occurrence, known: NamesOfFiles): TypeTargets {
  switch (target.kind) {
    case 'builtin':
      return documented(target.name);
    case 'label':
      return target.of === undefined ? none : documented(target.of);
    case 'symbol':
      return { ...none, targets: [symbolTarget(target.symbol)] };
    case 'member':
      return target.of ? typeOfLocal(target.of, known) : none;
    case 'written':
      return typeOfValue(known.of(target.file, target.unit), target.callee, known);
    case 'local':
      return typeOfLocal(target.local, known);
    default:
      return none;
  }
}

function typeOfLocal({ node, file, unit }: Local, known: NamesOfFiles): TypeTargets {
  const value = node.kind === 'LayerStatement' || node.kind === 'Let' || node.kind === 'Output' ? node.value : node.kind === 'Parameter' ? node.defaultValue : undefined; // prettier-ignore
  return value ? typeOfValue(known.of(file, unit), value, known) : none;
}

const documented = (name: string): TypeTargets => ({ ...none, documentation: hasDocumentation(name) ? [name] : [] });

const hasDocumentation = (name: string): boolean =>
  builtinNamed(name) !== undefined || layerNamed(name) !== undefined || compileTimeFunctions.has(name);

function typeOfValue(names: Names, value: Expression, known: NamesOfFiles): TypeTargets {
  const made = known.madeBy(names, value);
  if (made) return { ...none, targets: [symbolTarget(made.symbol)] };
  const callee = lastCallee(value);
  const meaning = callee?.kind === 'Name' ? names.find(callee.name, callee.span.start, 'stage') : undefined;
  if (meaning?.kind === 'builtin') return documented(meaning.name);
  const local = meaning?.kind === 'local' && meaning.local.node.kind === 'LayerStatement' ? meaning.local : undefined;
  return local?.node.kind === 'LayerStatement'
    ? typeOfValue(known.of(local.file, local.unit), local.node.value, known)
    : none;
}

/** What is called last: `relu` of `x -> Dense(8) -> relu`, `Dense` of `Dense(8)(x)`. */
function lastCallee(node: Expression | Stage): Node | undefined {
  switch (node.kind) {
    case 'Pipeline':
      return lastOf(node.stages) ?? lastCallee(node.head);
    case 'Repeat':
    case 'For':
      return lastOf(node.stages);
    case 'IfStage':
      return lastOf(node.then);
    case 'CallStage':
      return node.callee;
    case 'Call':
      return lastCallee(node.callee);
    case 'Name':
      return node;
    default:
      return undefined;
  }
}

function lastOf(stages: readonly Stage[]): Node | undefined {
  const last = stages.at(-1);
  return last && lastCallee(last);
}

function importedFileAt(project: Project, file: FileScope, offset: number): Definition | undefined {
  const spot = spotAt(file, offset);
  const node = innermost(spot, 'Import');
  if (node?.from.kind !== 'StringLiteral' || offset < node.from.span.start) return undefined;
  const target = importedFile(project, file, node);
  const start = { start: 0, end: 0 };
  return (
    target && { origin: node.from.span, targets: [{ path: target.source.path, nameSpan: start, fullSpan: start }] }
  );
}

function targetOf(target: Target): DefinitionTarget | undefined {
  if (target.kind === 'symbol') return symbolTarget(target.symbol);
  if (target.kind === 'member') return target.of && localTarget(target.of);
  if (target.kind === 'axis') return { path: target.file.source.path, nameSpan: target.span, fullSpan: target.span };
  if (target.kind === 'written')
    return { path: target.file.source.path, nameSpan: target.callee.span, fullSpan: target.node.span };
  return target.kind === 'local' ? localTarget(target.local) : undefined;
}

export const symbolTarget = ({ file, unit, identifier }: FileSymbol): DefinitionTarget => ({
  path: file.source.path,
  nameSpan: identifier.span,
  fullSpan: unit.span,
});

export const localTarget = ({ file, identifier, node }: Local): DefinitionTarget => ({
  path: file.source.path,
  nameSpan: identifier.span,
  fullSpan: isLoop(node) ? identifier.span : withDoc(node),
});

const isLoop = ({ kind }: Node): boolean => kind === 'Repeat' || kind === 'For';

/** A node with the doc comment before it. */
export function withDoc(node: Node): Span {
  const doc = 'doc' in node ? node.doc : undefined;
  return doc ? { start: doc.span.start, end: node.span.end } : node.span;
}
