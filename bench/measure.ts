/**
 * Times contenders side by side: in one process, alternating, medians, ratios. A contender is run a few times before
 * its time counts. One that takes seconds is run as often as its time allows, at least once.
 */
export interface Contender {
  readonly name: string;
  /** One unit of work, awaited. */
  readonly run: () => Promise<unknown> | unknown;
}

export interface Timing {
  readonly name: string;
  /** Milliseconds. */
  readonly median: number;
  readonly runs: number;
}

export async function sideBySide(contenders: readonly Contender[], budgetSeconds = 4): Promise<readonly Timing[]> {
  const samples = contenders.map((): number[] => []);
  const warm: number[] = [];
  for (const contender of contenders) warm.push(await warmUp(contender));
  const deadline = performance.now() + budgetSeconds * 1000 * contenders.length;
  // Short work is timed in groups, so that the clock's own cost does not count.
  const groups = warm.map((ms) => Math.max(1, Math.min(200, Math.floor(5 / ms))));
  const slow = warm.map((ms) => ms > 2000);
  for (let round = 0; round < 3 || performance.now() < deadline; round++) {
    for (const [i, contender] of contenders.entries()) {
      if (slow[i] && round > 0) continue;
      samples[i]!.push(await timed(contender, groups[i]!));
    }
    if (round > 400) break;
  }
  return contenders.map(({ name }, i) => ({
    name,
    median: median(samples[i]!),
    runs: samples[i]!.length * groups[i]!,
  }));
}

async function warmUp(contender: Contender): Promise<number> {
  const first = await timed(contender, 1);
  if (first > 2000) return first;
  for (let i = 0; i < 10; i++) await contender.run();
  return timed(contender, 3);
}

async function timed({ run }: Contender, times: number): Promise<number> {
  const begun = performance.now();
  for (let i = 0; i < times; i++) await run();
  return (performance.now() - begun) / times;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const milliseconds = (ms: number): string =>
  ms < 1 ? `${(ms * 1000).toFixed(1)} µs` : ms < 100 ? `${ms.toFixed(2)} ms` : ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`; // prettier-ignore
