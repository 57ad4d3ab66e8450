/**
 * Listens to the kernels of one device: what each is called with, from which line of the emitted code, and how long it takes. Emitted code calls
 * the same kernels in the same order each time, so that who called is asked once and times are taken afterwards.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Device } from 'nnlang/runtime';

type Data = ReturnType<Device['run']>;

/** One call of a kernel. */
export interface Call {
  /** The stage that it is for, as the emitted code's comment tells it. */
  readonly statement: string;
  /** What the emitted code calls: `conv2d`. */
  readonly helper: string;
  /** The kernel of tfjs, or `in the heap` for code of nnlang's own. */
  readonly kernel: string;
  readonly inputs: readonly (readonly number[])[];
  readonly output: readonly number[];
  readonly flops: number;
  readonly bytes: number;
}

export interface KernelLog {
  readonly calls: Call[];
  /** Milliseconds of each call, run after run. */
  readonly times: number[][];
  /** Begins another run. */
  begin(): void;
  stop(): void;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Replaces what the device does by the same under a clock. */
export function listeningTo(device: Device): KernelLog {
  const own = { run: device.run, fillHeap: device.fillHeap };
  const log = { calls: [] as Call[], times: [] as number[][], at: 0, stop: () => {}, begin: () => {} };
  let isFirst = true;
  const note = (kernel: string, inputs: readonly Data[], output: Data, attributes: Readonly<Record<string, unknown>>, ms: number): void => {
    if (isFirst) log.calls.push(callOf(kernel, inputs, output, attributes));
    else log.times.at(-1)!.push(ms);
  }; // prettier-ignore
  device.run = (kernel, inputs, attributes) => {
    const begun = performance.now();
    const output = own.run.call(device, kernel, inputs, attributes);
    const ms = performance.now() - begun;
    note(kernel, Object.values(inputs).filter((data): data is Data => data !== undefined), output, attributes ?? {}, ms); // prettier-ignore
    return output;
  };
  device.fillHeap = (target, inputs, code) => {
    const begun = performance.now();
    own.fillHeap.call(device, target, inputs, code);
    note('in the heap', inputs, target, {}, performance.now() - begun);
  };
  log.begin = () => {
    if (log.calls.length > 0) {
      isFirst = false;
      log.times.push([]);
    }
  };
  log.stop = () => Object.assign(device, own);
  return log;
}

function callOf(kernel: string, inputs: readonly Data[], output: Data, attributes: Readonly<Record<string, unknown>>): Call {
  const shapes = inputs.map(({ shape }) => shape);
  const bytes = 4 * [...shapes, output.shape].reduce((sum, shape) => sum + sizeOf(shape), 0);
  const { helper, statement } = callerNow();
  const flops = flopsOf(kernel, helper, shapes, output.shape, attributes);
  return { statement, helper, kernel, inputs: shapes, output: output.shape, flops, bytes };
} // prettier-ignore

/** Two for a multiplication with its addition; for what is no product, one for each number of the result. */
function flopsOf(kernel: string, helper: string, [first = [], second = []]: readonly (readonly number[])[], output: readonly number[], attributes: Readonly<Record<string, unknown>>): number {
  const results = sizeOf(output);
  if (/DepthwiseConv/.test(kernel)) return 2 * results * second[0]! * second[1]!;
  if (/Conv2D/.test(kernel)) return 2 * results * sizeOf(second.slice(0, 3));
  if (/MatMul/.test(kernel)) return 2 * results * first.at(attributes['transposeA'] === true ? -2 : -1)!;
  // Our own products and convolutions have the right operand as [matrices, columns in eights, rows, 8].
  if (/conv2d|matmul/i.test(helper) && second.length === 4 && second[3] === 8) return 2 * results * second[2]!;
  if (/^(lstm|gru)Loop$/.test(helper)) return loopFlops(first, second);
  if (/^(lstm|gru)LoopGradient$/.test(helper)) return loopFlops(first, [output.at(-1)!, first.at(-1)!]);
  return /matmul/i.test(helper) && second.length >= 2 ? 2 * results * first.at(-1)! : results;
} // prettier-ignore

/** Of a loop's products: at each step, those of all states with a kernel. */
const loopFlops = (steps: readonly number[], kernel: readonly number[]): number => 2 * sizeOf(steps.slice(0, 2)) * sizeOf(kernel); // prettier-ignore

const generated = /\/bench\/generated\/(\w+(?:\.\w+)?\.ts):(\d+):\d+/;
const texts = new Map<string, readonly string[]>();

/** Who called the device, from the stack. */
function callerNow(): { readonly helper: string; readonly statement: string } {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const frames = new Error('where').stack!.split('\n');
  Error.stackTraceLimit = limit;
  const at = frames.findIndex((frame) => generated.test(frame));
  if (at < 0) return { helper: nameOf(frames[4]), statement: '' };
  const [, file = '', line = '1'] = generated.exec(frames[at]!)!;
  return { helper: nameOf(frames[at - 1]), statement: statementAt(file, Number(line)) };
}

const nameOf = (frame = ''): string => /at (?:Object\.)?([\w.]+)/.exec(frame)?.[1]?.split('.').at(-1) ?? '';

/** The nearest comment before the line that names a place of the `.nn`. */
function statementAt(file: string, line: number): string {
  const path = fileURLToPath(new URL(`./generated/${file}`, import.meta.url));
  const lines = texts.get(file) ?? readFileSync(path, 'utf8').split('\n');
  texts.set(file, lines);
  for (let i = line - 1; i >= 0; i--) {
    const [, found] = /^\s*\/\/ (\w+\.nn:\d+ .*)/.exec(lines[i]!) ?? [];
    if (found !== undefined) return found;
  }
  return '';
}
