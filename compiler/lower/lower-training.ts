/** One training step as a tensor program: forward, loss, gradients, clipping, update; and the evaluation of a batch. */
import { differentiate } from '../differentiate/index.ts';
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import type { GraphMetric, GraphValue, ModelGraph, ModelWeight, TrainingGraph } from '../graph/model-graph.ts';
import type { Dim } from '../shapes/index.ts';
import { clippedGradients } from './clip-gradients.ts';
import { frozenBy } from './freeze.ts';
import { metricTotals, pairSums, pairValues, weighedByExample } from './lower-pair.ts';
import type { LoweredReport, LoweredSlot, LoweredTraining } from './lowered.ts';
import { optimizerStep, slotsOf } from './optimizer-step.ts';
import { penalties } from './penalties.ts';
import { inputLeaf, neededNodes, walkModel, weightLeaf, type Walk, type WalkOptions } from './walk-model.ts';

interface Scene {
  readonly builder: GraphBuilder;
  readonly model: ModelGraph;
  readonly training: TrainingGraph;
  readonly batch: Dim;
  readonly isFrozen: (path: string) => boolean;
  /** Whether each example counts as the caller says. */
  readonly weighs: boolean;
}

/** Everything whose value a step needs; what is only an output is there for its statistics. */
function wantedValues({ model, training }: Scene): readonly GraphValue[] {
  const ofMetrics = training.metrics.flatMap((m) => [m.target, m.prediction, m.mask, m.sampleWeight]);
  return [
    training.loss,
    ...model.auxiliaryLosses.map((loss) => loss.value),
    ...ofMetrics.filter((value) => value !== undefined),
  ];
}

/** What a batch adds to a metric: total and count, or the sums of its own. */
function entriesOf(scene: Scene, walk: Walk, metric: GraphMetric): readonly TensorNode[] {
  const { builder: op, batch } = scene;
  const prediction = walk.valueOf(metric.prediction);
  const weighing = {
    mask: metric.mask && walk.valueOf(metric.mask),
    sampleWeight: metric.sampleWeight && walk.valueOf(metric.sampleWeight),
  };
  const { definition, target, parameters } = metric;
  const pair = definition && target ? { definition, parameters, target: walk.valueOf(target), prediction } : undefined;
  if (pair?.definition.accumulator) return [pairSums(op, pair, batch, weighing)];
  const values = pair ? pairValues(op, pair, batch) : op.cast(prediction, 'float32');
  const { total, count } = metricTotals(op, values, weighing);
  return [op.reshape(total, [1]), op.reshape(count, [1])];
} // prettier-ignore

/** The leaf of the weights of examples; all are 1 where the caller gives none. */
export const sampleWeightLeaf = 'sampleWeight:';
/** Their leaves by target, where the loss compares outputs with several. */
export const sampleWeightsLeaf = 'sampleWeights:';

/** The targets that the losses of the `train` block are of. */
function weighedTargets({ training }: Scene): readonly string[] {
  const nodes = [...neededNodes([training.loss])].filter((node) => node.kind === 'loss');
  const targets = nodes.flatMap(({ target: { node } }) => (node.kind === 'target' ? [node.name] : []));
  return [...new Set(targets)];
}

/** With several targets, each loss is weighed by the weights of its own; other losses by none. */
function exampleWeights(scene: Scene): Pick<WalkOptions, 'exampleWeight'> {
  if (!scene.weighs || weighedTargets(scene).length < 2) return {};
  const own = neededNodes([scene.training.loss]);
  return {
    exampleWeight: (loss) => {
      const { node } = loss.target;
      if (node.kind !== 'target' || !own.has(loss)) return undefined;
      return scene.builder.input(`${sampleWeightsLeaf}${node.name}`, 'float32', [scene.batch]);
    },
  };
}

/** The whole loss times one weight for each example, where they are not weighed by target. */
function weighedAsWhole(scene: Scene, values: TensorNode): TensorNode {
  const { builder: op, batch, weighs } = scene;
  if (!weighs || values.shape[0]?.key !== batch.key || weighedTargets(scene).length > 1) return values;
  return weighedByExample(op, values, op.input(sampleWeightLeaf, 'float32', [batch]));
}

