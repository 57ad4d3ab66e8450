/**
 * Reads attributes by kind. An attribute of another kind is a bug of ours, never a user's mistake.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { AttributeValue, Attributes, DType, HostExpression, LoopBody } from '../graph/tensor-graph.ts';
import { asNumber, dim, type Dim } from '../shapes/index.ts';
import type { ConvolutionAttributes, Padding, PoolAttributes, Size } from './ops.ts';

export const toDim = (size: Size): Dim => (typeof size === 'number' ? dim(size) : size);
export const toDims = (sizes: readonly Size[]): readonly Dim[] => sizes.map(toDim);

export const isDim = (value: AttributeValue): value is Dim =>
  typeof value === 'object' && !Array.isArray(value) && 'terms' in value;
export const isHostExpression = (value: AttributeValue): value is HostExpression =>
  typeof value === 'object' && !Array.isArray(value) && 'host' in value;

export const isLoopBody = (value: AttributeValue): value is LoopBody =>
  typeof value === 'object' && !Array.isArray(value) && 'loop' in value;

const wrong = (name: string, kind: string): never => bug(`the attribute '${name}' is not ${kind}`);

export function numberOf(attributes: Attributes, name: string): number {
  const value = attributes[name];
  return typeof value === 'number' ? value : wrong(name, 'a number');
}

export function stringOf(attributes: Attributes, name: string): string {
  const value = attributes[name];
  return typeof value === 'string' ? value : wrong(name, 'a string');
}

export function booleanOf(attributes: Attributes, name: string): boolean {
  const value = attributes[name];
  return typeof value === 'boolean' ? value : wrong(name, 'a boolean');
}

export function dtypeOf(attributes: Attributes): DType {
  const value = attributes['dtype'];
  return value === 'float32' || value === 'int32' || value === 'bool' ? value : wrong('dtype', 'a dtype');
}

export function sizeOf(attributes: Attributes, name: string): Dim {
  const value = attributes[name];
  return isDim(value) ? value : wrong(name, 'a size');
}

function listOf(attributes: Attributes, name: string): readonly AttributeValue[] {
  const value = attributes[name];
  return Array.isArray(value) ? value : wrong(name, 'a list');
}

export const numbersOf = (attributes: Attributes, name: string): readonly number[] =>
  listOf(attributes, name).map((v) => (typeof v === 'number' ? v : wrong(name, 'a list of numbers')));

export const sizesOf = (attributes: Attributes, name: string): readonly Dim[] =>
  listOf(attributes, name).map((v) => (isDim(v) ? v : wrong(name, 'a list of sizes')));

/** Sizes before and after, per axis. */
export const pairsOf = (attributes: Attributes, name: string): readonly (readonly [Dim, Dim])[] =>
  listOf(attributes, name).map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) return wrong(name, 'a list of pairs');
    const [before, after] = pair as readonly AttributeValue[];
    return isDim(before) && isDim(after) ? [before, after] : wrong(name, 'a list of pairs of sizes');
  });

export function hostExpressionOf(attributes: Attributes, name: string): HostExpression {
  const value = attributes[name];
  return isHostExpression(value) ? value : wrong(name, 'a host expression');
}

export function bodyOf(attributes: Attributes): LoopBody {
  const value = attributes['body'];
  return isLoopBody(value) ? value : wrong('body', 'a loop body');
}

export type CanonicalPadding = 'same' | 'valid' | readonly (readonly [Dim, Dim])[];

export function paddingOf(attributes: Attributes): CanonicalPadding {
  const value = attributes['padding'];
  return value === 'same' || value === 'valid' ? value : pairsOf(attributes, 'padding');
}

/** A convolution's attributes as nodes carry them. Padding of nothing is `valid`, so that equal things are one node. */
export function convolutionAttributes(attributes: ConvolutionAttributes): Attributes {
  return {
    strides: attributes.strides,
    padding: canonicalPadding(attributes.padding),
    dilations: attributes.dilations ?? attributes.strides.map(() => 1),
  };
}

export const poolAttributes = (attributes: PoolAttributes): Attributes => ({
  poolSize: attributes.poolSize,
  strides: attributes.strides,
  padding: canonicalPadding(attributes.padding),
});

function canonicalPadding(padding: Padding): CanonicalPadding {
  if (typeof padding === 'string') return padding;
  const pairs = padding.map(([before, after]): readonly [Dim, Dim] => [toDim(before), toDim(after)]);
  return pairs.flat().every((p) => asNumber(p) === 0) ? 'valid' : pairs;
}

export const readConvolution = (
  attributes: Attributes,
): { strides: readonly number[]; padding: CanonicalPadding; dilations: readonly number[] } => ({
  strides: numbersOf(attributes, 'strides'),
  padding: paddingOf(attributes),
  dilations: numbersOf(attributes, 'dilations'),
});

export const readPool = (
  attributes: Attributes,
): { poolSize: readonly number[]; strides: readonly number[]; padding: CanonicalPadding } => ({
  poolSize: numbersOf(attributes, 'poolSize'),
  strides: numbersOf(attributes, 'strides'),
  padding: paddingOf(attributes),
});
