/** `-> Name(8, rate: 0.5)` of a name that nothing declares → a block that it could be. */
import type { Argument, ArgumentList, Call, CallStage, Expression, Node, Pipeline } from '../../../grammar/ast.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { builtinNamed, layerNamed } from '../../check/builtins.ts';
import type { Seen } from '../../check/sights.ts';
import { rankOf } from '../../shapes/index.ts';
import { localNamed, localsOf } from '../locals.ts';
import { spotAt } from '../spot.ts';
import { changeOf, type ActionPlace, type CodeAction } from './action.ts';
import { SIZES } from './block-reads.ts';
import { freshNames } from './fresh-names.ts';

export const newBlocks = (place: ActionPlace): readonly CodeAction[] =>
  place.diagnostics.flatMap((diagnostic) => {
    if (diagnostic.code !== 'name/unknown-layer') return [];
    const { path } = spotAt(place.file, diagnostic.span.start);
    const call = path.findLast((node): node is CallStage | Call => node.kind === 'CallStage' || node.kind === 'Call');
    const { callee } = call ?? {};
    if (!call || callee?.kind !== 'Name' || callee.span.start !== diagnostic.span.start || !/^_*[A-Z]/.test(callee.name)) return []; // prettier-ignore
    return [creation(place, diagnostic, call, callee.name, path)];
  });

function creation(place: ActionPlace, diagnostic: Diagnostic, call: CallStage | Call, name: string, path: readonly Node[]): CodeAction {
  const { text, unit } = place;
  const end = unit!.end + /^[^\n]*/.exec(text.slice(unit!.end))![0].length;
  const newText = `\n\n${blockText(place, call, name, path)}`;
  const change = changeOf(place, [{ span: { start: end, end }, newText }]);
  return { title: `Create block \`${name}\``, kind: 'quickfix', diagnostics: [diagnostic], isPreferred: false, change: () => Promise.resolve(change) };
} // prettier-ignore

function blockText(place: ActionPlace, call: CallStage | Call, name: string, path: readonly Node[]): string {
  const outer = path[path.indexOf(call) - 1];
  const lists: readonly (ArgumentList | undefined)[] = call.kind === 'CallStage' ? call.calls : [call.arguments, outer?.kind === 'Call' && outer.callee === call ? outer.arguments : undefined]; // prettier-ignore
  const fresh = freshNames(place.file);
  const parameters = (lists[0]?.arguments ?? []).map((argument) => parameterText(place, argument, fresh));
  const piped = call.kind === 'CallStage' ? [inputText(flowingIn(place, call, path), fresh, 'x')] : [];
  const given = lists[1]?.arguments ?? [];
  const inputs = [...piped, ...given.map((argument, i) => inputText(seenAt(place, argument.value), fresh, nameOf(argument) ?? (piped.length + i === 0 ? 'x' : 'context')))]; // prettier-ignore
  const all = inputs.length > 0 ? inputs : [inputText(undefined, fresh, 'x')];
  const output = `  output y = ${all[0]!.name}`;
  const list = parameters.length > 0 ? `(${parameters.join(', ')})` : '';
  return `block ${name}${list} {\n${all.map(({ declared }) => `  ${declared}\n`).join('')}${output}\n}`;
}

const nameOf = ({ name, value }: Argument): string | undefined =>
  name?.name ??
  (value.kind === 'Name' && !builtinNamed(value.name) && !layerNamed(value.name) ? value.name : undefined);

/** What flows into a stage: what the one before gives. */
function flowingIn({ sights, unit }: ActionPlace, stage: CallStage, path: readonly Node[]): Seen | undefined {
  const pipeline = path.findLast((node): node is Pipeline => node.kind === 'Pipeline');
  const before = pipeline?.stages[pipeline.stages.indexOf(stage) - 1];
  if (!pipeline || !unit || !pipeline.stages.includes(stage)) return undefined;
  return before
    ? sights?.at('stage', before.span, unit)[0]?.value
    : sights?.at('expression', pipeline.head.span, unit)[0]?.value;
}

const seenAt = ({ sights, unit }: ActionPlace, { span }: Node): Seen | undefined =>
  unit && sights?.at('expression', span, unit)[0]?.value;

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `input x: [h, w, c]`, of the rank that flows in. */
function inputText(seen: Seen | undefined, fresh: (wanted: string) => string, wanted: string) {
  const name = fresh(wanted);
  const type = seen?.kind === 'tensor' ? seen.type : undefined;
  const rank = type && rankOf(type.shape);
  const sizes = (rank === undefined ? undefined : SIZES[rank])?.map(fresh) ?? [`...${fresh('shape')}`];
  const dimensions = sizes.length > 0 ? `[${sizes.join(', ')}]` : '';
  const dtype = type && (type.dtype !== 'float32' || dimensions === '') ? type.dtype : '';
  return { name, declared: `input ${name}: ${dtype}${dimensions}` };
}

// ── parameters ────────────────────────────────────────────────────────────────────────────────────────────────────

function parameterText(place: ActionPlace, argument: Argument, fresh: (wanted: string) => string): string {
  const type = typeOf(place, argument.value);
  if (argument.name) return `${argument.name.name}: ${type}`;
  const isOption = argument.value.kind === 'Name' && [argument.value.name, 'same | valid'].includes(type);
  const given = isOption ? undefined : nameOf(argument);
  const named =
    given !== undefined && type !== 'layer' && /^[A-Z][A-Z0-9_]*$/.test(given) ? given.toLowerCase() : given;
  const fits = named !== undefined && /^_*[A-Z]/.test(named) === (type === 'layer');
  return `${fresh(fits ? named : (NAMES[type] ?? 'option'))}: ${type}`;
}

const NAMES: Readonly<Record<string, string>> = {
  int: 'size', float: 'rate', bool: 'flag', string: 'text', layer: 'Layer', activation: 'activation', 'same | valid': 'padding',
}; // prettier-ignore

/** Of what is given for it. */
function typeOf(place: ActionPlace, value: Expression): string {
  switch (value.kind) {
    case 'NumberLiteral':
      return value.isInteger ? 'int' : 'float';
    case 'BooleanLiteral':
      return 'bool';
    case 'StringLiteral':
      return 'string';
    case 'Tuple':
      return `(${value.elements.map((element) => typeOf(place, element)).join(', ')})`;
    case 'List':
      return `${value.elements[0] ? typeOf(place, value.elements[0]) : 'int'}[]`;
    case 'Pipeline':
    case 'Repeat':
    case 'For':
      return 'layer';
    case 'Call':
      return value.callee.kind === 'Name' && /^_*[A-Z]/.test(value.callee.name) ? 'layer' : 'int';
    case 'Name':
      return typeOfName(place, value.name, value.span.start);
    default:
      return 'int';
  }
}

function typeOfName(place: ActionPlace, name: string, offset: number): string {
  const { file, unit, sights } = place;
  const local = unit && localNamed(localsOf(file, unit), name, offset);
  const seen = local && sights?.at('name', local.identifier.span, local.unit)[0]?.value.kind;
  if (seen === 'float' || seen === 'bool' || seen === 'string') return seen;
  const node = local ? undefined : file.symbols.get(name)?.node;
  if (node?.kind === 'Const')
    return !node.parameters && node.value.kind.endsWith('Literal') ? typeOf(place, node.value) : 'int';
  if (local) return seen === 'instance' || seen === 'recipe' ? 'layer' : 'int';
  if (node || layerNamed(name)) return 'layer';
  if (builtinNamed(name)?.function) return 'activation';
  if (name === 'same' || name === 'valid') return 'same | valid';
  return name;
}
