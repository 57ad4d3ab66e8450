/**
 * What the parts of a model are called in its module. A class keeps the model's name unless that name means something in
 * the module already (`Map` may, `Promise` and `Model` may not); it is then exported under it all the same.
 */
import type { TrainableModel } from '../../runtime/index.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { capitalised, Scope, uncapitalised } from './identifiers.ts';

export interface ModelNames {
  /** The class and its namespace within the module. */
  readonly class: string;
  /** What they are exported as. */
  readonly exported: string;
  readonly spec: string;
  readonly infer: string;
  readonly program: string;
  /** In the training module: the exported constant is called as the class. */
  readonly gradients: string;
  /** `gradients` with nothing frozen. */
  readonly allGradients: string;
  readonly update: string;
  readonly forwardPass: string;
  readonly backwardPass: string;
  readonly inferencePass: string;
  readonly inferenceBackward: string;
  readonly evaluate: string;
  readonly slots: string;
  readonly adapt: string;
  /** Whether the module imports `kernels`, which registers what it computes with. */
  readonly kernels: boolean;
  /** By the member's name. */
  readonly members: ReadonlyMap<string, MemberNames>;
}
export interface MemberNames {
  readonly infer: string;
  readonly program: string;
  /** The property of the class. */
  readonly property: string;
  /** What the names of its types begin with. */
  readonly types: string;
}

/** Names of one file's models. A single model's functions need no prefix. */
export function modelNames(
  models: readonly ModelGraph[],
  taken: Iterable<string>,
  kernels = false,
): ReadonlyMap<ModelGraph, ModelNames> {
  const scope = new Scope(taken, outputTypes);
  const several = models.length > 1;
  const classes = new Map(models.map((model) => [model, scope.freshNear(model.name)]));
  const named = models.map((model): [ModelGraph, ModelNames] => {
    const own = (part: string): string => scope.fresh(several ? uncapitalised(model.name) + capitalised(part) : part);
    const names = {
      class: classes.get(model)!,
      exported: model.name,
      spec: own('spec'),
      infer: own('infer'),
      program: own('program'),
      gradients: own('gradients'),
      allGradients: own('allGradients'),
      update: own('update'),
      forwardPass: own('forwardPass'),
      backwardPass: own('backwardPass'),
      inferencePass: own('inferencePass'),
      inferenceBackward: own('inferenceBackward'),
      evaluate: own('evaluate'),
      slots: own('slots'),
      adapt: own('adapt'),
      kernels,
      members: memberNames(model, own),
    };
    return [model, names];
  });
  return new Map(named);
}

function memberNames(model: ModelGraph, own: (part: string) => string): ReadonlyMap<string, MemberNames> {
  const types = new Scope();
  return new Map(
    (model.members ?? []).map(({ name }) => {
      const [infer, program] = [own(`infer${capitalised(name)}`), own(`${name}Member`)];
      const property = Object.hasOwn(inherited, name) ? `${name}_` : name;
      return [name, { infer, program, property, types: types.freshNear(capitalised(name)) }];
    }),
  );
}

/** What a class inherits, so that no member is called so. */
const inherited: Readonly<Record<keyof TrainableModel | 'constructor', true>> = {
  constructor: true, state: true, device: true, seed: true, loaded: true, predicting: true, predict: true, predictOne: true, run: true,
  weights: true, setWeights: true, warmUp: true, toBytes: true, save: true, forward: true, applyGradients: true, freeze: true, unfreeze: true,
  checkpoint: true, summary: true, dispose: true, [Symbol.dispose]: true, stopTraining: true, learningRate: true, step: true,
  fit: true, training: true, evaluate: true, trainStep: true, gradients: true, resetOptimizer: true,
}; // prettier-ignore

/** Types that the module writes without importing them. */
const outputTypes = ['Float32Array', 'Int32Array', 'Uint8Array', 'Record', 'Readonly', 'Partial', 'AsyncIterable'];
