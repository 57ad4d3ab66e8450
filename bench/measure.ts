/**
 * Times contenders side by side: in one process, alternating, medians, ratios. A contender is run a few times before
 * its time counts. One that takes seconds is run as often as its time allows, at least once.
 */
export interface Contender {
  readonly name: string;
  /** One unit of work, awaited. */
  readonly run: () => Promise<unknown> | unknown;
  /** Milliseconds of one unit, the mean of so many, where it has a clock of its own. */
  readonly timed?: (times: number) => Promise<number>;
}

export interface Timing {
  readonly name: string;
  /** Milliseconds. */
  readonly median: number;
  readonly runs: number;
}

/** What takes longer is run once, in milliseconds. */
export const slowAbove = 2000;

export async function sideBySide(contenders: readonly Contender[], budgetSeconds = 4): Promise<readonly Timing[]> {
  const samples = contenders.map((): number[] => []);
  const warm: number[] = [];
  for (const contender of contenders) warm.push(await warmUp(contender));
  // Short work is timed in groups, so that the clock's own cost does not count.
  const groups = warm.map((ms) => Math.max(1, Math.min(200, Math.floor(5 / ms))));
  const slow = warm.map((ms) => ms > slowAbove);
  for (const [i, isSlow] of slow.entries()) if (isSlow) samples[i]!.push(warm[i]!);
  const deadline = performance.now() + budgetSeconds * 1000 * slow.filter((isSlow) => !isSlow).length;
  for (let round = 0; round < 3 || performance.now() < deadline; round++) {
    for (const [i, contender] of contenders.entries())
      if (!slow[i]) samples[i]!.push(await timed(contender, groups[i]!));
    if (round > 400) break;
  }
  return contenders.map(({ name }, i) => ({
    name,
    median: median(samples[i]!),
    runs: samples[i]!.length * groups[i]!,
  }));
}

async function warmUp(contender: Contender): Promise<number> {
  if ((await timed(contender, 1)) > slowAbove) {
    // The first may have had things to prepare.
    const second = await timed(contender, 1);
    if (second > slowAbove) return second;
  }
  for (let i = 0; i < 10; i++) await contender.run();
  return timed(contender, 3);
}

async function timed(contender: Contender, times: number): Promise<number> {
  if (contender.timed !== undefined) return contender.timed(times);
  const { run } = contender;
  const begun = performance.now();
  for (let i = 0; i < times; i++) await run();
  return (performance.now() - begun) / times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const milliseconds = (ms: number): string =>
  ms < 1 ? `${(ms * 1000).toFixed(1)} µs` : ms < 100 ? `${ms.toFixed(2)} ms` : ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`; // prettier-ignore
