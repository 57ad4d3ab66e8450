/**
 * A loop whose body is the step of an LSTM or a GRU, or the gradient of one, as one call of the runtime. It is known by what it computes: the body is
 * evaluated for numbers of chance in double precision and compared with the formulas. Rewriting may have written it in any way; all its ops being
 * analytic, functions that agree there agree everywhere. Its one product stands for any matrix, so nothing large is multiplied.
 */
import type { TensorNode } from '../graph/index.ts';
import { numberOf } from '../ops/attributes.ts';
import { readScan } from '../ops/scan.ts';
import { gruBackward, gruForward, relatedGates } from './gru-loop.ts';
import { sampled, type Roles } from './loop-sample.ts';
import { lstmBackward, lstmForward } from './lstm-loop.ts';

export interface WholeLoop {
  readonly helper: 'lstmLoop' | 'lstmLoopGradient' | 'gruLoop' | 'gruLoopGradient';
  /** By the names that the helper gives them. */
  readonly operands: readonly (readonly [name: string, node: TensorNode])[];
  /** The names of the results by their index. */
  readonly results: ReadonlyMap<number, string>;
}

export function wholeLoop(scan: TensorNode): WholeLoop | undefined {
  const sample = sampled(scan, rolesOf(scan), relatedGates);
  if (sample === undefined) return undefined;
  return lstmForward(sample) ?? lstmBackward(sample) ?? gruForward(sample) ?? gruBackward(sample);
}

/** What its sequences are of the loops that made them. */
function rolesOf(scan: TensorNode): Roles {
  const { carries, sequences } = readScan(scan.attributes);
  const made = scan.inputs.slice(carries, carries + sequences).map((sequence, i) => {
    const role = sequence.op === 'result' ? wholeLoop(sequence.inputs[0]!)?.results.get(numberOf(sequence.attributes, 'index')) : undefined;
    return [carries + i, role] as const;
  });
  return new Map(made.flatMap(([index, role]) => (role === undefined ? [] : [[index, role] as const])));
} // prettier-ignore
