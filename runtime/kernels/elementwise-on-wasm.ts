/** Fused kernels on `wasm`: each is a module of its own, compiled when it is first called (runtime/elementwise). */
import type { Device, HeapCode } from '../device.ts';
import { compiled } from '../elementwise/compiled.ts';
import type { Expression } from '../elementwise/expression.ts';
import { wasmBackend } from '../plans/wasm-module.ts';
import type { Data } from '../program.ts';
import { moduleInMemory, ownMemory, roomInMemory } from '../simd/in-memory.ts';
import { resultShape } from './elementwise-results.ts';
import { sizeOf } from './sizes.ts';

/** All by their place in memory; lengths in numbers. */
type Run = (rows: number, columns: number, scratch: number, ...places: readonly number[]) => void;

/** A kernel in the memory of one instance of tfjs's module. */
interface Ready {
  readonly run: Run;
  readonly scratch: number;
  readonly hasRows: boolean;
}

/** By memory; `impossible` where the machine cannot run it. */
export type ReadyKernels = WeakMap<WebAssembly.Memory, Ready | 'impossible'>;

/** @param kernels Those of this expression that are there already; takes more. */
export function elementwiseOnWasm(
  d: Device,
  kernels: ReadyKernels,
  expression: Expression,
  operands: readonly Data[],
): readonly Data[] | undefined {
  const memory = ownMemory(d);
  if (memory === undefined) return undefined;
  const ready = kernels.get(memory) ?? readyIn(memory, expression);
  kernels.set(memory, ready);
  return ready === 'impossible' ? undefined : computed(d, expression, { memory, ...ready }, operands);
}

function readyIn(memory: WebAssembly.Memory, expression: Expression): Ready | 'impossible' {
  const { bytes, ...rest } = compiled(expression);
  const run = moduleInMemory(memory, bytes)?.['run'] as Run | undefined;
  return run === undefined ? 'impossible' : { run, ...rest };
}

function computed(d: Device, expression: Expression, ready: Ready & { readonly memory: WebAssembly.Memory }, operands: readonly Data[]): readonly Data[] {
  const whole = operands[expression.operands.indexOf('full')]!.shape;
  const split = whole.length - expression.axes;
  const columns = ready.hasRows ? sizeOf(whole.slice(split)) : sizeOf(whole);
  const rows = ready.hasRows ? sizeOf(whole.slice(0, split)) : 1;
  const [first, ...others] = expression.results.map((result) => resultShape(result, whole, split)) as [number[], ...number[][]];
  const [place, ...places] = operands.filter((one) => 'isSpent' in one && (d.mayOverwrite?.(one, operands) ?? isGivenUp(d, one)));
  const more = others.map((shape, i) => (i < places.length ? writtenOver(d, places[i]!) : d.allocate(shape, 'float32')));
  const room = ready.scratch === 0 ? undefined : roomInMemory(d, ready.memory, 4 * ready.scratch * columns);
  // What is computed besides the first result is written as if it were read.
  const code: HeapCode = (target, sources) => {
    if (rows * columns === 0) return;
    const at = sources.map(({ byteOffset }) => byteOffset);
    const [given, rest] = [at.slice(0, operands.length), at.slice(operands.length)];
    ready.run(rows, columns, room?.pointer ?? 0, ...given, target.byteOffset, ...rest);
  };
  if (place === undefined) return [d.inHeap([...operands, ...more], first, 'float32', code), ...more];
  const result = writtenOver(d, place);
  d.fillHeap(result, [...operands, ...more], code);
  return [result, ...more];
} // prettier-ignore

/** Whether nobody else holds it. What wasm has packed of it is forgotten then, for it is written over. */
function isGivenUp(d: Device, data: Data): boolean {
  const { wasm, dataIdMap } = wasmBackend(d.backend);
  const entry = dataIdMap.get(data.dataId);
  if (entry.refCount !== 1) return false;
  wasm.tfjs.disposeData(entry.id);
  wasm.tfjs.registerTensor(entry.id, sizeOf(data.shape), entry.memoryOffset);
  return true;
}

/** The place of an operand for a result, with a reference of its own. */
function writtenOver(d: Device, { dataId, shape, dtype }: Data): Data {
  return d.share({ dataId, shape, dtype });
}
