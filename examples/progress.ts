/** Callbacks of `fit` that draw a progress bar per epoch, with loss and metrics so far. */
import { SingleBar } from 'cli-progress';

type Scores = Readonly<Record<string, number>>;

export function progress(total: number, epochs: number) {
  const bar = new SingleBar({
    format: 'epoch {epoch}/{epochs} {bar} {value}/{total}  {scores}  {rate}/s  {eta_formatted} left',
    noTTYOutput: true,
    notTTYSchedule: 20_000,
  });
  let begun = 0;
  let done = 0;
  let sums: Record<string, number> = {};
  return {
    onEpochBegin(epoch: number): void {
      [begun, done, sums] = [performance.now(), 0, {}];
      bar.start(total, 0, { epoch: epoch + 1, epochs, scores: '', rate: '–' });
    },
    onBatchEnd(_: number, { size, ...scores }: Scores & { readonly size: number }): void {
      done += size;
      for (const [name, score] of Object.entries(scores)) sums[name] = (sums[name] ?? 0) + score * size;
      const means = Object.entries(sums).map(([name, sum]) => `${name} ${(sum / done).toFixed(4)}`);
      bar.update(done, { scores: means.join('  '), rate: Math.round(done / ((performance.now() - begun) / 1000)) });
    },
    onEpochEnd: (): void => bar.stop(),
  };
}

/** `2 min 5 s` since a time. */
export function since(start: number): string {
  const seconds = Math.round((performance.now() - start) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