/** What is minimised: the loss's mean, those of the auxiliary losses, and the penalties; and the report that tells of it. */
function objective(scene: Scene, walk: Walk): { readonly total: TensorNode; readonly report: TensorNode } {
  const { builder: op, model, training } = scene;
  const meanOf = (value: GraphValue): TensorNode => op.mean(op.cast(walk.valueOf(value), 'float32'));
  const auxiliary = model.auxiliaryLosses.map((loss) => meanOf(loss.value));
  const place = training.loss.node.origin;
  const total = op.withOrigin({ label: 'loss', place }, () =>
    [
      op.mean(weighedAsWhole(scene, op.cast(walk.valueOf(training.loss), 'float32'))),
      ...auxiliary,
      ...penalties(op, model, scene.isFrozen),
      ...walk.penalties,
    ].reduce((a, b) => op.add(a, b)),
  );
  const ofMetrics = training.metrics.flatMap((metric) =>
    op.withOrigin({ label: metric.name, place: metric.origin }, () => entriesOf(scene, walk, metric)),
  );
  const report = op.withOrigin({ label: 'report', place: training.origin }, () =>
    op.concat([...[total, ...auxiliary].map((scalar) => op.reshape(scalar, [1])), ...ofMetrics], 0),
  );
  return { total, report };
}

interface Learned {
  readonly weight: ModelWeight;
  readonly gradient: TensorNode;
}
/** Forward, loss and backward. */
interface Backward {
  readonly report: TensorNode;
  readonly states: readonly (readonly [string, TensorNode])[];
  /** The weights that the loss depends on. */
  readonly learned: readonly Learned[];
  readonly inputs: readonly (readonly [string, TensorNode])[];
}

function backward(scene: Scene): Backward {
  const { builder, model, batch, isFrozen } = scene;
  const wanted = [...model.outputs.map((output) => output.value), ...wantedValues(scene)];
  const walk = walkModel({ builder, model, batch, training: true, isFrozen, wanted, ...exampleWeights(scene) });
  const { total, report } = objective(scene, walk);
  return {
    report,
    states: [...walk.updates].map(([path, value]) => [`weight:${path}`, value] as const),
    ...gradientsOf({ builder, model, batch, isFrozen }, total),
  };
}

/** The gradients of a scalar by weights that are not frozen and by inputs, of those that it depends on. */
export function gradientsOf(
  { builder, model, batch, isFrozen }: Omit<Scene, 'training' | 'weighs'>,
  total: TensorNode,
): Pick<Backward, 'learned' | 'inputs'> {
  const weights = model.weights.filter((w) => w.trainable !== false && (w.dtype ?? 'float32') === 'float32' && !isFrozen(w.path)); // prettier-ignore
  const inputs = model.inputs.filter(({ node }) => node.outputs[0]!.dtype === 'float32');
  const leaves = [
    ...weights.map((w) => weightLeaf(builder, model, w.path)),
    ...inputs.map(({ node }) => inputLeaf(builder, node, batch)),
  ];
  const found = differentiate(builder, total, leaves);
  const learned = weights.flatMap((weight, i) => (found[i] === undefined ? [] : [{ weight, gradient: found[i] }]));
  const ofInputs = inputs.flatMap(({ node }, i) => {
    const gradient = found[weights.length + i];
    return gradient === undefined ? [] : [[`input:${node.name}`, gradient] as const];
  });
  return { learned, inputs: ofInputs };
}

interface Updates {
  readonly outputs: ReadonlyMap<string, TensorNode>;
  readonly slots: readonly LoweredSlot[];
}

