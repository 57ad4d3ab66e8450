/** `EinsumDense`: a dense layer whose product is written as an equation of named axes. */
import { elementwiseFlops, product, sizesOf } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import type { Need } from '../../definitions/need.ts';
import { activation, sizes, string } from '../../definitions/parameters.ts';
import type { TensorType } from '../../definitions/types.ts';
import { axesOf, type AxisPattern } from '../../functions/axis-pattern.ts';
import { checkedEquation, contractExamples, equationOf, equationSizes, labelled, labelsOf } from '../../functions/einsum.ts'; // prettier-ignore
import { asInteger, isSpread, multiply, ONE, type Dim } from '../../shapes/index.ts';
import { kernelAndBias, kernelAndBiasParameters } from '../kernel-and-bias.ts';

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** Sizes of all axes: those of the input, then those that `outputShape` gives. */
function allSizes(pattern: AxisPattern, input: TensorType, outputShape: readonly Dim[]): ReadonlyMap<string, Dim> {
  const known = new Map<string, Dim>();
  for (const [i, group] of pattern.result.groups.entries()) {
    const size = outputShape[i];
    if (size && asInteger(size) !== -1) known.set(group.text, size);
  }
  for (const [axis, label] of labelsOf(pattern.operands[0]!, input.shape.length).entries()) {
    const size = input.shape[axis];
    if (size && !isSpread(size)) known.set(label, size);
  }
  return known;
}

/** The shape of the kernel, or undefined where an axis has no size. */
const kernelShape = (pattern: AxisPattern, known: ReadonlyMap<string, Dim>): readonly Dim[] | undefined => {
  const shape = axesOf(pattern.operands[1]!).map((axis) => known.get(axis.name));
  return shape.every((size) => size !== undefined) ? shape : undefined;
};

/** From the first axis of `biasAxes` in the result on; 1 for the others. */
function biasShape(pattern: AxisPattern, known: ReadonlyMap<string, Dim>, biasAxes: readonly string[]): readonly Dim[] {
  const labels = pattern.result.groups.map((group) => group.text);
  const first = Math.min(...biasAxes.map((axis) => labels.indexOf(axis)));
  return labels.slice(first).map((label) => (biasAxes.includes(label) ? known.get(label)! : ONE));
}

/** Two operands without `...`, an output shape of the right length, and bias axes that the result has. */
function checkedParts(equation: string, outputShape: readonly Dim[], biasAxes: readonly string[], need: Need): AxisPattern | undefined {
  const pattern = checkedEquation(equation, 'equation', need);
  if (!pattern) return undefined;
  const given = pattern.operands.length;
  if (given !== 2) return void need.pattern({ kind: 'operands', wanted: given, given: 2 }, { argument: 'equation' });
  const dots = [...pattern.operands, pattern.result].flatMap((side) => side.groups).find((group) => group.isEllipsis);
  if (dots) return void need.pattern({ kind: 'unexpected', text: '...', wanted: 'axis' }, { argument: 'equation', within: dots });
  const count = pattern.result.groups.length;
  if (!need.argument(outputShape.length === count, 'outputShape', `have a size for each of the ${count} axes of the result`)) return undefined;
  const strange = biasAxes.find((axis) => !pattern.result.groups.some((group) => group.text === axis));
  if (!need.argument(strange === undefined, 'biasAxes', 'name axes of the result')) return undefined;
  return pattern;
} // prettier-ignore

export const einsumDense = defineLayer({
  name: 'EinsumDense',
  summary: 'A dense layer whose product is an equation of named axes.',
  doc: '$y = \\mathrm{activation}(\\mathrm{einsum}(x, W) + b)$. The equation is that of `einsum` with two operands, input and kernel: `EinsumDense("s d, d h k -> s h k", (-1, 8, 64), biasAxes: "h k")`. [Keras](https://keras.io/api/layers/core_layers/einsum_dense/)',
  flow: 'linear',
  parameters: {
    equation: string({ doc: 'Axes of input and kernel and, after `->`, of the result.' }),
    outputShape: sizes({ doc: 'Sizes of the result; −1 where the input gives them.' }),
    activation: activation({ doc: 'Applied to the result.', default: undefined }),
    biasAxes: string({ doc: 'The axes of the result that a learned offset has; none unless given.', default: '' }),
    kernelInitializer: kernelAndBiasParameters.kernelInitializer,
    biasInitializer: kernelAndBiasParameters.biasInitializer,
    kernelRegularizer: kernelAndBiasParameters.kernelRegularizer,
    biasRegularizer: kernelAndBiasParameters.biasRegularizer,
    kernelConstraint: kernelAndBiasParameters.kernelConstraint,
    biasConstraint: kernelAndBiasParameters.biasConstraint,
  },
  weights: ({ input, parameters: p }) => {
    const pattern = equationOf(p.equation);
    const known = allSizes(pattern, input, p.outputShape);
    const biasAxes = words(p.biasAxes);
    const useBias = biasAxes.length > 0;
    return kernelAndBias({ ...p, useBias }, kernelShape(pattern, known)!, useBias ? biasShape(pattern, known, biasAxes) : []); // prettier-ignore
  },
  shape: ({ input, parameters: p, need }) => {
    const pattern = checkedParts(p.equation, p.outputShape, words(p.biasAxes), need);
    if (!pattern || !need.dtype(input, ['float32'])) return undefined;
    const own = equationSizes({ operands: [pattern.operands[0]!], result: pattern.result }, [input], 'equation', need);
    if (!own) return undefined;
    const known = allSizes(pattern, input, p.outputShape);
    const kernel = kernelShape(pattern, known);
    if (!need.argument(kernel !== undefined, 'outputShape', 'have a size for every axis that only the kernel has')) return undefined; // prettier-ignore
    if (!kernel?.every((size) => need.known(size, { what: 'features' }))) return undefined;
    for (const [i, group] of pattern.result.groups.entries()) {
      const [wanted, size] = [p.outputShape[i]!, known.get(group.text)!];
      const context = { what: `sizes of \`${group.text}\``, argument: 'outputShape' };
      if (asInteger(wanted) !== -1 && !need.equal(size, wanted, context)) return undefined;
    }
    return pattern.result.groups.map((group) => known.get(group.text)!);
  },
  lower: ({ x, weights: w, parameters: p, op, activate }) => {
    const { operands, result } = equationOf(p.equation);
    const input = labelled(op, x, labelsOf(operands[0]!, x.shape.length - 1));
    const kernel = { node: w['kernel']!, labels: labelsOf(operands[1]!, w['kernel']!.shape.length) };
    const y = contractExamples(op, [input, kernel], labelsOf(result, result.groups.length));
    return activate(p.activation, w['bias'] ? op.add(y, w['bias']) : y);
  },
  flops: ({ inputs, output, parameters: p }) => {
    const known = allSizes(equationOf(p.equation), inputs[0]!, sizesOf(output.shape) ?? []);
    return multiply(elementwiseFlops({ ...output, shape: [] }, 2), product([...known.values()]));
  },
  examples: [
    { source: 'x -> EinsumDense("d, d e -> e", 5)', input: [4], output: [5] },
    { source: 'x -> EinsumDense("s d, d h k -> s h k", (-1, 2, 3), biasAxes: "h k")', input: ['seq', 4], output: ['seq', 2, 3] },
  ], // prettier-ignore
});
