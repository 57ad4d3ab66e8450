/**
 * Types of what users pass and get where tensors are meant, by the number of axes with the batch: `TensorLike<4>` for pictures. Where that is not
 * known it is `number`, which allows all. Sizes of axes are checked at run time.
 */
import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import type { DType } from './program.ts';

/** What the values of a type come in. */
export type ArrayOf<Type extends DType> = { float32: Float32Array; int32: Int32Array; bool: Uint8Array }[Type];

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Int16Array
  | Uint16Array
  | Uint32Array;

interface TfjsRank {
  0: Rank.R0;
  1: Rank.R1;
  2: Rank.R2;
  3: Rank.R3;
  4: Rank.R4;
  5: Rank.R5;
  6: Rank.R6;
}
/** tfjs's own type of a tensor with so many axes: `Tensor4D`. */
type RankedTensor<Axes extends number> = number extends Axes ? Tensor : Axes extends keyof TfjsRank ? Tensor<TfjsRank[Axes]> : Tensor; // prettier-ignore

/**
 * A tensor of which tfjs does not say how many axes it has, as most of its functions give them; they are counted at run time. A `Tensor2D` is none: its
 * variable cannot be assigned a tensor of any number of axes.
 */
type UnrankedTensor = Tensor & { variable(): { readonly assign: (value: Tensor) => void } };

/** A tensor that has so many axes, or may have. */
export type TensorOf<Axes extends number> = number extends Axes ? Tensor : RankedTensor<Axes> | UnrankedTensor;

/** A tfjs tensor of which it is known what its values are. */
export type TypedTensor<Type extends DType, Axes extends number = number> = {
  readonly dtype: Type;
  data(): Promise<ArrayOf<Type>>;
  dataSync(): ArrayOf<Type>;
} & RankedTensor<Axes>;

/** Values in row-major order with their shape, batch axis included. */
export interface ShapedArray {
  readonly data: TypedArray | readonly number[];
  readonly shape: readonly number[];
}

/** One axis less. */
export type Less<Axes extends number> = number extends Axes ? number : Axes extends keyof LessAxes ? LessAxes[Axes] : number; // prettier-ignore
interface LessAxes {
  1: 0;
  2: 1;
  3: 2;
  4: 3;
  5: 4;
  6: 5;
}

/** Numbers in nested arrays, all rows of an axis of equal length. */
export type NestedNumbers = readonly (number | boolean | NestedNumbers)[];
interface NestedByAxes {
  0: number | boolean;
  1: readonly NestedByAxes[0][];
  2: readonly NestedByAxes[1][];
  3: readonly NestedByAxes[2][];
  4: readonly NestedByAxes[3][];
  5: readonly NestedByAxes[4][];
  6: readonly NestedByAxes[5][];
}
type NestedOf<Axes extends number> = number extends Axes ? NestedNumbers : Axes extends keyof NestedByAxes ? NestedByAxes[Axes] : NestedNumbers; // prettier-ignore

/**
 * A typed array (its shape is that of the input, the batch inferred from its length), an array with a shape, nested arrays of numbers, or an array
 * of examples that are typed arrays.
 */
export type Numbers<Axes extends number = number> = TypedArray | ShapedArray | NestedOf<Axes> | readonly TypedArray[];

/** What `Numbers` allows, a tfjs tensor, or an array of examples that are tensors. */
export type TensorLike<Axes extends number = number> = Numbers<Axes> | TensorOf<Axes> | readonly TensorOf<Less<Axes>>[];

/** The number of axes of a tensor, or of what a `TensorLike` allows. */
export type AxesOf<Value> = [KnownAxes<Value>] extends [never] ? number : KnownAxes<Value>;
type KnownAxes<Value> = Value extends { readonly rankType: infer Own }
  ? { [Axes in keyof TfjsRank]: [Own] extends [TfjsRank[Axes]] ? Axes : never }[keyof TfjsRank]
  : never;
