/** A model without `train` → one that its outputs suggest: a class, yes or no, or a number for each position. */
import type { Unit } from '../../../grammar/unit.ts';
import { activationOf } from '../../check/activations.ts';
import { describeType } from '../../check/values.ts';
import type { GraphOutput } from '../../graph/model-graph.ts';
import { displayAxis } from '../../shapes/index.ts';
import { disabledAction, type ActionPlace, type CodeAction } from './action.ts';
import { freshNames } from './fresh-names.ts';
import { laidOut } from './laid-out.ts';
import { bodyAt } from './tree.ts';

export function newTrainBlocks(place: ActionPlace): readonly CodeAction[] {
  const found = bodyAt(place);
  const { file, unit, span, project } = place;
  if (found?.node.kind !== 'Model' || file.trains.has(unit!.name.name)) return [];
  if (span.start > found.body.span.start) return [];
  const { name } = unit!.name;
  const title = `Add \`train\` for \`${name}\``;
  const model = project.checkOf(file).models.find((one) => one.name === name);
  if (!model)
    return [disabledAction(title, 'refactor.rewrite', 'The model has errors, or parameters without a value.')];
  const outputs = model.outputs.filter(({ value }) => value.type.dtype === 'float32' && value.type.batched);
  if (outputs.length === 0) return [disabledAction(title, 'refactor.rewrite', 'None of its outputs can be trained.')];
  const newText = `\n\n${trainText(name, outputs, freshNames(file, unit))}`;
  const at = lineEnd(place.text, unit!);
  const edit = { span: { start: at, end: at }, newText };
  const target = newText.indexOf('target ') + 'target '.length;
  const change = () => laidOut(place, [edit], { edit, at: target });
  return [{ title, kind: 'refactor.rewrite', diagnostics: [], isPreferred: false, change }];
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
