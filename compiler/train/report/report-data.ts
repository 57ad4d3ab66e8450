/** What a report shows, as the command gives it to the page. */
export interface ReportData {
  readonly title: string;
  /** Label and value of what was trained on what, and how. */
  readonly facts: readonly (readonly [string, string])[];
  /** Names of scores in their order; those of validation begin with `val_`. */
  readonly scores: readonly string[];
  readonly epochs: readonly ReportedEpoch[];
  /** The loss of each step, or of as many as can be seen. */
  readonly steps: { readonly at: readonly number[]; readonly loss: readonly (number | null)[] };
  /** Scores on the test data, where there is some. */
  readonly test?: readonly (readonly [string, string])[];
}

export interface ReportedEpoch {
  /** From 1. */
  readonly epoch: number;
  /** In the order of `scores`; `null` for what is no finite number. */
  readonly values: readonly (number | null)[];
  readonly seconds: number;
}
