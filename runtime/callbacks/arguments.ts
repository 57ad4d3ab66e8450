/** The arguments of a callback that is named rather than written as functions. */
import type { CallbackSpec } from '../program.ts';

export class Arguments {
  readonly #spec: CallbackSpec;

  constructor(spec: CallbackSpec) {
    this.#spec = spec;
  }

  /** As given, or the fallback. */
  number(name: string, fallback: number): number {
    const value = this.#spec[name];
    return typeof value === 'number' ? value : fallback;
  }

  text(name: string, fallback: string): string {
    const value = this.#spec[name];
    return typeof value === 'string' ? value : fallback;
  }

  flag(name: string, fallback = false): boolean {
    const value = this.#spec[name];
    return typeof value === 'boolean' ? value : fallback;
  }

  /** @throws Error where it is missing. */
  required(name: string): string {
    const value = this.#spec[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new Error(`The callback ${this.#spec.name} needs ${name}: a text.`);
  }

  value(name: string): CallbackSpec[string] | undefined {
    return this.#spec[name];
  }

  /** Prints where `verbose` asks for it, as Keras does. */
  tell(epoch: number, message: string): void {
    if (this.number('verbose', 0) > 0) console.log(`Epoch ${epoch + 1}: ${message}`);
  }
}
