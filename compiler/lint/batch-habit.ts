/** `lint/batch-habit`: a batch axis written where the language has none. */
import { trainNamed } from '../resolve/file-scope.ts';
import type { Dimension, Expression, Model, Train } from '../../grammar/ast.ts';
import { lintBatchHabit } from '../diagnostics/catalogue/lints.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import { asInteger, isSpread, type Dim } from '../shapes/index.ts';
import type { Finding, NodeLint, Subject, SubjectLint } from './lint.ts';
import { literalNumber } from './program-text.ts';

/** The sizes that a reshape is given, as written: one by one, or as one tuple or list. */
function writtenSizes(node: ApplyNode, { text }: Subject): readonly Expression[] {
  const isLayer = node.definition.kind === 'layer';
  const written = text.writtenAt(node.origin, isLayer);
  if (!written || written.callee !== node.definition.name) return [];
  const positional = written.arguments.filter((argument) => !argument.name).map((argument) => argument.value);
  const named = written.arguments.find(({ name }) => name?.name === 'newShape' || name?.name === 'targetShape')?.value;
  const given = named ? [named] : isLayer || written.isStage ? positional : positional.slice(1);
  const only = given.length === 1 ? given[0] : undefined;
  return only && (only.kind === 'Tuple' || only.kind === 'List') ? only.elements : given;
}

/** A leading -1, as in `tf.reshape(x, [-1, 784])`, or the batch size in front. */
export const batchHabit: NodeLint = (node, subject) => {
  const { name } = node.definition;
  if (name !== 'reshape' && name !== 'Reshape') return undefined;
  const sizes = writtenSizes(node, subject);
  const [first, second] = sizes;
  if (!first || !second) return undefined;
  const size = literalNumber(first);
  const place = { file: subject.text.source, span: first.span };
  if (size === -1) {
    const becomes = node.outputs[0]!.shape[0] as Dim;
    const edits = asInteger(becomes) === 1 ? [{ span: { start: first.span.start, end: second.span.start }, newText: '' }] : undefined; // prettier-ignore
    return { problem: lintBatchHabit.open({ becomes, edits }), place };
  }
  const batchSize = writtenBatchSize(subject);
  if (size === undefined || size !== batchSize || literalNumber(second) === size) return 'fine';
  // An axis that was there before is kept.
  const before = node.inputs[0]?.type.shape[0];
  if (before && !isSpread(before) && asInteger(before) === size) return 'fine';
  return { problem: lintBatchHabit.size({ batchSize }), place };
};

/** Declared shapes that begin with the batch size: all inputs and targets, or it is a size like any other. */
export const batchInShapes: SubjectLint = (subject) => {
  const batchSize = writtenBatchSize(subject);
  const model = modelOf(subject);
  const train = trainOf(subject);
  if (batchSize === undefined || !model || !train) return [];
  const inputs = model.body.statements.filter((statement) => statement.kind === 'Input');
  const targets = train.items.filter((item) => item.kind === 'Target');
  const shapes = inputs.map(({ type }) => type.dimensions ?? []);
  const isLed = (dimensions: readonly Dimension[]): boolean => leading(dimensions) === batchSize;
  const all = [...shapes, ...targets.map(({ type }) => type.dimensions ?? [])];
  const isSquare = shapes.some(([first, second]) => sizeOf(first) === sizeOf(second));
  if (shapes.length === 0 || !all.every(isLed) || shapes.some((shape) => shape.length < 2) || isSquare) return [];
  return shapes.slice(0, 1).map(([first]): Finding => ({
    problem: lintBatchHabit.size({ batchSize }),
    place: { file: subject.text.source, span: first!.span },
  }));
}; // prettier-ignore

const sizeOf = (dimension: Dimension | undefined): number | undefined =>
  dimension?.kind === 'NumberLiteral' ? dimension.value : undefined;
const leading = ([first]: readonly Dimension[]): number | undefined => sizeOf(first);

/** The batch size, where the program says one. */
function writtenBatchSize(subject: Subject): number | undefined {
  const field = trainOf(subject)?.items.find((item) => item.kind === 'TrainField' && item.name.name === 'batchSize');
  return field?.kind === 'TrainField' ? literalNumber(field.value) : undefined;
}

function trainOf({ graph, text }: Subject): Train | undefined {
  return graph && trainNamed(text.file, graph.name);
}

function modelOf({ graph, text }: Subject): Model | undefined {
  const node = graph && text.file.symbols.get(graph.name)?.node;
  return node?.kind === 'Model' ? node : undefined;
}
