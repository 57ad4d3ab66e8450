/** A part of a model that computes by itself: a `layer` statement that holds a block or a model. It has the model's weights. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { BoundaryRules } from './boundary.ts';
import { type ModelState, namedSpecs } from './model-state.ts';
import { type Predicting, Predictor } from './predictor.ts';
import type { ModelSpec, Program } from './program.ts';
import type { TensorLike } from './tensor-like.ts';

/** What is emitted for a member. Its `name` is for messages: `Vae.decoder`. */
export interface MemberProgram {
  readonly spec: Omit<ModelSpec, 'weights'>;
  infer: Program['infer'];
  readonly undivided?: boolean;
}

interface Owner {
  readonly state: ModelState;
}

export class Member<
  Inputs extends object = Record<string, TensorLike>,
  Outputs extends object = Record<string, Tensor>,
> extends Predictor<Inputs, Outputs> {
  readonly #model: Owner;
  readonly #program: MemberProgram;
  readonly #rules: BoundaryRules;

  /** @param model Whose weights it computes with. Its state is not in the published types, so any object is taken. */
  constructor(model: object, program: MemberProgram) {
    super();
    this.#model = model as Owner;
    this.#program = program;
    const { name, source, inputs, requirements, valueRequirements } = program.spec;
    this.#rules = { model: name, source, tensors: namedSpecs(inputs, 'input'), requirements, valueRequirements };
  }

  /** @internal */
  override predicting(): Predicting {
    const { infer } = this.#program;
    return {
      state: this.#model.state.requireAlive(),
      rules: this.#rules,
      infer,
      ...(this.#program.undivided === undefined ? {} : { undivided: this.#program.undivided }),
    };
  }
}
