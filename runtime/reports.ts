/**
 * Losses and metrics of many batches as one set of scores. Where they must be waited for, on a graphics card, they stay there and are read a few dozen
 * at once: work goes on being handed over while the card computes. In the memory of wasm and cpu there is nothing to wait for.
 */
import type { Device, Values } from './device.ts';
import { ReportFold } from './history.ts';
import type { Data, ReportEntry } from './program.ts';
import { taken } from './steps.ts';

/** How many batches may wait to be read. They bound how far ahead of the card one is, too. */
const mostWaiting = 32;

export class Reports {
  readonly #device: Device;
  readonly #fold: ReportFold;
  readonly #waiting: { readonly report: Data; readonly size: number }[] = [];

  constructor(device: Device, entries: readonly ReportEntry[]) {
    this.#device = device;
    this.#fold = new ReportFold(entries);
  }

  /** Takes over the report of a batch of `size` examples. Waits, if so many are there that they must be read. */
  add(report: Data, size: number): Promise<void> | undefined {
    if (!this.#device.readsAtOnce) {
      this.#waiting.push({ report, size });
      return this.#waiting.length < mostWaiting ? undefined : this.#read();
    }
    this.#fold.add(taken(this.#device, report) as Values, size);
    return undefined;
  }

  /** As `add`, with the values of this very batch. */
  async addSeen(report: Data, size: number): Promise<Values> {
    const values = await taken(this.#device, report);
    this.#fold.add(values, size);
    return values;
  }

  /** The scores of all, each name with the prefix. */
  async scores(prefix = ''): Promise<Record<string, number>> {
    await this.#read();
    return this.#fold.scores(prefix);
  }

  /** Gives back what has not been read. */
  dispose(): void {
    for (const { report } of this.#waiting.splice(0)) this.#device.dispose(report);
  }

  async #read(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    const values = await Promise.all(waiting.map(({ report }) => this.#device.read(report).finally(() => this.#device.dispose(report)))); // prettier-ignore
    values.forEach((report, i) => this.#fold.add(report, waiting[i]!.size));
  }
}
