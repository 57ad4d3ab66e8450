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
  /** Open unless it is paused. */
  let gate = Promise.resolve();
  let open = (): void => {};
  let begun = performance.now();
  let seconds: number | undefined;
  return {
    get isGoing() {
      return state === 'going';
    },
    get hasEnded() {
      return state === 'ended';
    },
    pause: () => {
      if (state !== 'going') return;
      state = 'paused';
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    goOn: () => {
      if (state === 'paused') state = 'going';
      open();
    },
    end: () => {
      state = 'ended';
      open();
    },
    turn: async () => {
      await gate;
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
