/**
 * A pass turns a program into one that computes the same, and tells what it did as data: `nn build --explain` words it.
 * Nothing is logged.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { Origin } from '../graph/node-table.ts';
import type { TensorProgram } from '../graph/tensor-graph.ts';
import type { FusedActivation } from '../ops/compiler-ops.ts';

/** The stage of the text that a node comes from; unknown for what nobody wrote, such as a penalty's sum. */
export type Stage = Origin | undefined;

/** A rule of a table was applied once. */
export interface Rewritten {
  readonly kind: 'rewritten';
  readonly rule: { readonly name: string; readonly why?: string };
  readonly at: Stage;
}

/** Scales and offsets by channel went into the weights of a product. */
export interface Folded {
  readonly kind: 'folded';
  readonly from: readonly Stage[];
  readonly into: Stage;
  /** Operations on what depends on inputs that are gone. */
  readonly saved: number;
}

/** A product and what follows it became one kernel. */
export interface Fused {
  readonly kind: 'fused';
  readonly product: Stage;
  readonly bias: Stage;
  readonly activation: FusedActivation;
  readonly activated: Stage;
}

/** What keeps a scale and offset from going into a product on one side. */
export interface Obstacle {
  readonly because:
    /** There is no product, or something lies between. */
    | 'no product'
    /** The result is read elsewhere too. */
    | 'read elsewhere'
    /** The product's operands both depend on inputs. */
    | 'no weights'
    /** The product pads with zeros, which the offset would have to be added to. */
    | 'padded'
    /** Far from zero, digits would be lost. */
    | 'centred first'
    /** Weights with it in them lie beside those that are trained, and are too many for what is saved. */
    | 'too large'
    /** Weights with it in them would be computed by every prediction. */
    | 'each time'
    /** It is what the model gives. */
    | 'output';
  /** The stage that is in the way. */
  readonly by: Stage;
}

/** A scale and offset that stayed, and why, seen from the product before it and from the one after it. */
export interface Kept {
  readonly kind: 'kept';
  readonly what: Stage;
  readonly before: Obstacle;
  readonly after: Obstacle;
}

/** A product whose layer has an activation that its kernel does not apply. */
export interface Apart {
  readonly kind: 'apart';
  readonly product: Stage;
  /** Whether kernels know the activation, and only what else reads the product is in the way. */
  readonly known: boolean;
}

/** Operations on elements became one kernel. */
export interface Joined {
  readonly kind: 'joined';
  readonly operations: number;
  readonly stages: readonly Stage[];
}

export type Step = Rewritten | Folded | Fused | Kept | Apart | Joined;

export interface Passed {
  readonly program: TensorProgram;
  readonly steps: readonly Step[];
}

export interface Pass {
  /** In kebab-case: what `nn build --explain` calls it. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** The result's nodes are the builder's; the program may be of it or of another one, of which `source` knows the origins. */
  readonly run: (program: TensorProgram, builder: GraphBuilder, source?: Pick<GraphBuilder, 'originOf'>) => Passed;
}

/** What one pass made of a program. */
export interface PassRecord {
  readonly pass: Pass;
  readonly before: TensorProgram;
  readonly after: TensorProgram;
  readonly steps: readonly Step[];
}

/** One pass after the other. */
export function runPasses(
  passes: readonly Pass[],
  program: TensorProgram,
  builder: GraphBuilder,
  source: Pick<GraphBuilder, 'originOf'> = builder,
): { readonly program: TensorProgram; readonly records: readonly PassRecord[] } {
  const records: PassRecord[] = [];
  let before = program;
  let origins = source;
  for (const pass of passes) {
    const { program: after, steps } = pass.run(before, builder, origins);
    records.push({ pass, before, after, steps });
    before = after;
    origins = builder;
  }
  return { program: before, records };
}
