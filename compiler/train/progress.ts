/**
 * How a training shows that it goes on: a bar per epoch on a terminal, a line per epoch elsewhere.
 */
import type { Scores } from './trainable.ts';

export interface Progress {
  beginEpoch(epoch: number): void;
  /** Examples of this epoch that are done. */
  advance(examples: number, scores: Scores): void;
  endEpoch(epoch: number, scores: Scores, seconds: number): void;
  /** Also in the middle of an epoch. */
  stop(): void;
}

export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  readonly epochs: number;
  readonly examples: number;
}

export async function createProgress(options: ProgressOptions): Promise<Progress> {
  return options.stream.isTTY ? barProgress(options) : lineProgress(options);
}

const title = (epoch: number, epochs: number): string =>
  `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`;

export const scoresText = (scores: Scores): string =>
  Object.entries(scores)
    .map(([name, value]) => `${name} ${scoreText(value)}`)
    .join('  ');

/** Four significant places; small and large numbers with an exponent. */
export function scoreText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(3) : value.toFixed(4);
}

const rateText = (examples: number, seconds: number): string =>
  `${Math.round(examples / Math.max(seconds, 1e-3)).toLocaleString('en-US')} examples/s`;

function lineProgress({ stream, epochs, examples }: ProgressOptions): Progress {
  return {
    beginEpoch: () => {},
    advance: () => {},
    endEpoch: (epoch, scores, seconds) => {
      stream.write(`${title(epoch, epochs)}  ${scoresText(scores)}  ${rateText(examples, seconds)}\n`);
    },
    stop: () => {},
  };
}

async function barProgress({ stream, epochs, examples }: ProgressOptions): Promise<Progress> {
  const { default: progress } = await import('cli-progress');
  let bar: InstanceType<typeof progress.SingleBar> | undefined;
  let begun = 0;
  let done = 0;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    beginEpoch: (epoch) => {
      begun = performance.now();
      done = 0;
      bar = new progress.SingleBar({
        stream: stream as unknown as NodeJS.WritableStream,
        format: `${title(epoch, epochs)} {bar} {percentage}%  {scores}  {rate}  {left}`,
        barsize: 20,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        hideCursor: true,
        // Ctrl-C is ours: it saves the weights.
        gracefulExit: false,
      });
      bar.start(examples, 0, { scores: '', rate: '', left: '' });
    },
    advance: (more, scores) => {
      done += more;
      const seconds = (performance.now() - begun) / 1000;
      const left = (seconds / done) * (examples - done);
      bar?.update(done, {
        scores: scoresText(scores),
        rate: rateText(done, seconds),
        left: `${durationText(left)} left`,
      });
    },
    endEpoch: (_, scores, seconds) => {
      bar?.update(examples, {
        scores: scoresText(scores),
        rate: rateText(examples, seconds),
        left: durationText(seconds),
      });
      stop();
    },
    stop,
  };
}

/** `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
