/**
 * PyTorch on one thread, native, as a limit: a Python process beside this one (`pytorch.py`), asked by lines of JSON. It
 * measures by its own clock, so that talking to it does not count. `PYTHON` names another Python than Debian's.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Weight } from './model-graph.ts';
import type { Absent, Prepared, Rival, Subject, TrainingSubject } from './rival.ts';
import { stagesOf } from './stages.ts';

type Answer =
  { readonly error: string } | { readonly error?: never; readonly values: readonly number[]; readonly ms: number };

class Python {
  readonly #process: ChildProcess;
  readonly #waiting: ((line: string) => void)[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'nnlang-bench-'));
  #said = '';

  constructor() {
    const script = fileURLToPath(new URL('./pytorch.py', import.meta.url));
    const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    this.#process = spawn(process.env['PYTHON'] ?? '/usr/bin/python3', [script], { env: { ...process.env, ...threads } });
    createInterface(this.#process.stdout!).on('line', (line) => this.#waiting.shift()?.(line));
    this.#process.stderr!.on('data', (text: Buffer) => (this.#said += text.toString()));
    this.#process.on('error', ({ message }) => this.#end(message));
    this.#process.on('close', () => this.#end(this.#said.trim().split('\n').at(-1) ?? ''));
  } // prettier-ignore

  /** The first line that it says by itself: versions, or why it cannot. */
  ask(question?: object): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.push((line) => resolve(JSON.parse(line) as Answer));
      if (question !== undefined) this.#process.stdin!.write(`${JSON.stringify(question)}\n`);
    });
  }

  /** Arrays one after the other in a file, and where each begins. */
  file(arrays: readonly (Float32Array | Int32Array)[]): { readonly file: string; readonly offsets: readonly number[] } {
    const offsets: number[] = [];
    let at = 0;
    for (const { byteLength } of arrays) {
      offsets.push(at);
      at += byteLength;
    }
    const file = join(this.#folder, 'data.bin');
    writeFileSync(file, Buffer.concat(arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)))); // prettier-ignore
    return { file, offsets };
  }

  end(): void {
    this.#process.stdin!.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #end(error: string): void {
    for (const answer of this.#waiting.splice(0)) answer(JSON.stringify({ error }));
  }
}

/** Stages with their weights as places in `data`. */
function described(subject: Subject, target?: Int32Array | Float32Array) {
  const arrays: (Float32Array | Int32Array)[] = [subject.x];
  if (target !== undefined) arrays.push(target);
  const isWeight = (value: unknown): value is Weight => typeof value === 'object' && value !== null && 'shape' in value;
  const stages = JSON.parse(
    JSON.stringify(stagesOf(subject.network), (_, value: unknown) =>
      isWeight(value) ? { array: arrays.push(value.values) - 1, shape: value.shape } : value,
    ),
  ) as object[];
  return { stages, arrays };
} // prettier-ignore

async function prepared(subject: Subject, training?: TrainingSubject): Promise<Prepared | Absent> {
  if (subject.backend !== 'wasm') return { absent: 'PyTorch is compared with wasm only.' };
  const python = new Python();
  const { stages, arrays } = described(subject, training?.target);
  const hello = await python.ask();
  const trains = training && { optimizer: training.optimizer, loss: training.loss };
  if (hello.error !== undefined) {
    python.end();
    return { absent: `PyTorch is not here (${hello.error}). Debian has it: apt-get install python3-torch libopenblas0-pthread.` }; // prettier-ignore
  }
  const load = { stages, shape: subject.shape, ...python.file(arrays), trains };
  const loaded = await python.ask({ load });
  if (loaded.error !== undefined) throw new Error(`PyTorch: ${loaded.error}`);
  const run = async (times: number): Promise<{ readonly values: readonly number[]; readonly ms: number }> => {
    const answer = await python.ask({ run: times });
    if (answer.error !== undefined) throw new Error(`PyTorch: ${answer.error}`);
    return answer;
  };
  return {
    run: async () => (await run(1)).values,
    timed: async (times) => (await run(times)).ms,
    dispose: () => python.end(),
  };
}

export const pytorch: Rival = {
  name: 'PyTorch, native',
  predict: (subject) => prepared(subject),
  step: (subject) => prepared(subject, subject),
};
