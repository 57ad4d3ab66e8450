/**
 * Kernels of our own for what is computed element by element, and for folds of rows among it: one pass over memory where tfjs has a kernel and
 * a new tensor for each op. On `wasm` they are compiled when they are first called (runtime/elementwise); elsewhere, and where that is not
 * allowed, their parts run, which are kernels of tfjs.
 */
import type { Device } from '../device.ts';
import { compiled } from '../elementwise/compiled.ts';
import { type Expression, parsedExpression, type Result } from '../elementwise/expression.ts';
import type { Data } from '../program.ts';
import { moduleInMemory, ownMemory, roomInMemory } from '../simd/in-memory.ts';
import { sizeOf } from './sizes.ts';

/** All by their place in memory; lengths in numbers. */
type Run = (rows: number, columns: number, scratch: number, ...places: readonly number[]) => void;

/** A kernel that computes what `parts` does with kernels of tfjs; new data for its result. */
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

/** A kernel in the memory of one instance of tfjs's module. */
interface Ready {
  readonly run: Run;
  readonly scratch: number;
  readonly hasRows: boolean;
}

class Kernel {
  readonly #text: string;
  #expression: Expression | undefined;
  readonly #ready = new WeakMap<WebAssembly.Memory, Ready | 'impossible'>();

  constructor(text: string) {
    this.#text = text;
  }

  results(d: Device, operands: readonly Data[]): readonly Data[] | undefined {
    const memory = ownMemory(d);
    if (memory === undefined) return undefined;
    const expression = (this.#expression ??= parsedExpression(this.#text));
    const ready = this.#in(memory, expression);
    return ready && computed(d, expression, { memory, ...ready }, operands);
  }

  #in(memory: WebAssembly.Memory, expression: Expression): Ready | undefined {
    let ready = this.#ready.get(memory);
    if (ready === undefined) {
      const { bytes, ...rest } = compiled(expression);
      const run = moduleInMemory(memory, bytes)?.['run'] as Run | undefined;
      ready = run === undefined ? 'impossible' : { run, ...rest };
      this.#ready.set(memory, ready);
    }
    return ready === 'impossible' ? undefined : ready;
  }
}

function computed(d: Device, expression: Expression, ready: Ready & { readonly memory: WebAssembly.Memory }, operands: readonly Data[]): readonly Data[] {
  const whole = operands[expression.operands.indexOf('full')]!.shape;
  const split = whole.length - expression.axes;
  const columns = ready.hasRows ? sizeOf(whole.slice(split)) : sizeOf(whole);
  const rows = ready.hasRows ? sizeOf(whole.slice(0, split)) : 1;
  const [first, ...others] = expression.results.map((result) => shapeOf(result, whole, split)) as [number[], ...number[][]];
  const more = others.map((shape) => d.allocate(shape, 'float32'));
  const room = ready.scratch === 0 ? undefined : roomInMemory(d, ready.memory, 4 * ready.scratch * columns);
  // What is computed besides the first result is written as if it were read.
  const result = d.inHeap([...operands, ...more], first, 'float32', (target, places) => {
    if (rows * columns === 0) return;
    const at = places.map(({ byteOffset }) => byteOffset);
    const [given, rest] = [at.slice(0, operands.length), at.slice(operands.length)];
    ready.run(rows, columns, room?.pointer ?? 0, ...given, target.byteOffset, ...rest);
  });
  return [result, ...more];
} // prettier-ignore

function shapeOf({ form }: Result, whole: readonly number[], split: number): number[] {
  if (form === 'full') return [...whole];
  const rows = whole.slice(0, split);
  return form === 'kept' ? [...rows, ...whole.slice(split).map(() => 1)] : rows;
}
