/** A run of stages, or of statements → a block of their own, with parameters and inputs for what they read. */
import type { Node, Pipeline, Stage, Statement } from '../../../grammar/ast.ts';
import type { Span } from '../../../grammar/source.ts';
import { visit } from '../../../grammar/visit.ts';
import type { Seen } from '../../check/sights.ts';
import type { TensorType } from '../../definitions/types.ts';
import { localsOf } from '../locals.ts';
import { unitOccurrences } from '../occurrences.ts';
import type { Edit } from '../plain.ts';
import { edited } from '../text-edits.ts';
import { disabledAction, type ActionPlace, type CodeAction, type CodeChange } from './action.ts';
import { inputType, readsOf, renamings, Unreadable, type Read, type SizeForm } from './block-reads.ts';
import { freshNames } from './fresh-names.ts';
import { laidOut } from './laid-out.ts';
import { bodyAt, makes, namedAnew, stageLists, startWithComment, trimmedSpan } from './tree.ts';

const title = 'Extract into a block';

export function extractedBlocks(place: ActionPlace): readonly CodeAction[] {
  const found = bodyAt(place);
  if (!found || place.text.slice(place.span.start, place.span.end).trim() === '') return [];
  const span = trimmedSpan(place.text, place.span);
  const stages = stagesIn(found.body, span);
  const statements = found.body.statements.filter((node) => node.span.start < span.end && span.start < node.span.end);
  const areWhole = statements.every((node) => span.start <= node.span.start && node.span.end <= span.end);
  if (!stages && (!areWhole || statements.length === 0)) return [];
  try {
    const piece = stages ? ofStages(place, stages, found.body) : ofStatements(place, statements);
    const change = () => extraction(place, piece);
    const named = namedAnew(makes(place, piece.nodes));
    return [{ title: title + named, kind: 'refactor.extract', diagnostics: [], isPreferred: false, change }];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return [disabledAction(title, 'refactor.extract', error.message)];
  }
}

/** What is taken out, and what stands there instead. */
interface Piece {
  readonly nodes: readonly Node[];
  readonly span: Span;
  readonly reads: readonly Read[];
  /** Types of what flows in. */
  readonly piped: readonly TensorType[];
  /** The statements of the block, but for its inputs; `flowing`: what flows in, `result`: a name for what comes out. */
  readonly body: (renamed: string, flowing: string, result: string) => string;
  /** What is written where the piece was: `made` makes the block, `given` is what it is applied to. */
  readonly use: (made: string, given: readonly string[]) => string;
}

// ── stages ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of a pipeline that is selected from its beginning on, what it begins with stays. */
function stagesIn(body: Node, span: Span): readonly Stage[] | undefined {
  let stages = stageLists(body).map((list) => runIn(list, span)).find((run) => run !== undefined); // prettier-ignore
  visit(body, (node) => {
    if (node.kind !== 'Pipeline' || node.span.start !== span.start || node.head.kind === 'Repeat') return;
    stages ??= runIn(node.stages, { start: node.stages[0]!.span.start, end: span.end });
  });
  return stages;
}

/** The stages of a list that are selected, whole. */
function runIn(list: readonly Stage[], { start, end }: Span): readonly Stage[] | undefined {
  const first = list.findIndex(({ span }) => span.start === start);
  const last = list.findIndex(({ span }) => span.end === end);
  return first < 0 || last < first ? undefined : list.slice(first, last + 1);
}

function ofStages(place: ActionPlace, stages: readonly Stage[], body: Node): Piece {
  const span = { start: stages[0]!.span.start, end: stages.at(-1)!.span.end };
  const piped = typesOf(flowingInto(place, stages[0]!, body));
  const given = place.sights?.at('stage', stages.at(-1)!.span, place.unit!)[0]?.value;
  if (given?.kind === 'tuple') throw new Unreadable('It gives several results.');
  return {
    nodes: stages,
    span,
    reads: readsOf(place, span),
    piped,
    body: (renamed, flowing, result) =>
      `output ${result} = ${flowing}${renamed.includes('\n') ? '\n' : ' '}-> ${renamed}`,
    use: (made, [...given_]) => (given_.length > 0 ? `${made.includes('(') ? made : `${made}()`}(${given_.join(', ')})` : made), // prettier-ignore
  };
}

