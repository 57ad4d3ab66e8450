/** A GRU's step, its reset gate applied after the product, and the gradient of one, as formulas that the body of a loop may agree with. */
import type { NdArray } from '../graph/index.ts';
import { bySequence, close, outside, overState, resultsOf, sequencesOf, sigmoid, type Roles, type Sample, type Values } from './loop-sample.ts'; // prettier-ignore
import type { WholeLoop } from './whole-loop.ts';

/** Two gates side by side. */
function sideBySide({ n, units }: Pick<Sample, 'n' | 'units'>, update: Values, reset: Values): Float64Array {
  const both = new Float64Array(2 * n * units);
  for (let at = 0; at < n * units; at++) {
    const first = 2 * units * Math.floor(at / units) + (at % units);
    [both[first], both[first + units]] = [update[at]!, reset[at]!];
  }
  return both;
}

export function gruForward(sample: Sample): WholeLoop | undefined {
  const { scan, shape, parameters, product, of, units } = sample;
  const state = parameters.get(0);
  const [x, ...others] = sequencesOf(sample);
  if (shape.carries !== 1 || state === undefined || product.inputs[0] !== state || x === undefined || others.length > 0) return undefined;
  if (of(product).length !== 3 * of(state).length || of(x[1]).length !== of(product).length) return undefined;
  const [given, added, hBefore] = [of(x[1]), of(product), of(state)];
  const gate = (index: number): Values =>
    overState(sample, 3, (_, first) => sigmoid(given[first + index * units]! + added[first + index * units]!));
  const [update, reset] = [gate(0), gate(1)];
  const recurrent = overState(sample, 3, (_, first) => added[first + 2 * units]!);
  const candidate = overState(sample, 3, (at, first) => Math.tanh(given[first + 2 * units]! + reset[at]! * recurrent[at]!));
  const difference = overState(sample, 3, (at) => hBefore[at]! - candidate[at]!);
  const h = overState(sample, 3, (at) => candidate[at]! + update[at]! * difference[at]!);
  if (!close(of(shape.next[0]!), h)) return undefined;
  const results = resultsOf(sample, ['h'], { hSteps: h, hBefore, update, reset, candidate, difference, recurrent, gates: sideBySide(sample, update, reset) });
  const bias = product.inputs.slice(2).map((node) => ['recurrentBias', outside(sample, node)] as const);
  return results && {
    helper: 'gruLoop',
    operands: [['x', scan.inputs[x[0]]!], ['recurrentKernel', outside(sample, product.inputs[1]!)], ...bias, ['h', scan.inputs[0]!]],
    results,
  };
} // prettier-ignore

const keptNames = ['update', 'reset', 'candidate', 'difference', 'recurrent'] as const;

/** The body may read the gates together and apart: numbers of chance must agree there too. */
export function relatedGates(drawn: Map<number, NdArray>, roles: Roles): void {
  const of = (name: string): number | undefined => [...roles].find(([, role]) => role === name)?.[0];
  const [both, update, reset] = ['gates', 'update', 'reset'].map((name) => drawn.get(of(name) ?? -1));
  if (!both || !update || !reset) return;
  const [n, units] = update.shape as [number, number];
  drawn.set(of('gates')!, { ...both, data: sideBySide({ n, units }, update.data, reset.data) });
}

export function gruBackward(sample: Sample): WholeLoop | undefined {
  const { scan, shape, parameters, product, of, units } = sample;
  const dh = parameters.get(0);
  const nodes = bySequence(sample, keptNames, ['gates']);
  if (shape.carries !== 1 || product.inputs.length > 2 || dh === undefined || nodes === undefined) return undefined;
  if (of(product).length !== of(dh).length || keptNames.some((name) => of(nodes.get(name)!).length !== of(dh).length)) return undefined;
  const [update, reset, candidate, difference, recurrent] = keptNames.map((name) => of(nodes.get(name)!)) as [Values, Values, Values, Values, Values];
  const arriving = nodes.has('dhSteps') ? of(nodes.get('dhSteps')!) : undefined;
  const ofH = overState(sample, 3, (at) => of(dh)[at]! + (arriving?.[at] ?? 0));
  const [dx, dsums] = [new Float64Array(3 * ofH.length), new Float64Array(3 * ofH.length)];
  const next = overState(sample, 3, (at, gate) => {
    const ofC = ofH[at]! * (1 - update[at]!) * (1 - candidate[at]! ** 2);
    dx[gate] = dsums[gate] = ofH[at]! * difference[at]! * update[at]! * (1 - update[at]!);
    dx[gate + units] = dsums[gate + units] = ofC * recurrent[at]! * reset[at]! * (1 - reset[at]!);
    dx[gate + 2 * units] = ofC;
    dsums[gate + 2 * units] = ofC * reset[at]!;
    return ofH[at]! * update[at]! + of(product)[at]!;
  });
  if (!close(of(product.inputs[0]!), dsums) || !close(of(shape.next[0]!), next)) return undefined;
  const results = resultsOf(sample, ['dh'], { dx, dsums });
  return results && {
    helper: 'gruLoopGradient',
    operands: [
      ...[...nodes].filter(([name]) => name !== 'gates').map(([name, node]) => [name, outside(sample, node)] as const),
      ['recurrentKernel', outside(sample, product.inputs[1]!)], ['dh', scan.inputs[0]!],
    ],
    results,
  };
} // prettier-ignore
