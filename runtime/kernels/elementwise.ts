/**
 * Kernels of our own for what is computed element by element, and for folds of rows among it: one pass over memory where tfjs has a kernel and
 * a new tensor for each op. On `wasm` and `webgpu` they are compiled when they are first called; elsewhere, and where that cannot be, their parts
 * run, which are kernels of tfjs.
 */
import type { Device } from '../device.ts';
import { type Expression, parsedExpression } from '../elementwise/expression.ts';
import type { Data } from '../program.ts';
import { elementwiseOnWasm, type ReadyKernels } from './elementwise-on-wasm.ts';
import { elementwiseOnWebgpu } from './elementwise-on-webgpu.ts';

/** Data that nothing reads after the kernel. */
interface Spent extends Data {
  readonly isSpent: true;
}

/**
 * The operand of a kernel that its result may be written over, where nobody else holds it: the result is the same data then, with one more reference.
 * Where it cannot be, the result is new data. The operand stays the caller's to free.
 */
export function over({ dataId, shape, dtype }: Data): Data {
  const spent: Spent = { dataId, shape, dtype, isSpent: true };
  return spent;
}

/** A kernel that computes what `parts` does with kernels of tfjs; new data for its result, or data of an operand in `over`. */
export function elementwise(
  text: string,
  parts: (d: Device, ...operands: Data[]) => Data,
): (d: Device, ...operands: Data[]) => Data {
  const kernel = new Kernel(text);
  return (d, ...operands) => kernel.results(d, operands)?.[0] ?? parts(d, ...operands);
}

/** As `elementwise`, for several results. */
export function elementwiseTogether<const Results extends readonly Data[]>(
  text: string,
  parts: (d: Device, ...operands: Data[]) => Results,
): (d: Device, ...operands: Data[]) => Results {
  const kernel = new Kernel(text);
  return (d, ...operands) => (kernel.results(d, operands) as Results | undefined) ?? parts(d, ...operands);
}

class Kernel {
  readonly #text: string;
  #expression: Expression | undefined;
  readonly #onWasm: ReadyKernels = new WeakMap();

  constructor(text: string) {
    this.#text = text;
  }

  results(d: Device, operands: readonly Data[]): readonly Data[] | undefined {
    if (d.name !== 'wasm' && !d.runsShaders) return undefined;
    const expression = (this.#expression ??= parsedExpression(this.#text));
    // Bundles for other backends have nothing in the place of what is called here.
    if (d.name === 'wasm') return elementwiseOnWasm(d, this.#onWasm, expression, operands);
    return elementwiseOnWebgpu(d, this.#text, expression, operands);
  }
}
