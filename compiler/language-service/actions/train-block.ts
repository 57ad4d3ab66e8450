/** A model without `train` → one that its outputs suggest: a class, yes or no, or a number for each position. */
import type { Model, Output } from '../../../grammar/ast.ts';
import type { Unit } from '../../../grammar/unit.ts';
import { activationOf } from '../../check/activations.ts';
import { describeType } from '../../check/values.ts';
import type { TensorType } from '../../definitions/types.ts';
import type { GraphOutput } from '../../graph/model-graph.ts';
import { displayAxis } from '../../shapes/index.ts';
import { disabledAction, type ActionPlace, type CodeAction, type CodeChange } from './action.ts';
import { freshNames } from './fresh-names.ts';
import { laidOut } from './laid-out.ts';
import { bodyAt } from './tree.ts';

export function newTrainBlocks(place: ActionPlace): readonly CodeAction[] {
  const found = bodyAt(place);
  const { file, unit, span } = place;
  if (found?.node.kind !== 'Model' || file.trains.has(unit!.name.name)) return [];
  if (span.start > found.body.span.start) return [];
  const title = `Add \`train\` for \`${unit!.name.name}\``;
  const problem = whyNot(place, found.node);
  if (problem !== undefined) return [disabledAction(title, 'refactor.rewrite', problem)];
  return [{ title, kind: 'refactor.rewrite', diagnostics: [], isPreferred: false, change: () => addition(place) }];
}

function whyNot({ allDiagnostics, unit, sights }: ActionPlace, { parameters, body }: Model): string | undefined {
  if (parameters.some(({ defaultValue }) => !defaultValue)) return 'The model has parameters without a value.';
  if (allDiagnostics.some(({ severity, span }) => severity === 'error' && unit!.holds(span))) return 'The model has errors.'; // prettier-ignore
  const outputs = body.statements.filter((statement): statement is Output => statement.kind === 'Output');
  const seen = outputs.map(({ name }) => sights?.at('name', name.span, unit!).at(-1)?.value);
  const isTrained = seen.some((value) => value?.kind === 'tensor' && canBeTrained(value.type));
  return isTrained ? undefined : 'None of its outputs can be trained.';
}

const canBeTrained = ({ dtype, batched }: TensorType): boolean => dtype === 'float32' && batched;

/** The graph is made only now: it tells which activation an output ends with. */
function addition(place: ActionPlace): Promise<CodeChange> {
  const { file, unit, project, text } = place;
  const { name } = unit!.name;
  const model = project.checkOf(file).models.find((one) => one.name === name);
  const outputs = model?.outputs.filter(({ value }) => canBeTrained(value.type)) ?? [];
  if (outputs.length === 0) return Promise.resolve({ edit: new Map() });
  const newText = `\n\n${trainText(name, outputs, freshNames(file, unit))}`;
  const at = lineEnd(text, unit!);
  const edit = { span: { start: at, end: at }, newText };
  return laidOut(place, [edit], { edit, at: newText.indexOf('target ') + 'target '.length });
}

const lineEnd = (text: string, { end }: Unit): number => end + /^[^\r\n]*/.exec(text.slice(end))![0].length;

/** Losses and metrics by the activation that the output ends with. */
const FITTING: Readonly<Record<string, { readonly loss: string; readonly metric: string; readonly target: string }>> = {
  softmax: { loss: 'sparseCategoricalCrossentropy', metric: 'sparseCategoricalAccuracy', target: 'label' },
  sigmoid: { loss: 'binaryCrossentropy', metric: 'binaryAccuracy', target: 'label' },
  other: { loss: 'meanSquaredError', metric: 'meanAbsoluteError', target: 'target' },
};

function trainText(model: string, outputs: readonly GraphOutput[], fresh: (wanted: string) => string): string {
  const parts = outputs.map(({ name, value }) => {
    const { shape } = value.type;
    const activation = activationOf(value)?.name ?? 'other';
    const isSparse = activation === 'softmax' && shape.length > 0;
    const { loss, metric, target } = FITTING[activation === 'softmax' && !isSparse ? 'other' : activation] ?? FITTING['other']!; // prettier-ignore
    const wanted = outputs.length === 1 ? (target === 'target' ? 'expected' : target) : `${name}${target === 'label' ? 'Label' : 'Expected'}`; // prettier-ignore
    const own = fresh(wanted);
    const axes = shape.slice(0, -1).map(displayAxis);
    const type = isSparse ? `int32${axes.length > 0 ? `[${axes.join(', ')}]` : ''}` : shape.length === 0 ? 'float32' : describeType(value.type); // prettier-ignore
    return { target: `target ${own}: ${type}`, loss: `${loss}(${own}, ${name})`, metric: `${metric}(${own}, ${name})` };
  });
  return `train ${model} {
${parts.map(({ target }) => target).join('\n')}
loss: ${parts.map(({ loss }) => loss).join(' + ')}
metrics: [${parts.map(({ metric }) => metric).join(', ')}]
optimizer: adam(learningRate: 1e-3)
batchSize: 32
epochs: 10
}`;
}
