/** A stage that is a block → what stands in the block, with what it is given in the places of its parameters, inputs and sizes. */
import type { Block, CallStage, Input, Let, Output, Pipeline, Stage, Statement } from '../../../grammar/ast.ts';
import type { FileSymbol } from '../../resolve/file-scope.ts';
import { unitOccurrences } from '../occurrences.ts';
import type { Edit } from '../plain.ts';
import { innermost } from '../spot.ts';
import { disabledAction, type ActionPlace, type CodeAction } from './action.ts';
import { BlockText, Impossible } from './block-text.ts';
import { freshNames } from './fresh-names.ts';
import { laidOut } from './laid-out.ts';
import { bodyAt, inPlaceOfName, makes, namedAnew } from './tree.ts';

export function inlinedBlocks(place: ActionPlace): readonly CodeAction[] {
  const found = bodyAt(place);
  const stage = innermost(place.spot, 'CallStage');
  if (!found || stage?.callee.kind !== 'Name' || place.span.end > stage.callee.span.end) return [];
  const { span, name } = stage.callee;
  const meant = unitOccurrences(place.file, found.unit).find((use) => use.span.start === span.start && use.role === 'callee'); // prettier-ignore
  const symbol = meant?.target.kind === 'symbol' ? meant.target.symbol : undefined;
  if (symbol?.node.kind !== 'Block') return [];
  const title = `Inline the block \`${name}\` here`;
  try {
    const edits = inlining(place, stage, symbol, symbol.node);
    const isAnew = makes({ ...place, unit: symbol.unit }, symbol.node.body.statements);
    const change = () => laidOut(place, edits);
    return [{ title: title + namedAnew(isAnew), kind: 'refactor.inline', diagnostics: [], isPreferred: false, change }];
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
    return [disabledAction(title, 'refactor.inline', error.message)];
  }
}

function inlining(place: ActionPlace, stage: CallStage, symbol: FileSymbol, node: Block): readonly Edit[] {
  if (symbol.file !== place.file) throw new Impossible('It is declared in another file.');
  const outputs = node.body.statements.filter((statement): statement is Output => statement.kind === 'Output');
  const [output] = outputs;
  if (!output || outputs.length > 1) throw new Impossible('It gives several results.');
  const block = new BlockText(place, stage, symbol, node);
  const stages = onlyStages(block, node, output);
  if (stages) {
    const span = { start: stages[0]!.span.start, end: stages.at(-1)!.span.end };
    return [{ span: stage.span, newText: block.substituted(span) }];
  }
  return asStatements(place, stage, block, node, output);
}

/** The stages of a block that is a pipeline from its first input, and nothing else. */
function onlyStages(block: BlockText, { body: { statements } }: Block, { value }: Output): readonly Stage[] | undefined {
  const [first] = statements.filter((statement): statement is Input => statement.kind === 'Input');
  const isAlone = statements.every(({ kind }) => kind === 'Input' || kind === 'Output');
  const isPiped = value.kind === 'Pipeline' && value.head.kind === 'Name' && value.head.name === first?.name.name;
  return first && isAlone && isPiped && block.usesOf(first.name).length === 1 ? (value as Pipeline).stages : undefined;
} // prettier-ignore

/** Before the statement, where it is a pipeline of its own. */
function asStatements(
  place: ActionPlace,
  stage: CallStage,
  block: BlockText,
  node: Block,
  output: Output,
): readonly Edit[] {
  const { text, spot } = place;
  const statement = spot.path.find((above): above is Let | Output => above.kind === 'Let' || above.kind === 'Output');
  const pipeline = statement?.value;
  const index = pipeline?.kind === 'Pipeline' ? pipeline.stages.indexOf(stage) : -1;
  if (!statement || pipeline?.kind !== 'Pipeline' || index < 0) throw new Impossible('It has statements, which cannot stand inside a loop, a choice or an expression.'); // prettier-ignore
  const other = node.body.statements.find(({ kind }) => kind === 'LossStatement');
  if (other) throw new Impossible('It adds a loss of its own.');
  const fresh = freshNames(place.file, place.unit);
  const lines: string[] = [];
  const before = { start: pipeline.head.span.start, end: (pipeline.stages[index - 1] ?? pipeline.head).span.end };
  const isNamed = index === 0 && pipeline.head.kind === 'Name';
  const flowing = isNamed ? text.slice(before.start, before.end) : fresh('input');
  if (!isNamed) lines.push(`let ${flowing} = ${text.slice(pipeline.span.start, before.end)}`);
  block.flowing(flowing);
  for (const own of node.body.statements) block.renameLocals(own, fresh);
  for (const own of node.body.statements) if (isCarried(own)) lines.push(block.substituted(own.span));
  const rest = text.slice(stage.span.end, pipeline.span.end);
  const value = block.substituted(output.value.span);
  const isLast = index === pipeline.stages.length - 1;
  const replaced = isLast ? value : inPlaceOfName(output.value, value, pipeline) + rest;
  const start = (statement.doc ?? statement).span.start;
  return [
    { span: { start, end: start }, newText: lines.map((line) => `${line}\n`).join('') },
    { span: pipeline.span, newText: replaced },
  ];
}

const isCarried = ({ kind }: Statement): boolean => kind !== 'Input' && kind !== 'Output';
