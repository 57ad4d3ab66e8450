/**
 * The classes of models as programs see them that are built with `tensors: false`: without what gives or takes tfjs's tensors. At run time they are
 * the same ones.
 */
import type { Member } from './member.ts';
import { Model, type WeightSpecs } from './model.ts';
import type { ModelState } from './model-state.ts';
import type { Numbers } from './tensor-types.ts';
import { TrainableModel } from './trainable-model.ts';

/** What is of no use without tensors, or takes them along. */
type OfTensors = 'predict' | 'predictOne' | 'forward' | 'gradients' | 'applyGradients' | 'setWeights';

interface OfArrays<Weights extends WeightSpecs> {
  /**
   * Replaces weights: all of those given, or none if one does not fit.
   * @throws InputError for an unknown name or another shape.
   */
  setWeights(values: { readonly [Path in keyof Weights]?: Numbers<Weights[Path]['shape']['length']> }): void;
}

export type ArrayModel<Inputs extends object, Outputs extends object, Weights extends WeightSpecs> = Pick<
  Model<Inputs, Outputs, Weights>,
  Exclude<keyof Model, OfTensors>
> &
  OfArrays<Weights>;

export type TrainableArrayModel<
  Inputs extends object,
  Outputs extends object,
  Batch extends object,
  Scores extends object,
  Weights extends WeightSpecs,
> = Pick<TrainableModel<Inputs, Outputs, Batch, Scores, Weights>, Exclude<keyof TrainableModel, OfTensors>> &
  OfArrays<Weights>;

export type ArrayMember<Inputs extends object, Outputs extends object> = Pick<
  Member<Inputs, Outputs>,
  Exclude<keyof Member, OfTensors>
>;

export const ArrayModel = Model as new <Inputs extends object, Outputs extends object, Weights extends WeightSpecs>(
  state: ModelState,
) => ArrayModel<Inputs, Outputs, Weights>;

export const TrainableArrayModel = TrainableModel as new <
  Inputs extends object,
  Outputs extends object,
  Batch extends object,
  Scores extends object,
  Weights extends WeightSpecs,
>(
  state: ModelState,
) => TrainableArrayModel<Inputs, Outputs, Batch, Scores, Weights>;
