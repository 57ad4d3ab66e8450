/** `Conv2D(8, 3)` → `Conv2D(filters: 8, kernelSize: 3)` and back, as far as it goes. */
import type { Call, CallStage } from '../../../grammar/ast.ts';
import { isTorn } from '../../resolve/file-scope.ts';
import { callSiteOf, slotAt, type CallSite, type Slot } from '../callees.ts';
import type { Edit } from '../plain.ts';
import { plainAction, type ActionPlace, type CodeAction } from './action.ts';

type List = CallSite['lists'][number];

export function argumentForms(place: ActionPlace): readonly CodeAction[] {
  const { file, unit, spot, text } = place;
  if (!unit || isTorn(file, unit.span)) return [];
  // The innermost that the selection lies in, with its second argument list.
  const calls = spot.path.filter((node): node is Call | CallStage => (node.kind === 'Call' || node.kind === 'CallStage') && place.span.end <= node.span.end); // prettier-ignore
  const inner = calls.at(-1);
  const outer = inner && calls.find((call) => call.kind === 'Call' && call.callee === inner);
  const site = inner && callSiteOf(file, unit, outer ?? inner, spot.path);
  if (!site) return [];
  const named = site.lists.flatMap((list) => labels(list, site));
  const positional = site.lists.flatMap((list) => withoutLabels(list, site, text));
  const action = (title: string, edits: readonly Edit[]): readonly CodeAction[] =>
    edits.length > 0 ? [plainAction(place, title, 'refactor.rewrite', edits)] : [];
  return [...action('Convert to named arguments', named), ...action('Convert to positional arguments', positional)];
}

/** Named arguments come last, so those at the end get labels, as many as can have one. */
function labels(list: List, site: CallSite): readonly Edit[] {
  const edits: Edit[] = [];
  const written = list.list.arguments;
  for (let i = written.length - 1; i >= 0; i--) {
    const { name, value } = written[i]!;
    if (name) continue;
    const slot = slotAt(list, i);
    if (!slot || slot.isVariadic || !hasLabel(slot, site)) break;
    const isSame = value.kind === 'Name' && value.name === slot.name;
    const at = isSame ? value.span.end : value.span.start;
    edits.unshift({ span: { start: at, end: at }, newText: isSame ? ':' : `${slot.name}: ` });
  }
  return edits;
}

/** Tensors have labels where blocks are applied; elsewhere (`randomNormal(like: x)`) a label is no position. */
const hasLabel = ({ kind, declared }: Slot, { callee }: CallSite): boolean =>
  kind !== 'tensor' || (declared !== undefined && callee.target.kind === 'symbol');

/** The first named ones lose their labels as long as they stand where they would be taken for the same. */
function withoutLabels(list: List, site: CallSite, text: string): readonly Edit[] {
  const edits: Edit[] = [];
  const written = list.list.arguments;
  const positional = list.slots.filter(({ isPositional }) => isPositional);
  if (positional.some(({ isVariadic }) => isVariadic) && written.some(({ name }) => !name)) return [];
  for (const [i, { name, value, shorthand }] of written.entries()) {
    if (!name) continue;
    const slot = positional[list.piped + i];
    if (
      !slot ||
      slot.name !== name.name ||
      !hasLabel(slot, site) ||
      slot.isVariadic ||
      slot.definition?.type.kind === 'string'
    )
      break;
    const end = shorthand ? name.span.end : value.span.start;
    if (shorthand)
      edits.push({ span: { start: end, end: end + /^\s*:/.exec(text.slice(end))![0].length }, newText: '' }); // prettier-ignore
    else edits.push({ span: { start: name.span.start, end }, newText: '' });
  }
  return edits;
}