/** What flows into a stage: what the checker saw there, or what the one before gives. */
function flowingInto({ sights, unit }: ActionPlace, stage: Stage, body: Node): Seen | undefined {
  const seen = sights?.at('stage', stage.span, unit!)[0]?.given;
  if (seen) return seen;
  let before: Node | undefined;
  visit(body, (node) => {
    if (node.kind !== 'Pipeline') return;
    const index = (node as Pipeline).stages.indexOf(stage);
    if (index >= 0) before = node.stages[index - 1] ?? node.head;
  });
  if (!before) return undefined;
  return (sights?.at('stage', before.span, unit!)[0] ?? sights?.at('expression', before.span, unit!)[0])?.value;
}

function typesOf(seen: Seen | undefined): readonly TensorType[] {
  if (seen?.kind === 'tensor') return [seen.type];
  if (seen?.kind === 'tuple') return seen.elements.flatMap(typesOf);
  throw new Unreadable('What flows in is not known, or not one tensor in all cases.');
}

// ── statements ────────────────────────────────────────────────────────────────────────────────────────────────────

function ofStatements(place: ActionPlace, statements: readonly Statement[]): Piece {
  const { file, unit, text, sights } = place;
  const kept = statements.find(({ kind }) => kind === 'Input' || kind === 'Output' || kind === 'LossStatement');
  if (kept) throw new Unreadable('Inputs, outputs and losses stay where they are.');
  const first = statements[0]!;
  const span = { start: startWithComment(text, (first.doc ?? first).span.start), end: statements.at(-1)!.span.end };
  const reads = readsOf(place, span);
  if (!reads.some(({ input }) => input)) throw new Unreadable('It reads no tensor, so nothing flows into it.');
  const train = unit!.node.kind === 'Model' ? file.trains.get(unit!.name.name) : undefined;
  const everywhere = [unit!, ...(train ? [train] : [])].flatMap((one) => unitOccurrences(file, one));
  const outside = everywhere.filter(({ span: use }) => use.start < span.start || span.end <= use.start);
  const starts = new Set(outside.flatMap(({ target }) => (target.kind === 'local' ? [target.local.identifier.span.start] : []))); // prettier-ignore
  const isWanted = (at: number): boolean => starts.has(at);
  const wanted = localsOf(file, unit!).filter(({ identifier }) => span.start <= identifier.span.start && identifier.span.end <= span.end && isWanted(identifier.span.start)); // prettier-ignore
  const lets = wanted.map(({ node, name, identifier }) => {
    const isTensor = sights?.at('name', identifier.span, unit!)[0]?.value.kind === 'tensor';
    if (node.kind !== 'Let' || node.pattern.kind !== 'NamePattern' || !isTensor) throw new Unreadable(`\`${name}\` is used later, and a block gives tensors that have a \`let\` of their own.`); // prettier-ignore
    return { node, name };
  });
  if (lets.length === 0) throw new Unreadable('Nothing that it computes is used later.');
  const asOutputs = lets.map(({ node }): Edit => ({ span: { start: node.span.start, end: node.span.start + 'let'.length }, newText: 'output' })); // prettier-ignore
  const names = lets.map(({ name }) => name);
  return {
    nodes: statements,
    span,
    reads,
    piped: [],
    body: () => edited(text.slice(span.start, span.end), [...asOutputs, ...renamings(reads)].map((edit) => moved(edit, -span.start))), // prettier-ignore
    use: (made, given) => `let ${oneOrTuple(names)} = ${oneOrTuple(given)} -> ${made}`,
  };
}

const oneOrTuple = (names: readonly string[]): string => (names.length > 1 ? `(${names.join(', ')})` : names.join());

const moved = ({ span, newText }: Edit, by: number): Edit => ({
  span: { start: span.start + by, end: span.end + by },
  newText,
});

// ── the block ─────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * With the names that sizes have around it; where that is wrong over all sizes, with the numbers that there are, and
 * where sizes of several inputs hang together in ways that inputs cannot say, with a name for each.
 */
