/** The time that a graphics card takes for each kernel of a run on WebGPU, as tfjs's backend measures it: each kernel in a pass of its own, between two stamps. */
import { engine } from '@tensorflow/tfjs-core';

export interface KernelTime {
  readonly kernel: string;
  readonly calls: number;
  readonly milliseconds: number;
}

interface Program {
  readonly constructor: { readonly name: string };
  readonly shaderKey: string;
}
interface TimedBackend {
  readonly supportTimestampQuery: boolean;
  activeTimers: { readonly query: Promise<number> }[] | null;
  runWebGPUProgram(program: Program, ...rest: unknown[]): unknown;
}

/** Of one run, the longest first; none where the browser gives no stamps. */
export async function kernelTimes(run: () => Promise<unknown>): Promise<readonly KernelTime[]> {
  const backend = engine().backend as unknown as TimedBackend;
  if (!backend.supportTimestampQuery) return [];
  const own = backend.runWebGPUProgram;
  const names: string[] = [];
  const timers: TimedBackend['activeTimers'] = [];
  backend.runWebGPUProgram = (program, ...rest) => {
    const result = own.call(backend, program, ...rest);
    // Only what was dispatched has a timer.
    if (timers.length > names.length) names.push(nameOf(program));
    return result;
  };
  backend.activeTimers = timers;
  try {
    await run();
  } finally {
    backend.activeTimers = null;
    backend.runWebGPUProgram = own;
  }
  const times = new Map<string, { calls: number; milliseconds: number }>();
  for (const [i, { query }] of timers.entries()) {
    const time = times.get(names[i]!) ?? { calls: 0, milliseconds: 0 };
    times.set(names[i]!, { calls: time.calls + 1, milliseconds: time.milliseconds + (await query) });
  }
  return [...times].map(([kernel, time]) => ({ kernel, ...time })).sort((a, b) => b.milliseconds - a.milliseconds);
}

/** `Conv2DMMProgram` of tfjs; of ours the words that their keys begin with, as sizes follow; fused ones have their text there. */
function nameOf({ constructor, shaderKey }: Program): string {
  if (!shaderKey.startsWith('nnlang')) return constructor.name.replace(/Program$/, '');
  const [words] = /^nnlang(?: [a-z]+)+/.exec(shaderKey) ?? ['nnlang fused'];
  return words;
}
