/** An LSTM's step, and the gradient of one, as formulas that the body of a loop may agree with. */
import { bySequence, close, outside, overState, resultsOf, sequencesOf, sigmoid, type Sample, type Values } from './loop-sample.ts'; // prettier-ignore
import type { WholeLoop } from './whole-loop.ts';

export function lstmForward(sample: Sample): WholeLoop | undefined {
  const { scan, shape, parameters, product, of, units } = sample;
  const hIndex = [0, 1].find((index) => parameters.get(index) === product.inputs[0]);
  const [x, ...others] = sequencesOf(sample);
  if (shape.carries !== 2 || hIndex === undefined || x === undefined || others.length > 0) return undefined;
  const memory = parameters.get(1 - hIndex);
  if (memory === undefined || product.inputs.length > 2 || of(x[1]).length !== of(product).length || of(product).length !== 4 * of(memory).length) return undefined;
  const [given, added, cBefore] = [of(x[1]), of(product), of(memory)];
  const gate = (index: number, activate: (z: number) => number): Values =>
    overState(sample, 4, (_, first) => activate(given[first + index * units]! + added[first + index * units]!));
  const [input, forget, candidate, output] = [gate(0, sigmoid), gate(1, sigmoid), gate(2, Math.tanh), gate(3, sigmoid)];
  const c = overState(sample, 4, (at) => forget[at]! * cBefore[at]! + input[at]! * candidate[at]!);
  const tanhC = overState(sample, 4, (at) => Math.tanh(c[at]!));
  const h = overState(sample, 4, (at) => output[at]! * tanhC[at]!);
  if (!close(of(shape.next[hIndex]!), h) || !close(of(shape.next[1 - hIndex]!), c)) return undefined;
  const formulas = { hSteps: h, hBefore: of(parameters.get(hIndex)!), cBefore, input, forget, candidate, output, tanhC };
  const results = resultsOf(sample, hIndex === 0 ? ['h', 'c'] : ['c', 'h'], formulas);
  return results && {
    helper: 'lstmLoop',
    operands: [['x', scan.inputs[x[0]]!], ['recurrentKernel', outside(sample, product.inputs[1]!)], ['h', scan.inputs[hIndex]!], ['c', scan.inputs[1 - hIndex]!]],
    results,
  };
} // prettier-ignore

const keptNames = ['input', 'forget', 'candidate', 'output', 'tanhC', 'cBefore'] as const;

export function lstmBackward(sample: Sample): WholeLoop | undefined {
  const { scan, shape, parameters, product, of, units } = sample;
  const dhIndex = shape.next.indexOf(product);
  const [dh, dc] = [parameters.get(dhIndex), parameters.get(1 - dhIndex)];
  const nodes = bySequence(sample, keptNames);
  if (shape.carries !== 2 || product.inputs.length > 2 || dh === undefined || dc === undefined || nodes === undefined) return undefined;
  if ([dc, ...nodes.values()].some((node) => of(node).length !== of(dh).length)) return undefined;
  const [input, forget, candidate, output, tanhC, cBefore] = keptNames.map((name) => of(nodes.get(name)!)) as [Values, Values, Values, Values, Values, Values];
  const arriving = nodes.has('dhSteps') ? of(nodes.get('dhSteps')!) : undefined;
  const ofH = overState(sample, 4, (at) => of(dh)[at]! + (arriving?.[at] ?? 0));
  const ofC = overState(sample, 4, (at) => of(dc)[at]! + ofH[at]! * output[at]! * (1 - tanhC[at]! ** 2));
  const dx = new Float64Array(4 * ofC.length);
  overState(sample, 4, (at, gate) => {
    dx[gate] = ofC[at]! * candidate[at]! * input[at]! * (1 - input[at]!);
    dx[gate + units] = ofC[at]! * cBefore[at]! * forget[at]! * (1 - forget[at]!);
    dx[gate + 2 * units] = ofC[at]! * input[at]! * (1 - candidate[at]! ** 2);
    return (dx[gate + 3 * units] = ofH[at]! * tanhC[at]! * output[at]! * (1 - output[at]!));
  });
  const before = overState(sample, 4, (at) => ofC[at]! * forget[at]!);
  if (!close(of(product.inputs[0]!), dx) || !close(of(shape.next[1 - dhIndex]!), before)) return undefined;
  const results = resultsOf(sample, dhIndex === 0 ? ['dh', 'dc'] : ['dc', 'dh'], { dx });
  return results && {
    helper: 'lstmLoopGradient',
    operands: [
      ...[...nodes].map(([name, node]) => [name, outside(sample, node)] as const),
      ['recurrentKernel', outside(sample, product.inputs[1]!)], ['dh', scan.inputs[dhIndex]!], ['dc', scan.inputs[1 - dhIndex]!],
    ],
    results,
  };
} // prettier-ignore
