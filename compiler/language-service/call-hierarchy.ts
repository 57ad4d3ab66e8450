/** Blocks and models → which of them use which, across files. */
import type { Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import { FileSymbol, type FileScope } from '../resolve/file-scope.ts';
import { NamesOfFiles } from './names.ts';
import { keyOf, occurrencesAt, unitOccurrences, type Occurrence } from './occurrences.ts';
import { neverCancelled, type IsCancelled } from './plain.ts';
import type { Project } from './project.ts';
import { filesOf } from './references.ts';

export interface HierarchyItem {
  readonly name: string;
  readonly kind: 'block' | 'model' | 'function';
  readonly path: string;
  /** The whole declaration, with its doc comment. */
  readonly span: Span;
  /** The name. */
  readonly selection: Span;
}

export interface HierarchyCall {
  readonly item: HierarchyItem;
  /** Where it is used: of incoming calls in the file of `item`, of outgoing ones in that of the question. */
  readonly spans: readonly Span[];
}

/** The block, model or compile-time function that a name means. Throws `UnreadableFile`. */
export function hierarchyItemAt(project: Project, path: string, offset: number): HierarchyItem | undefined {
  const file = project.file(path);
  const [found] = file ? occurrencesAt(file, offset) : [];
  return found?.target.kind === 'symbol' ? itemOf(found.target.symbol) : undefined;
}

/** Who uses it. `paths`: the `.nn` files of the workspace. */
export function incomingCalls(
  project: Project,
  item: HierarchyItem,
  paths: readonly string[],
  isCancelled: IsCancelled = neverCancelled,
): readonly HierarchyCall[] {
  const known = new NamesOfFiles();
  const key = keyAt(item);
  const calls = filesOf(project, [item.path, ...paths]).flatMap((file) => {
    // It may be written `as` another name, but its own stands in the import.
    if (isCancelled() || !file.source.text.includes(item.name)) return [];
    return file.units.flatMap((unit) => {
      const spans = usesIn(file, unit, known).flatMap(({ target, span }) => (keyOf(target) === key ? [span] : []));
      const user = itemOf(new FileSymbol(file, unit));
      return user && spans.length > 0 ? [{ item: user, spans }] : [];
    });
  });
  return isCancelled() ? [] : calls;
}

/** What it uses, each once. Throws `UnreadableFile`. */
export function outgoingCalls(project: Project, item: HierarchyItem): readonly HierarchyCall[] {
  const file = project.file(item.path);
  const unit = file?.units.find(({ name }) => name.span.start === item.selection.start);
  if (!file || !unit) return [];
  const calls = new Map<string, { readonly item: HierarchyItem; readonly spans: Span[] }>();
  for (const { target, span } of usesIn(file, unit, new NamesOfFiles())) {
    const used = target.kind === 'symbol' ? itemOf(target.symbol) : undefined;
    const call = calls.get(keyOf(target));
    if (call) call.spans.push(span);
    else if (used) calls.set(keyOf(target), { item: used, spans: [span] });
  }
  return [...calls.values()];
}

/** Names that a declaration reads; `train M` does not use M, it belongs to it. */
function usesIn(file: FileScope, unit: Unit, known: NamesOfFiles): readonly Occurrence[] {
  if (unit.kind === 'Train') return [];
  const read = unitOccurrences(file, unit, known).filter(({ role }) => role !== 'declaration' && role !== 'label');
  return read.sort((a, b) => a.span.start - b.span.start);
}

const keyAt = ({ path, selection }: HierarchyItem): string => `${path}#${selection.start}`;

function itemOf({ file, unit }: FileSymbol): HierarchyItem | undefined {
  const { anywhere: node, name } = unit;
  if (node.kind === 'Train' || (node.kind === 'Const' && !node.parameters)) return undefined;
  const kind = node.kind === 'Const' ? 'function' : node.kind === 'Block' ? 'block' : 'model';
  return { name: name.name, kind, path: file.source.path, span: unit.span, selection: name.span };
}
