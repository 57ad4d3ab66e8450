/**
 * The constants of a model as data: what its inputs, outputs and weights look like, and what must hold of them.
 */
import type { NamedUse, PlainArgument } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import type {
  GraphInput,
  GraphRequirement,
  GraphValueRequirement,
  ModelGraph,
  ModelWeight,
} from '../graph/model-graph.ts';
import type { LoweredTraining } from '../lower/lowered.ts';
import {
  asNumber,
  displayAxis,
  displayCondition,
  isSpread,
  variablesOfCondition,
  type Axis,
  type Condition,
  type Dim,
} from '../shapes/index.ts';
import { code, runtimeType, typeOnly } from './code.ts';
import { propertyKey, Scope } from './identifiers.ts';
import type { Value, ValueRecord } from './literal.ts';
import { rateCode } from './rate-code.ts';
import { conditionText } from './size-code.ts';
import { baseName } from './source-names.ts';

const lineOf = ({ file, span }: Place): number => file.positionAt(span.start).line;

/** A size of one example: a number, or an expression in `.nn` syntax. */
const axisValue = (axis: Axis): Value => (isSpread(axis) ? undefined : asNumber(axis)) ?? displayAxis(axis);

export const tensorSpec = ({ dtype, shape }: TensorType): ValueRecord => ({ dtype, shape: shape.map(axisValue) });

export const namedValue = (use: NamedUse): ValueRecord => ({
  name: use.name,
  ...Object.fromEntries(Object.entries(use.arguments).map(([name, argument]) => [name, argumentValue(argument)])),
});

function argumentValue(argument: PlainArgument): Value {
  if (typeof argument !== 'object' || Array.isArray(argument)) return argument as Value;
  return 'rateFunction' in argument ? rateCode(argument) : namedValue(argument as NamedUse);
}

const weightSpec = (weight: ModelWeight): ValueRecord => ({
  dtype: weight.dtype ?? 'float32',
  shape: weight.sizes,
  trainable: weight.trainable ?? true,
  initializer: namedValue(weight.initializer),
  line: lineOf(weight.origin),
});

/** A record that keeps every key, `__proto__` too. */
export const recordOf = <T>(items: readonly T[], entry: (item: T) => readonly [string, Value]): ValueRecord =>
  Object.fromEntries(items.map(entry));

/** `({ h = NaN }: Sizes) => h % 16 === 0`; a size that is missing makes every comparison fail. */
function holdsValue(condition: Condition): Value {
  const scope = new Scope();
  const names = new Map(
    variablesOfCondition(condition).map((v) => [v.id, { key: v.name, name: scope.freshNear(v.name) }]),
  );
  const fields = [...names.values()].map(({ key, name }) =>
    key === name ? `${name} = NaN` : `${propertyKey(key)}: ${name} = NaN`,
  );
  const sizes = runtimeType('Sizes');
  return {
    code: code`({ ${fields.join(', ')} }${typeOnly(code`: ${sizes}`)}) => ${conditionText(condition, (v) => names.get(v.id)!.name)}`,
    type: code`(sizes: ${sizes}) => boolean`,
  };
}

export const requirements = (given: readonly GraphRequirement[]): Value =>
  given.map(({ condition, origin }) => ({ text: displayCondition(condition), line: lineOf(origin), holds: holdsValue(condition) })); // prettier-ignore

export const valueRequirements = (requirements: readonly GraphValueRequirement[]): Value =>
  requirements.map(({ tensor, from, below, origin }) => ({ tensor, ...(from === undefined ? {} : { from }), below, line: lineOf(origin) })); // prettier-ignore

/** What stands in for an input that is left out: one number, or the values of one example. */
function defaultOf({ defaultValue }: GraphInput): ValueRecord {
  if (!defaultValue) return {};
  const { values } = defaultValue;
  return { default: values.length === 1 ? values[0]! : values };
}

export function modelSpec(model: ModelGraph, sourcePath: string): ValueRecord {
  return {
    name: model.name,
    source: baseName(sourcePath),
    inputs: recordOf(model.inputs, (input) => [
      input.node.name,
      { ...tensorSpec(input.node.outputs[0]!), line: lineOf(input.node.origin), ...defaultOf(input) },
    ]),
    outputs: recordOf(model.outputs, ({ name, value }) => [name, tensorSpec(value.type)]),
    weights: recordOf(model.weights, (weight) => [weight.path, weightSpec(weight)]),
    requirements: requirements(model.requirements),
    valueRequirements: valueRequirements(model.valueRequirements),
  };
}

/** What training tells of each epoch, in the order of its report. */
export const scoreNames = ({ auxiliaryLosses, training }: ModelGraph): readonly string[] => [
  'loss',
  ...auxiliaryLosses.map(({ name }) => name),
  ...(training?.metrics ?? []).map(({ name }) => name),
];

const isNamedUse = (value: unknown): value is NamedUse =>
  typeof value === 'object' && value !== null && 'arguments' in value;

export const wholeOf = (size: unknown): number | undefined => (size === undefined ? undefined : asNumber(size as Dim));

/** The constant part of a `TrainingProgram`. */
export function trainingSpec(model: ModelGraph, lowered: LoweredTraining): ValueRecord {
  const training = model.training!;
  const { definition, parameters } = training.optimizer;
  const rate = parameters['learningRate'];
  return {
    targets: recordOf(training.targets, ({ node }) => [
      node.name,
      { ...tensorSpec(node.outputs[0]!), line: lineOf(node.origin) },
    ]),
    ...(training.requirements.length > 0 ? { requirements: requirements(training.requirements) } : {}),
    valueRequirements: valueRequirements(training.valueRequirements),
    defaults: {
      batchSize: training.batchSize,
      epochs: training.epochs,
      validationSplit: training.validationSplit,
      shuffle: training.shuffle,
      callbacks: training.callbacks.map(namedValue),
    },
    optimizer: {
      name: definition.name,
      learningRate: isNamedUse(rate) ? namedValue(rate) : Number(rate),
      accumulationSteps: wholeOf(parameters['gradientAccumulationSteps']),
      averages:
        parameters['useEma'] === true
          ? { overwriteFrequency: wholeOf(parameters['emaOverwriteFrequency']) }
          : undefined,
      slots: recordOf(lowered.slots, ({ name, sizes, initial }) => [name, { shape: sizes, initial }]),
    },
    report: lowered.report.map((entry) => ({ ...entry })),
  };
}
