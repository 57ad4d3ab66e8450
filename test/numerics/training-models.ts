/**
 * Losses, metrics and optimisers → texts of models that train with them. What is registered later has its rows without a
 * change here, unless it has a required parameter that is not in `optionTexts`.
 */
import type { PairDefinition } from '../../compiler/definitions/define-function.ts';
import type { OptimizerDefinition } from '../../compiler/definitions/define-optimizer.ts';
import type { Parameters } from '../../compiler/definitions/parameters.ts';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { spreadNumbers } from './example-model.ts';

export interface TrainingModel {
  /** Of the call, for people. */
  readonly about: string;
  /** The model and its `train` block, with `NAME` for the model's name. */
  readonly text: string;
  readonly batches: readonly Readonly<Record<string, NdArray>>[];
  /** Under which name the value is reported. */
  readonly score: string;
}

/** Values other than the defaults, by the names of parameters. */
const optionTexts: Readonly<Record<string, string>> = {
  labelSmoothing: '0.1', gamma: '3.0', alpha: '0.4', beta: '0.7', delta: '0.5', q: '0.7', ignoreClass: '1', applyClassBalancing: 'true',
  recall: '0.5', precision: '0.5', specificity: '0.5', sensitivity: '0.5', numClasses: '3', targetClassIds: '(0, 1)', k: '2',
  threshold: '0.4', thresholds: '0.4', numThresholds: '50', curve: 'PR', average: 'weighted', classAggregation: 'varianceWeightedAverage',
  momentum: '0.9', nesterov: 'true', amsgrad: 'true', centered: 'true', weightDecay: '0.01', rho: '0.8', beta1: '0.8', beta2: '0.95',
}; // prettier-ignore

const classes = 3;
const features = 4;
const examples = 6;

function optionsOf(definition: { readonly name: string; readonly parameters: Parameters }, onlyRequired: boolean): string {
  const named = Object.entries(definition.parameters).filter(([, p]) => p.required || !onlyRequired);
  return named
    .filter(([name, { required }]) => {
      if (required && !(name in optionTexts)) throw new Error(`${definition.name}: give '${name}' a value in optionTexts`);
      return name in optionTexts;
    })
    .map(([name, { type }]) => `, ${name}: ${type.kind === 'numbers' && type.single !== true ? `[${optionTexts[name]!}]` : optionTexts[name]!}`)
    .join('');
} // prettier-ignore

const takesLabels = ({ targets }: PairDefinition): boolean => targets === 'classIndex' || targets === 'label';
const isSequence = ({ targets }: PairDefinition): boolean => targets === 'sequence';

/** Times of an output that is a sequence, and labels to be found in it. */
const [times, labels] = [5, 2];

const inputShape = (definition: PairDefinition): readonly number[] =>
  isSequence(definition) ? [times, features] : [features];

function targetText(definition: PairDefinition): string {
  if (isSequence(definition)) return `int32[${labels}]`;
  return takesLabels(definition) ? 'int32' : `[${classes}]`;
}

/** Class numbers, rows of labels, one-hot rows, or zeros and ones, of one batch. */
function targetFor(definition: PairDefinition, count: number, from: number): NdArray {
  const numbers = Array.from({ length: count }, (_, i) => ((from + i) * 5 + 1) % classes);
  if (takesLabels(definition)) return ndArray([count], numbers, 'int32');
  // Labels are 1 and up; 0 fills up a short row.
  if (isSequence(definition)) return ndArray([count, labels], numbers.flatMap((one) => [1 + (one % 2), one]), 'int32'); // prettier-ignore
  const rows = numbers.flatMap((label, i) =>
    Array.from({ length: classes }, (_, k) =>
      definition.targets === 'oneHot' ? Number(k === label) : (i * 3 + k * 2 + from) % 5 < 2 ? 1 : 0,
    ),
  );
  return ndArray([count, classes], rows);
}

const usualActivation = ({ expects, targets }: PairDefinition): string =>
  expects === 'logits'
    ? 'linear'
    : expects === 'softmax' || (expects === 'any' && targets !== 'same')
      ? 'softmax'
      : 'sigmoid';

/** `binaryCrossentropy(t, y, fromLogits: true)` of an output with this activation and what follows it. */
interface Variant {
  readonly activation: string;
  readonly after?: string;
  readonly options: string;
}

function lossModel(definition: PairDefinition, { activation, after = '', options }: Variant): TrainingModel {
  const call = `${definition.name}(t, y${options})`;
  const text = `model NAME {
  input x: [${inputShape(definition).join(', ')}]
  output y = x -> Dense(${classes}, activation: ${activation})${after}
}
train NAME {
  target t: ${targetText(definition)}
  loss: ${call}
  optimizer: sgd(learningRate: 0.1)
}`;
  const batch = { x: spreadNumbers([examples, ...inputShape(definition)], 2), t: targetFor(definition, examples, 0) };
  return { about: `${call} of ${activation}${after === '' ? '' : ', hidden'}`, text, batches: [batch], score: 'loss' };
}

/** From the usual activation; from logits; with that activation out of sight; and with every option. */
export function lossModels(definition: PairDefinition): readonly TrainingModel[] {
  const activation = usualActivation(definition);
  const required = optionsOf(definition, true);
  const every = optionsOf(definition, false);
  const variants: Variant[] = [{ activation, options: required }];
  if (definition.expects !== 'any')
    variants.push({ activation, after: ' -> multiply(0.9) -> add(0.03)', options: required });
  if ('fromLogits' in definition.parameters)
    variants.push({ activation: 'linear', options: `${required}, fromLogits: true` });
  if (every !== required) variants.push({ activation, options: every });
  return variants.map((variant) => lossModel(definition, variant));
}

/** With defaults, and with every option, over two batches. */
export function metricModels(definition: PairDefinition): readonly TrainingModel[] {
  const [required, every] = [optionsOf(definition, true), optionsOf(definition, false)];
  return [...new Set([required, every])].map((options) => {
    const call = `${definition.name}(t, y${options})`;
    const text = `model NAME {
  input x: [${features}]
  output y = x -> Dense(${classes}, activation: ${usualActivation(definition)})
}
train NAME {
  target t: ${targetText(definition)}
  target u: [${classes}]
  loss: meanSquaredError(u, y)
  metrics: [${call}]
  optimizer: sgd(learningRate: 0.1)
}`;
    const batches = [examples, examples - 2].map((count, i) => ({
      x: spreadNumbers([count, features], 2 + i),
      t: targetFor(definition, count, i),
      u: spreadNumbers([count, classes], 5 + i),
    }));
    return { about: call, text, batches, score: definition.name };
  });
}

/** With defaults, and with every option. */
export function optimizerModels(definition: OptimizerDefinition): readonly TrainingModel[] {
  const every = optionsOf(definition, false);
  return [...new Set(['', every])].map((options) => {
    const call = `${definition.name}(learningRate: 0.05${options})`;
    const text = `model NAME {
  input x: [${features}]
  output y = x -> Dense(5, activation: tanh) -> Dense(${classes})
}
train NAME {
  target u: [${classes}]
  loss: meanSquaredError(u, y)
  optimizer: ${call}
}`;
    const batch = { x: spreadNumbers([examples, features], 2), u: spreadNumbers([examples, classes], 5) };
    return { about: call, text, batches: [batch], score: 'loss' };
  });
}
