/** What layers over one, two or three spatial axes share: steps, images, volumes; channels last. */
import { sizesOf } from '../definitions/axes.ts';
import type { Need } from '../definitions/need.ts';
import type { TensorType } from '../definitions/types.ts';
import type { DType } from '../graph/tensor-graph.ts';
import { ONE, type Dim } from '../shapes/index.ts';

export type SpatialRank = 1 | 2 | 3;
export const spatialRanks = [1, 2, 3] as const;

export const layouts: Readonly<Record<SpatialRank, string>> = {
  1: '[steps, channels]',
  2: '[height, width, channels]',
  3: '[depth, height, width, channels]',
};
/** The spatial axes in words, for documentation. */
export const spatialWords: Readonly<Record<SpatialRank, string>> = {
  1: 'steps',
  2: 'height and width',
  3: 'depth, height and width',
};

/** What each spatial axis counts. */
export const axisWords: Readonly<Record<SpatialRank, readonly string[]>> = {
  1: ['steps'],
  2: ['rows', 'columns'],
  3: ['slices', 'rows', 'columns'],
};

export const perAxis = <T>(rank: SpatialRank, value: T): readonly T[] => Array.from({ length: rank }, () => value);
export const ones = (rank: SpatialRank): readonly Dim[] => perAxis(rank, ONE);

/** The sizes of an input of this layout; undefined where it is refuted or a spread leaves it open. */
export function spatialSizes(
  input: TensorType,
  rank: SpatialRank,
  need: Need,
  dtypes: readonly DType[] = ['float32'],
): readonly Dim[] | undefined {
  if (!need.rank(input, rank + 1, layouts[rank]) || !need.dtype(input, dtypes)) return undefined;
  const sizes = sizesOf(input.shape);
  return sizes?.length === rank + 1 ? sizes : undefined;
}

/** Any dtype: for layers that only move values. */
export const anyDType: readonly DType[] = ['float32', 'int32', 'bool'];
