/**
 * How a watching command looks: on a terminal each round begins on an empty screen, as with `tsc --watch`; anywhere else, or with `--no-clear`, rounds
 * stand below each other.
 */
import picocolors from 'picocolors';
import { plural } from '../../diagnostics/suggest.ts';
import type { FileChange } from '../../project/read-once-host.ts';
import { displayPath } from '../display-path.ts';
import { wantsColors, type Terminal } from '../terminal.ts';

/** `Built 2 files`, and clauses that follow the time that it took. */
export interface RoundOutcome {
  readonly done: string;
  readonly also: readonly string[];
  /** Whether anything was printed of it. */
  readonly isShown: boolean;
}

export interface ScreenOptions {
  readonly clear?: boolean;
  readonly color?: boolean;
}

/** Screen, what was scrolled out of it, and the cursor to its beginning. */
const emptyScreen = '\u001B[2J\u001B[3J\u001B[H';

/** That many files are named; of more the number says enough. */
const mostNamed = 4;

export class WatchScreen {
  readonly #terminal: Terminal;
  readonly #clears: boolean;
  readonly #colors: ReturnType<typeof picocolors.createColors>;
  #isFirst = true;

  constructor(terminal: Terminal, { clear = true, color }: ScreenOptions) {
    const { stdout, env } = terminal;
    this.#terminal = terminal;
    this.#clears = clear && stdout.isTTY === true && env['TERM'] !== 'dumb';
    this.#colors = picocolors.createColors(wantsColors(stdout, env, color));
  }

  /** What has changed since the last round; nothing before the first. */
  begin(changes: readonly FileChange[]): void {
    if (this.#clears) this.#terminal.stdout.write(emptyScreen);
    else if (!this.#isFirst) this.#terminal.stdout.write('\n');
    this.#isFirst = false;
    if (changes.length > 0) this.#line(`${this.#said(changes)}\n`);
  }

  end({ done, also, isShown }: RoundOutcome, milliseconds: number): void {
    if (isShown) this.#gap();
    this.#last(`${[`${done} in ${durationText(milliseconds)}`, ...also].join('; ')}. `);
  }

  /** Between what a round has printed and its end. */
  #gap(): void {
    this.#terminal.stdout.write('\n');
  }

  /** Nothing could be done; `isShown` where more of it has been printed. */
  idle(reason: string, help?: string, isShown = false): void {
    if (isShown) this.#gap();
    this.#last(help === undefined ? `${reason}. ` : `${reason}.\n  help: ${help}\n`);
  }

  #last(text: string): void {
    this.#line(`${text}${this.#colors.dim('Waiting for changes; Ctrl-C ends.')}`);
  }

  #line(text: string): void {
    this.#terminal.stdout.write(`${this.#colors.dim(timeText(new Date()))} ${text}\n`);
  }

  #said(changes: readonly FileChange[]): string {
    if (changes.length > mostNamed) return `${plural(changes.length, 'file')} changed`;
    const name = ({ path }: FileChange): string => displayPath(path, this.#terminal.cwd);
    return changes.map((change) => `${name(change)} ${words[change.kind]}`).join(', ');
  }
}

const words = { changed: 'changed', new: 'is new', gone: 'is gone' } as const;

const timeText = (time: Date): string => time.toTimeString().slice(0, 8);

const durationText = (milliseconds: number): string =>
  milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
