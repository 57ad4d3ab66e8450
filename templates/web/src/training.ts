/** A training that can be paused between two of its steps. */
export interface Training {
  /** Neither paused nor ended. */
  readonly isGoing: boolean;
  readonly hasEnded: boolean;
  pause(): void;
  goOn(): void;
  end(): void;
  /** For its loop, after a step: resolves when the next one is wanted, or none any more. */
  turn(): Promise<void>;
  /** For its loop, once a step: smoothed, and without the pauses. */
  stepsPerSecond(): number;
}

export function createTraining(): Training {
  let state: 'going' | 'paused' | 'ended' = 'going';
  let wake = (): void => {};
  let begun = performance.now();
  let seconds: number | undefined;
  const become = (next: typeof state): void => {
    if (state === 'ended') return;
    state = next;
    wake();
  };
  return {
    get isGoing() {
      return state === 'going';
    },
    get hasEnded() {
      return state === 'ended';
    },
    pause: () => become('paused'),
    goOn: () => become('going'),
    end: () => become('ended'),
    turn: async () => {
      while (state === 'paused') await new Promise<void>((resolve) => (wake = resolve));
      begun = performance.now();
    },
    stepsPerSecond: () => {
      const now = (performance.now() - begun) / 1000;
      // The first step is longer: a graphics card compiles its programs then.
      seconds = seconds === undefined || now < seconds / 3 ? now : 0.95 * seconds + 0.05 * now;
      return 1 / seconds;
    },
  };
}