/** The optimiser's step for each weight that has a gradient. */
function updatedWeights(scene: Scene, learned: readonly Learned[]): Updates {
  const { builder: op, model, training } = scene;
  const { optimizer } = training;
  const outputs = new Map<string, TensorNode>();
  const slots: LoweredSlot[] = [];
  const gradients = clippedGradients(op, learned.map(({ gradient }) => gradient), training); // prettier-ignore
  for (const [i, { path, sizes, constraint, origin }] of learned.map(({ weight }) => weight).entries()) {
    op.withOrigin({ path, label: optimizer.definition.name, place: origin }, () => {
      const specs = Object.entries(slotsOf(optimizer, { path, sizes }));
      const kept = Object.fromEntries(specs.map(([name, spec]) => [name, op.slot(path, name, spec.sizes ?? sizes)]));
      const weight = weightLeaf(op, model, path);
      const updated = optimizerStep(op, optimizer, { path, sizes, weight, gradient: gradients[i]!, slots: kept, constraint }); // prettier-ignore
      outputs.set(`weight:${path}`, updated.weight);
      for (const [name, spec] of specs) {
        outputs.set(`slot:${path}/${name}`, updated.slots[name]!);
        slots.push({ sizes, ...spec, name: `${path}/${name}` });
      }
    });
  }
  return { outputs, slots };
}

const gradientOutputs = ({ report, states, learned, inputs }: Backward): ReadonlyMap<string, TensorNode> =>
  new Map([
    ['report', report],
    ...states,
    ...learned.map(({ weight, gradient }) => [`gradient:${weight.path}`, gradient] as const),
    ...inputs,
  ]);

function trainingStep(scene: Scene): Omit<LoweredTraining, 'report' | 'evaluate'> {
  const { builder, training } = scene;
  const first = backward(scene);
  const all = training.freeze.length === 0 ? first : backward({ ...scene, isFrozen: () => false });
  const given = all.learned.map(({ weight }) => ({
    weight,
    gradient: builder.input(`gradient:${weight.path}`, 'float32', weight.sizes),
  }));
  const update = updatedWeights(scene, given);
  return {
    step: new Map([['report', first.report] as const, ...updatedWeights(scene, first.learned).outputs, ...first.states]), // prettier-ignore
    gradients: gradientOutputs(first),
    ...(all === first ? {} : { thawed: gradientOutputs(all) }),
    update: update.outputs,
    slots: update.slots,
  };
}

function evaluation(scene: Scene): ReadonlyMap<string, TensorNode> {
  const { builder, model, batch } = scene;
  const wanted = wantedValues(scene);
  const walk = walkModel({ builder, model, batch, training: false, isFrozen: () => false, wanted });
  return new Map([['report', objective(scene, walk).report]]);
}

function reportOf({ name, definition, parameters, prediction }: GraphMetric): LoweredReport {
  const accumulator = definition?.accumulator;
  if (!accumulator) return { name, kind: 'mean' };
  const context = { parameters, output: prediction.type };
  return { name, kind: 'sums', size: accumulator.size(context), result: accumulator.result(context) };
}

/** What layers learn from the data before training. */
function adaptation(scene: Scene): Pick<LoweredTraining, 'adapt'> {
  const { builder, model, batch } = scene;
  const wanted = [...model.outputs.map((output) => output.value), scene.training.loss];
  const { adapted } = walkModel({ builder, model, batch, training: false, isFrozen: () => false, wanted });
  return adapted.size === 0 ? {} : { adapt: adapted };
}

/** Entries of the report vector: the whole loss, the auxiliary losses, then the metrics. */
export function lowerTraining(given: Omit<Scene, 'isFrozen' | 'weighs'>): LoweredTraining {
  const scene: Scene = { ...given, isFrozen: frozenBy(given.training.freeze), weighs: true };
  const report: LoweredTraining['report'] = [
    { name: 'loss', kind: 'loss' },
    ...scene.model.auxiliaryLosses.map(({ name }) => ({ name, kind: 'loss' as const })),
    ...scene.training.metrics.map(reportOf),
  ];
  return { report, ...trainingStep(scene), evaluate: evaluation({ ...scene, weighs: false }), ...adaptation(scene) };
}