async function extraction(place: ActionPlace, piece: Piece): Promise<CodeChange> {
  let chosen = edits(place, piece, 'named');
  let fewest = errorsAfter(place, chosen);
  for (const sizes of ['exact', 'loose'] as const) {
    if (fewest === 0) break;
    const other = edits(place, piece, sizes);
    const errors = errorsAfter(place, other);
    if (errors < fewest) [chosen, fewest] = [other, errors];
  }
  return laidOut(place, chosen.edits, { edit: chosen.edits[1]!, at: chosen.edits[1]!.newText.indexOf(chosen.name) });
}

interface Edits {
  readonly name: string;
  readonly edits: readonly Edit[];
}

function errorsAfter({ project, file, text }: ActionPlace, { edits: all }: Edits): number {
  const { path } = file.source;
  const found = project.withText(path, edited(text, all), () => project.check(path)!.diagnostics);
  return found.filter(({ severity }) => severity === 'error').length;
}

function edits(place: ActionPlace, piece: Piece, form: SizeForm): Edits {
  const { file, unit, text } = place;
  const name = freshNames(file)(blockName(piece.nodes));
  const reads = piece.reads;
  const fresh = freshNames(file);
  for (const read of reads) fresh(read.name);
  const sizes = new Set(localsOf(file, unit!).filter(({ what }) => what === 'size').map((local) => local.name)); // prettier-ignore
  const result = fresh('y');
  const flowing = piece.piped.map((type, i) => ({ name: fresh(piece.piped.length > 1 ? 'abcdefgh'[i]! : 'x'), type }));
  const inputs = [...flowing, ...reads.flatMap((read) => (read.input ? [{ name: read.name, type: read.input }] : []))];
  const typed = inputs.map((input) => `input ${input.name}: ${inputType(input.type, sizes, fresh, form)}`);
  // A size that an input brings is not given once more.
  const isBrought = (wanted: string): boolean => typed.some((line) => new RegExp(`\\[(?:[^\\]]*, )?${wanted}[,\\]]`).test(line)); // prettier-ignore
  const parameters = reads.filter((read) => read.parameter !== undefined && !(read.local.what === 'size' && isBrought(read.local.name))); // prettier-ignore
  const list = parameters.map((read) => `${read.name}${read.parameter!}`).join(', ');
  const renamed = edited(text.slice(piece.span.start, piece.span.end), renamings(reads).map((edit) => moved(edit, -piece.span.start))); // prettier-ignore
  const head = oneOrTuple(flowing.map((one) => one.name));
  const block = `block ${name}${list === '' ? '' : `(${list})`} {\n${typed.join('\n')}\n\n${piece.body(renamed, head, result)}\n}\n\n`; // prettier-ignore
  const made = parameters.length > 0 ? `${name}(${parameters.map((read) => read.local.name).join(', ')})` : name;
  const given = reads.flatMap((read) => (read.input ? [read.local.name] : []));
  const at = declarationStart(text, unit!.start);
  return { name, edits: [{ span: { start: at, end: at }, newText: block }, { span: piece.span, newText: piece.use(made, given) }] }; // prettier-ignore
}

/** Before the comments right above a declaration. */
function declarationStart(text: string, start: number): number {
  let at = text.lastIndexOf('\n', start - 1) + 1;
  for (;;) {
    const before = text.lastIndexOf('\n', at - 2) + 1;
    if (at === 0 || !/^\s*\/\//.test(text.slice(before, at))) return at;
    at = before;
  }
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/Attention/, 'AttentionBlock'], [/LSTM|GRU|RNN/, 'RecurrentBlock'], [/Conv/, 'ConvBlock'], [/Dense/, 'DenseBlock'],
  [/Pooling/, 'PoolingBlock'], [/Embedding/, 'EmbeddingBlock'], [/Normalization/, 'NormalizationBlock'],
]; // prettier-ignore

/** After what characterises it. */
function blockName(nodes: readonly Node[]): string {
  const names: string[] = [];
  for (const node of nodes) visit(node, (inner) => void (inner.kind === 'Name' && names.push(inner.name)));
  const kind = KINDS.find(([pattern]) => names.some((name) => pattern.test(name)));
  const first = names.find((name) => /^[A-Z]/.test(name));
  return kind?.[1] ?? (first === undefined || /^[A-Z_0-9]+$/.test(first) ? 'NewBlock' : `${first}Block`);
}
