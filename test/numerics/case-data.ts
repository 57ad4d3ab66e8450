/**
 * What one comparison needs at run time, as plain data: it is made in Node, where the compiler and the reference
 * evaluator are, and read where the emitted code runs, which may be a browser.
 */

export type Numbers = Float32Array | Int32Array | Uint8Array;
export interface CaseArray {
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: readonly number[];
  readonly data: Numbers;
}
export type Arrays = Readonly<Record<string, CaseArray>>;

/** The kinds of definitions that have rows. */
export const rowKinds = ['layers', 'functions', 'losses', 'metrics', 'optimizers'] as const;
export type RowKind = (typeof rowKinds)[number];

export const columns = ['forward', 'inputGradients', 'weightGradients'] as const;
export type Column = (typeof columns)[number];

export interface CaseHead {
  /** The name of its model. */
  readonly id: string;
  readonly kind: RowKind;
  readonly name: string;
  /** What is computed, as it would be written. */
  readonly about: string;
}

/** A layer or a function: `run`, then `forward` and `backward` as in training. */
export interface PassCase extends CaseHead {
  readonly run: 'pass';
  readonly inputs: Arrays;
  readonly weights: Arrays;
  /** By output. */
  readonly outputGradients: Arrays;
  readonly expected: {
    /** Outputs of `run`; absent where they are drawn at random. */
    readonly inference?: Arrays;
    readonly training: Arrays;
    /** Weights that a training pass changes: moving statistics. */
    readonly states: Arrays;
    readonly inputGradients: Arrays;
    readonly weightGradients: Arrays;
  };
}

/** A loss: its value, and the gradients of it. Or a metric: its value after an epoch of two batches. */
export interface ScoreCase extends CaseHead {
  readonly run: 'score';
  readonly batches: readonly Arrays[];
  readonly weights: Arrays;
  /** The name under which the value is reported. */
  readonly score: string;
  readonly expected: { readonly score: number; readonly inputGradients?: Arrays; readonly weightGradients?: Arrays };
}

/** An optimiser: the weights after some steps. */
export interface StepsCase extends CaseHead {
  readonly run: 'steps';
  readonly batch: Arrays;
  readonly steps: number;
  readonly weights: Arrays;
  readonly expected: { readonly weights: Arrays };
}

export type CaseData = PassCase | ScoreCase | StepsCase;

/** The worst error of each column that the case has, relative to the greatest value expected. */
export interface CaseResult {
  readonly id: string;
  readonly errors: Readonly<Partial<Record<Column, number>>>;
  /** What went wrong instead. */
  readonly failure?: string;
}

const arrayTypes = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

interface WrittenArray {
  readonly dtype: CaseArray['dtype'];
  readonly shape: readonly number[];
  readonly bytes: string;
}

/** JSON in which arrays are base64. */
export function caseText(cases: readonly object[]): string {
  return JSON.stringify(cases, (_, value: unknown) => {
    if (!isCaseArray(value)) return value;
    const bytes = new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength);
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { dtype: value.dtype, shape: value.shape, bytes: btoa(text) } satisfies WrittenArray;
  });
}

export function casesOf<Case extends object = CaseData>(text: string): readonly Case[] {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('bytes' in value)) return value;
    const { dtype, shape, bytes } = value as WrittenArray;
    const raw = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
    return { dtype, shape, data: new arrayTypes[dtype](raw.buffer) } satisfies CaseArray;
  }) as readonly Case[];
}

const isCaseArray = (value: unknown): value is CaseArray =>
  typeof value === 'object' && value !== null && 'data' in value && ArrayBuffer.isView(value.data);
