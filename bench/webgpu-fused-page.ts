/** What runs in the browser: predictions and training steps on WebGPU with fused kernels and with their parts, alternating. */
import { useBackend, type Device, type TrainableModel } from '../runtime/index.ts';

/** Programs that the card is given, and milliseconds. */
export interface Costs {
  readonly programs: number;
  readonly ms: number;
}
export interface FusedMeasured {
  readonly name: string;
  readonly what: 'predict' | 'step';
  readonly apart: Costs;
  readonly fused: Costs;
}

interface ModelClass {
  create(options: { readonly seed: number }): Promise<TrainableModel>;
}

export interface FusedWork {
  readonly name: string;
  /** With the parts of fused kernels, and with these. */
  readonly models: readonly [ModelClass, ModelClass];
  /** The shape of the input, whose first axis is the batch, and of a target of floats; without it the target is a class of ten. */
  readonly input: string;
  readonly shape: readonly number[];
  readonly target: string;
  readonly targetShape?: readonly number[];
  readonly rounds: number;
}

const floats = (shape: readonly number[]) => ({ data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 12.9898)), shape }); // prettier-ignore

/** Counts the programs. */
class Card {
  programs = 0;

  constructor(d: Device) {
    const backend = d.backend as unknown as { runWebGPUProgram(...given: readonly unknown[]): unknown };
    const own = backend.runWebGPUProgram.bind(backend);
    backend.runWebGPUProgram = (...given) => {
      this.programs++;
      return own(...given);
    };
  }
}

async function costsOf(card: Card, run: () => Promise<unknown>): Promise<Costs> {
  card.programs = 0;
  const begun = performance.now();
  await run();
  return { programs: card.programs, ms: performance.now() - begun };
}

/** The quickest, for other work on the machine only adds. */
const least = (of: readonly Costs[]): Costs => ({ programs: of[0]!.programs, ms: Math.min(...of.map(({ ms }) => ms)) });

async function measured(card: Card, work: FusedWork): Promise<readonly FusedMeasured[]> {
  const nets = [await work.models[0].create({ seed: 1 }), await work.models[1].create({ seed: 1 })] as const;
  const input = { [work.input]: floats(work.shape) };
  const label = Int32Array.from({ length: work.shape[0]! }, (_, i) => i % 10);
  const batch = { ...input, [work.target]: work.targetShape === undefined ? label : floats(work.targetShape) };
  const runs = {
    predict: async (net: TrainableModel) => (await net.run(input as never)) as unknown,
    step: async (net: TrainableModel) => (await net.trainStep(batch as never)) as unknown,
  } as const;
  const rows: FusedMeasured[] = [];
  for (const what of ['predict', 'step'] as const) {
    const all = { apart: [] as Costs[], fused: [] as Costs[] };
    for (let round = 0; round <= work.rounds; round++) {
      await globalThis.tell(`${work.name}, ${what}, round ${round}`);
      const apart = await costsOf(card, () => runs[what](nets[0]));
      const fused = await costsOf(card, () => runs[what](nets[1]));
      // Programs are compiled in the first round.
      if (round === 0) continue;
      all.apart.push(apart);
      all.fused.push(fused);
    }
    rows.push({ name: work.name, what, apart: least(all.apart), fused: least(all.fused) });
  }
  for (const net of nets) net.dispose();
  return rows;
}

export async function runFusedPage(works: readonly FusedWork[]): Promise<void> {
  try {
    const card = new Card(await useBackend('webgpu'));
    const rows: FusedMeasured[] = [];
    for (const work of works) rows.push(...(await measured(card, work)));
    await globalThis.end(rows);
  } catch (error) {
    await globalThis.end(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
