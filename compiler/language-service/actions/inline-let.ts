/** `let a = …` and its uses → the value in their places. */
import type { Let, Node, Pattern } from '../../../grammar/ast.ts';
import { visit } from '../../../grammar/visit.ts';
import { unitOccurrences, type Occurrence } from '../occurrences.ts';
import type { Edit } from '../plain.ts';
import { innermost } from '../spot.ts';
import { disabledAction, type ActionPlace, type CodeAction } from './action.ts';
import { laidOut } from './laid-out.ts';
import { lineSpan } from './removals.ts';
import { bodyAt, inPlaceOfName, makes, namedAnew, pathToName, startWithComment } from './tree.ts';

export function inlinedLets(place: ActionPlace): readonly CodeAction[] {
  const found = bodyAt(place);
  const declared = found && letAt(place);
  if (!found || !declared) return [];
  const { node, uses } = declared;
  const title = node.pattern.kind === 'NamePattern' ? `Inline \`${node.pattern.name.name}\`` : 'Inline this `let`';
  const problem = whyNot(place, node, uses);
  if (problem !== undefined) return [disabledAction(title, 'refactor.inline', problem)];
  const between = found.body.statements.filter(({ span }) => node.span.end <= span.start && span.start < uses[0]!.span.start); // prettier-ignore
  const isAnew = makes(place, [node.value]) && makes(place, between);
  const change = () => laidOut(place, edits(place, node, uses));
  return [{ title: title + namedAnew(isAnew), kind: 'refactor.inline', diagnostics: [], isPreferred: false, change }];
}

interface Declared {
  readonly node: Let;
  readonly uses: readonly Occurrence[];
}

/** By its declaration or one of its uses. */
function letAt({ file, unit, spot, span }: ActionPlace): Declared | undefined {
  const all = unitOccurrences(file, unit!);
  const here = all.find(({ span: own, role }) => own.start <= span.start && span.end <= own.end && role !== 'label');
  const local = here?.target.kind === 'local' ? here.target.local : undefined;
  const statement = innermost(spot, 'Let');
  const isAtWord = statement !== undefined && span.start === span.end && span.start <= statement.pattern.span.end;
  const node = local?.node.kind === 'Let' ? local.node : isAtWord ? statement : undefined;
  if (!node) return undefined;
  const train = node.pattern.kind === 'NamePattern' && unit!.node.kind === 'Model' ? file.trains.get(unit!.name.name) : undefined; // prettier-ignore
  const everywhere = [...all, ...(train ? unitOccurrences(file, train) : [])];
  const uses = everywhere.filter(({ target, role }) => target.kind === 'local' && target.local.identifier.span.start === nameOf(node.pattern) && role !== 'declaration' && role !== 'label'); // prettier-ignore
  return { node, uses: [...uses].sort((a, b) => a.span.start - b.span.start) };
}

const nameOf = (pattern: Pattern): number => (pattern.kind === 'NamePattern' ? pattern.name.span.start : -1);

function whyNot(place: ActionPlace, node: Let, uses: readonly Occurrence[]): string | undefined {
  const { unit, file } = place;
  if (node.pattern.kind === 'TuplePattern') return 'It declares several names.';
  if (uses.length === 0) return 'Nothing uses it.';
  if (uses.some(({ role }) => role === 'text')) return 'A message speaks of it.';
  if (uses.some(({ span }) => !unit!.holds(span))) return '`train` uses it.';
  if (uses.some(({ role }) => role === 'callee')) return 'It is called.';
  if (/\/\//.test(place.text.slice(node.value.span.start, node.value.span.end).replaceAll(/"[^"\n]*"/g, ''))) return 'There are comments in its value.'; // prettier-ignore
  if (startWithComment(place.text, node.span.start) < node.span.start) return 'A comment silences a warning in its value.'; // prettier-ignore
  const around = uses.map(({ span }) => pathToName(unit!.node, span));
  if (around.some((path) => path.some(({ kind }) => kind === 'TensorType'))) return 'It stands in a shape.';
  if (makes(place, [node.value])) {
    if (uses.length > 1) return 'It makes layers or random numbers, which would be made several times.';
    if (around.some((path) => path.some(({ kind }) => REPEATING.has(kind)))) return 'It makes layers or random numbers, which would be made in a loop or a choice.'; // prettier-ignore
  }
  const inside = unitOccurrences(file, unit!).filter(({ span }) => node.value.span.start <= span.start && span.end <= node.value.span.end); // prettier-ignore
  const hidden = inside.find(({ name }) => around.some((path) => path.some((above) => declares(above, name))));
  return hidden ? `\`${hidden.name}\` means something else where it is used.` : undefined;
}

const REPEATING: ReadonlySet<Node['kind']> = new Set<Node['kind']>(['Repeat', 'For', 'If', 'IfStage']);

function declares(node: Node, name: string): boolean {
  if (node.kind === 'Repeat') return node.index?.name === name;
  if (node.kind !== 'For') return false;
  let found = false;
  visit(node.pattern, (inner) => {
    if (inner.kind === 'Identifier' && inner.name === name) found = true;
  });
  return found;
}

function edits({ text, unit }: ActionPlace, node: Let, uses: readonly Occurrence[]): readonly Edit[] {
  const value = text.slice(node.value.span.start, node.value.span.end);
  const replaced = uses.map(({ span, role, end = span.end }): Edit => {
    if (role === 'shorthand') return { span: { start: end, end }, newText: ` ${value}` };
    const parent = pathToName(unit!.node, span).at(-2);
    return { span, newText: inPlaceOfName(node.value, value, parent) };
  });
  return [{ span: lineSpan(text, node), newText: '' }, ...replaced];
}
