/**
 * A runtime that computes nothing and watches memory: it throws where a buffer is used after it was freed or written over, freed twice,
 * or freed though the caller gave it, and where a kernel may write over what the caller keeps. Emitted JavaScript runs on it.
 */
interface Tracked {
  readonly buffer: { readonly given: boolean; readonly mayBeSpent: boolean; live: boolean; writtenOver?: true };
  readonly shape: readonly number[];
  readonly isSpent?: true;
}

const isTracked = (value: unknown): value is Tracked =>
  typeof value === 'object' && value !== null && 'buffer' in value;

/** Stands for the classes that emitted ones extend. */
class Base {
  readonly kind = 'base';
}

export class Memory {
  readonly made: Tracked['buffer'][] = [];
  /** The most buffers that lived at once. */
  peak = 0;

  given(shape: readonly number[], mayBeSpent = false): Tracked {
    return { buffer: { given: true, mayBeSpent, live: true }, shape };
  }

  /**
   * Records of given data under any name.
   * @param mayBeSpent Whether who gives them has no use for them afterwards.
   */
  record(shape: readonly number[], mayBeSpent = false): Record<string, Tracked> {
    const known = new Map<PropertyKey, Tracked>();
    return new Proxy<Record<string, Tracked>>(
      {},
      {
        get: (_, name) => {
          if (!known.has(name)) known.set(name, this.given(shape, mayBeSpent));
          return known.get(name);
        },
      },
    );
  }

  get live(): ReadonlySet<Tracked['buffer']> {
    return new Set(this.made.filter((buffer) => buffer.live));
  }

  readonly helpers = new Proxy<Record<string, unknown>>(
    {},
    {
      get: (_, name) => {
        if (name === 'Model' || name === 'TrainableModel') return Base;
        // Kernels are their parts.
        if (name === 'elementwise' || name === 'elementwiseTogether')
          return (_text: string, parts: (...values: readonly unknown[]) => unknown) =>
            (...values: readonly unknown[]) => this.#kernel(parts, values); // prettier-ignore
        if (name === 'over') return (x: Tracked) => ({ ...this.#checked(x, 'over'), isSpent: true });
        if (name === 'reshape') return (x: Tracked) => ({ buffer: this.#checked(x, 'reshape').buffer, shape: x.shape });
        if (name === 'putStep') return (_device: unknown, stack: Tracked, _t: number, x: Tracked) => void [this.#checked(stack, name), this.#checked(x, name)]; // prettier-ignore
        if (name === 'stacked') return (_device: unknown, stack: Tracked) => this.#checked(stack, name);
        if (name === 'free') return (_device: unknown, ...all: Tracked[]) => all.forEach((x) => this.#free(x));
        if (/^(lstm|gru)Loop(Gradient)?$/.test(String(name)))
          return (_device: unknown, operands: object, wanted: readonly string[]) =>
            Object.fromEntries(wanted.map((one) => [one, this.#call(String(name), Object.values(operands))]));
        return (...values: unknown[]) => this.#call(String(name), values);
      },
    },
  );

  #checked(x: Tracked, by: string): Tracked {
    if (!x.buffer.live) throw new Error(`${by} uses what was freed`);
    if (x.buffer.writtenOver) throw new Error(`${by} uses what was written over`);
    return x;
  }

  #kernel(parts: (...values: readonly unknown[]) => unknown, values: readonly unknown[]): unknown {
    const result = parts(...values);
    for (const x of values.filter(isTracked)) {
      if (!x.isSpent) continue;
      if (x.buffer.given && !x.buffer.mayBeSpent) throw new Error('over what the caller keeps');
      x.buffer.writtenOver = true;
    }
    return result;
  }

  #free(x: Tracked): void {
    if (!isTracked(x)) throw new Error('free of something else');
    if (x.buffer.given) throw new Error('free of what the caller gave');
    if (!x.buffer.live) throw new Error('freed twice');
    x.buffer.live = false;
  }

  #call(name: string, values: readonly unknown[]): Tracked {
    for (const value of values.flat()) if (isTracked(value)) this.#checked(value, name);
    const buffer = { given: false, mayBeSpent: true, live: true };
    this.made.push(buffer);
    this.peak = Math.max(this.peak, this.live.size);
    return { buffer, shape: [2, 4] };
  }
}

/** Functions of an emitted JavaScript module by name, bound to `helpers`. */
export function functionsOf(
  code: string,
  helpers: object,
  names: readonly string[],
): Readonly<Record<string, (...values: unknown[]) => unknown>> {
  const body = code
    .replaceAll(/import (\{[^}]*\}) from '[^']*';/g, 'const $1 = runtime;')
    .replaceAll(/^export \{[^}]*\};/gm, '')
    .replaceAll(/^export /gm, '');
  // eslint-disable-next-line no-new-func
  return new Function('runtime', `${body}\nreturn { ${names.join(', ')} };`)(helpers) as ReturnType<typeof functionsOf>;
}

/** Runs one emitted function and checks that just what it returns is left of what it made. */
export function checkMemory(memory: Memory, call: () => unknown): void {
  const result = call();
  const returned = new Set(trackedIn(result).map((x) => x.buffer));
  for (const buffer of returned) if (!buffer.live) throw new Error('a result was freed');
  for (const buffer of memory.live) if (!returned.has(buffer)) throw new Error('something was never freed');
}

const trackedIn = (value: unknown): readonly Tracked[] =>
  isTracked(value)
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(trackedIn)
      : [];
