/** Between a worker that takes steps of a training and a loop on the page that asks for them: the worker goes on when the loop wants the next one. */
type Answer = { readonly stop: boolean };
type Next<Step, End> = IteratorResult<Step, End>;
interface Waiting<Step, End> {
  resolve(next: Next<Step, End>): void;
  reject(error: unknown): void;
}

export class PulledSteps<Step, End> {
  /** The loop, which waits for a step. */
  #loop: Waiting<Step, End> | undefined;
  /** The worker, which waits for the loop. */
  #worker: ((answer: Answer) => void) | undefined;
  /** Tells the loop how it ended. */
  #end: ((loop: Waiting<Step, End>) => void) | undefined;
  #isStopped = false;

  /** For the worker: a step was taken. Resolves when the next is wanted, or none. */
  readonly taken = (step: unknown): Promise<Answer> =>
    new Promise((resolve) => {
      if (this.#isStopped) return resolve({ stop: true });
      this.#worker = resolve;
      this.#loop?.resolve({ done: false, value: step as Step });
      this.#loop = undefined;
    });

  /** For the worker: that there are no more steps, or why not. */
  endsWith(end: Promise<End>): void {
    const tell = (how: (loop: Waiting<Step, End>) => void): void => {
      this.#end = how;
      if (this.#loop) how(this.#loop);
    };
    end.then(
      (value) => tell((loop) => loop.resolve({ done: true, value })),
      (error: unknown) => tell((loop) => loop.reject(error)),
    );
  }

  /** For the loop: the next step, when it has been taken. */
  next(): Promise<Next<Step, End>> {
    return new Promise((resolve, reject) => {
      if (this.#end) return this.#end({ resolve, reject });
      this.#loop = { resolve, reject };
      this.#worker?.({ stop: false });
      this.#worker = undefined;
    });
  }

  /** For the loop: that it wants no more. */
  stop(): void {
    this.#isStopped = true;
    this.#worker?.({ stop: true });
  }
}
