/** Whether a watched score gets better. */
import type { Arguments } from './arguments.ts';

/** Names of scores of which more is better; losses and errors are better when they are less. */
const growing =
  /accuracy|auc|precision|recall|sensitivity|specificity|f1|fbeta|iou|r2|cosine|correlation|true(positives|negatives)/i;

export class Watch {
  readonly name: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;
  #best: number | undefined;
  #warned = false;

  constructor(read: Arguments, minDelta: number) {
    this.name = read.text('monitor', 'val_loss');
    const mode = read.text('mode', 'auto');
    this.#sign = mode === 'max' || (mode === 'auto' && growing.test(this.name)) ? -1 : 1;
    this.#minDelta = Math.abs(read.number('minDelta', minDelta));
  }

  /** Begins anew, with a value that is to be bettered, or without. */
  reset(best?: number): void {
    this.#best = best;
  }

  get best(): number | undefined {
    return this.#best;
  }

  /** The watched value; as in Keras, a warning where there is none. */
  value(logs: Readonly<Record<string, number>>): number | undefined {
    const value = logs[this.name];
    if (value === undefined && !this.#warned) {
      this.#warned = true;
      console.warn(
        `A callback monitors ${this.name}, which is not there. There are ${Object.keys(logs).join(', ')}; val_… need validation data.`,
      );
    }
    return value;
  }

  isBetter(value: number, than: number | undefined): boolean {
    if (than === undefined) return !Number.isNaN(value);
    return value * this.#sign < than * this.#sign - this.#minDelta;
  }

  /** Whether the value is the best so far, which it is from then on. */
  improves(value: number): boolean {
    if (!this.isBetter(value, this.#best)) return false;
    this.#best = value;
    return true;
  }
}
