/** `output y = …` ↔ `output y: [h, w, 8] = …`, from what the checker has seen. */
import { parse } from '../../../grammar/parse.ts';
import { SourceFile } from '../../../grammar/source.ts';
import { visit } from '../../../grammar/visit.ts';
import { describeType } from '../../check/values.ts';
import { localsAt, localsOf } from '../locals.ts';
import { innermost } from '../spot.ts';
import { disabledAction, plainAction, type ActionPlace, type CodeAction } from './action.ts';
import { bodyAt } from './tree.ts';

export function annotations(place: ActionPlace): readonly CodeAction[] {
  const statement = innermost(place.spot, 'Let', 'Output');
  const name = statement?.kind === 'Let' ? statement.pattern : statement?.name;
  if (!statement || !name || !bodyAt(place) || place.span.end > (statement.type ?? name).span.end) return [];
  if (!statement.type) return name.kind === 'TuplePattern' ? [] : added(place, name.span);
  const span = { start: name.span.end, end: statement.type.span.end };
  return [plainAction(place, 'Remove the type annotation', 'refactor.rewrite', [{ span, newText: '' }])];
}

function added(place: ActionPlace, name: { readonly start: number; readonly end: number }): readonly CodeAction[] {
  const { sights, unit } = place;
  const seen = sights?.at('name', name, unit!) ?? [];
  const types = new Set(seen.map(({ value }) => (value.kind === 'tensor' ? typeText(describeType(value.type)) : undefined)));
  const [type] = types;
  if (type === undefined || types.size > 1) return [];
  const title = `Add the type annotation \`${type}\``;
  const problem = whyNot(place, type, name.end);
  if (problem !== undefined) return [disabledAction('Add a type annotation', 'refactor.rewrite', problem)];
  return [plainAction(place, title, 'refactor.rewrite', [{ span: { start: name.end, end: name.end }, newText: `: ${type}` }])];
} // prettier-ignore

/** A scalar is written by its dtype alone. */
const typeText = (described: string): string => (described === '[]' ? 'float32' : described.replace(/\[\]$/, ''));

/** Why a type cannot be written down here; undefined where it can. */
function whyNot(place: ActionPlace, type: string, offset: number): string | undefined {
  const { file, unit, text } = place;
  const { file: tree, problems } = parse(new SourceFile('', `block A {\n  input x: ${type}\n}`));
  const names: string[] = [];
  for (const declaration of tree.declarations)
    if (declaration.kind === 'Block')
      visit(declaration.body, (node) => {
        if (node.kind === 'Name') names.push(node.name);
        else if (node.kind === 'SpreadDimension') names.push(node.name.name);
      });
  const seen = new Map(localsAt(localsOf(file, unit!), offset).map((local) => [local.name, local.what]));
  const isKnown = (name: string): boolean => (FUNCTIONS.has(name) && !seen.has(name)) || SIZES.has(seen.get(name) ?? '');
  if (problems.length > 0 || !names.every(isKnown)) return 'Its shape cannot be written with the names that there are here.';
  const { node } = unit!;
  const isVaried = node.kind === 'Model' && node.parameters.length > 0 && isUsedElsewhere(text, node.name.name, unit!);
  return isVaried ? `Its shape may be another where \`${node.name.name}\` is used with other arguments.` : undefined;
} // prettier-ignore

const FUNCTIONS: ReadonlySet<string> = new Set(['floor', 'ceil', 'min', 'max', 'abs']);
const SIZES: ReadonlySet<string> = new Set(['size', 'spread', 'parameter', 'input']);

/** Whether anything but `train` speaks of a model. */
function isUsedElsewhere(text: string, name: string, unit: { readonly start: number; readonly end: number }): boolean {
  const rest = `${text.slice(0, unit.start)}\n${text.slice(unit.end)}`.replaceAll(new RegExp(`\\btrain\\s+${name}\\b`, 'g'), ''); // prettier-ignore
  return new RegExp(`\\b${name}\\b`).test(rest);
}
