/** `lint/softmax-axis`: a softmax over one number is always 1; a reduction over one number changes nothing. */
import type { ActivationUse } from '../definitions/parameters.ts';
import { lintSoftmaxAxis } from '../diagnostics/catalogue/lints.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import { asInteger, displayShape, isSpread, rankOf, type Shape } from '../shapes/index.ts';
import type { NodeLint, Subject } from './lint.ts';

const sizeAt = (shape: Shape, axis: number): number | undefined => {
  const found = shape[axis < 0 ? shape.length + axis : axis];
  const open = rankOf(shape) === undefined && (axis >= 0 || shape.slice(axis).some(isSpread));
  return found === undefined || open || isSpread(found) ? undefined : asInteger(found);
};

/** The softmax that a node applies, with its axis: a function, a layer, or the activation of a layer. */
function softmaxOf({
  definition,
  parameters,
}: ApplyNode): { readonly name: string; readonly axis: number } | undefined {
  const isSoftmax = (name: string): boolean => name === 'softmax' || name === 'logSoftmax' || name === 'Softmax';
  const axisOf = (values: Readonly<Record<string, unknown>>): number =>
    typeof values['axis'] === 'number' ? values['axis'] : -1;
  if (isSoftmax(definition.name)) return { name: definition.name, axis: axisOf(parameters) };
  const use = parameters['activation'] as ActivationUse | undefined;
  if (!use?.definition || !isSoftmax(use.definition.name)) return undefined;
  return { name: use.definition.name, axis: axisOf(use.parameters) };
}

/** A parameter of 1 (`channels = 1`) makes axes of size 1 that other values of it do not. */
const hasParameterOfOne = ({ graph }: Subject): boolean => Object.values(graph?.arguments ?? {}).includes('1');

export const softmaxAxis: NodeLint = (node, subject) => {
  const { definition, parameters, inputs, outputs, origin } = node;
  const softmax = softmaxOf(node);
  if (softmax) {
    const { shape } = outputs[0]!;
    if (sizeAt(shape, softmax.axis) !== 1) return 'fine';
    return { problem: lintSoftmaxAxis.softmax({ name: softmax.name, shape: displayShape(shape) }), place: origin };
  }
  const axis = parameters['axis'];
  if (definition.kind !== 'function' || !('keepDims' in parameters) || axis === undefined || !inputs[0]) return undefined;
  const { shape } = inputs[0].type;
  const axes: readonly number[] = Array.isArray(axis) ? (axis as number[]) : [axis as number];
  if (axes.length === 0 || hasParameterOfOne(subject) || !axes.every((a) => sizeAt(shape, a) === 1)) return 'fine';
  const problem = lintSoftmaxAxis.reduction({ name: definition.name, shape: displayShape(shape), axis: axes[0]! });
  return { problem, place: origin, related: [{ ...inputs[0].node.origin, message: `${displayShape(shape)} comes from here` }] };
}; // prettier-ignore
