/** A place inside a call → how it is called, and which argument is being written. Serves half-written calls too. */
import type { Call, CallStage, Node } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { calleeNamed, callSiteOf, slotOf, takesPiped, wantedAt, type Callee, type Slot } from './callees.ts';
import { openCallAt, type OpenCall } from './open-call.ts';
import type { Project } from './project.ts';
import { slotDocumentation, slotText, summaryOf } from './slot-text.ts';
import { spotAt } from './spot.ts';

export interface SignatureHelp {
  readonly signatures: readonly Signature[];
  readonly activeSignature: number;
}

export interface Signature {
  /** `Conv2D(filters, kernelSize, strides: 1, …)`, `x -> add(y)` */
  readonly label: string;
  /** What is called, in Markdown. */
  readonly documentation: string | undefined;
  readonly parameters: readonly { /** Inside the label. */ readonly span: Span; readonly documentation: string }[]; // prettier-ignore
  /** Undefined where no argument can stand. */
  readonly activeParameter: number | undefined;
}

export function signatureHelp(project: Project, path: string, offset: number): SignatureHelp | undefined {
  const file = project.file(path);
  const open = file && openCallAt(file.source.text, offset);
  if (!open) return undefined;
  const site = siteOf(file, open);
  const slots = (open.list === 0 ? site?.callee.made : open.list === 1 ? site?.callee.applied : undefined) ?? [];
  if (!site || (slots.length === 0 && site.callee.target.kind === 'compileTime')) return undefined;
  const signature = signatureOf(file, open, site, slots);
  return { signatures: [signature], activeSignature: 0 };
}

interface Site {
  readonly callee: Callee;
  /** How many values flow into the list. */
  readonly piped: number;
}

/** What the call calls: by the tree where that has it, else by its name. */
function siteOf(file: FileScope, open: OpenCall): Site | undefined {
  const { unit, path } = spotAt(file, open.nameStart);
  const at = path.findLastIndex((node) => isCallOf(node, open.nameStart));
  const node = path[at] as Call | CallStage | undefined;
  if (unit && node) {
    const above = path[at - 1];
    const outer = above?.kind === 'Call' && above.callee === node ? above : node;
    const site = callSiteOf(file, unit, outer, path);
    const list = site?.lists[open.list];
    if (site && list) return { callee: site.callee, piped: list.piped };
  }
  const callee = calleeNamed(file, unit, open.name, open.nameStart, node && wantedAt(path, node));
  return callee && { callee, piped: open.isStage && takesPiped(callee, open.list) ? 1 : 0 };
}

const isCallOf = (node: Node, nameStart: number): boolean =>
  (node.kind === 'Call' || node.kind === 'CallStage') && node.callee.kind === 'Name' && node.callee.span.start === nameStart; // prettier-ignore

function signatureOf(file: FileScope, open: OpenCall, { callee, piped }: Site, slots: readonly Slot[]): Signature {
  const before = open.arguments.slice(0, -1);
  const active = slotOf(slots, piped, before, open.arguments.at(-1)!);
  // A name for the weights may be given to everything, and is seldom wanted: it is told when it is written.
  const listed = slots.filter((slot) => !isLayerName(slot) || slot === active);
  const flowing = listed.filter(({ kind }) => kind === 'tensor').slice(0, piped);
  const flow = flowText(flowing);
  // What takes any number goes on behind what flows in.
  const shown = listed.filter((slot) => !flowing.includes(slot) || slot.isVariadic);
  const head = `${flow}${callee.name}${open.list === 1 && callee.made.length > 1 ? '(…)' : ''}(`;
  let label = head;
  const parameters = shown.map((slot, i) => {
    if (i > 0) label += ', ';
    const start = label.length;
    label += slotText(slot);
    return { span: { start, end: label.length }, documentation: slotDocumentation(slot) };
  });
  const index = active ? shown.indexOf(active) : -1;
  return {
    label: `${label})`,
    documentation: summaryOf(callee),
    parameters,
    activeParameter: index < 0 ? undefined : index,
  };
}

/** `x -> `, `(query, value) -> ` */
function flowText(slots: readonly Slot[]): string {
  const names = slots.map(({ name, isVariadic }) => (isVariadic ? 'x' : name));
  if (names.length === 0) return '';
  return `${names.length === 1 ? names[0] : `(${names.join(', ')})`} -> `;
}

const isLayerName = ({ name, definition, declared }: Slot): boolean => name === 'name' && !definition && !declared;
