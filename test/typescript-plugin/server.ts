/** TypeScript's own server, asked as an editor asks it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Lines and offsets count from 1. */
export interface Place {
  readonly line: number;
  readonly offset: number;
}
export interface Diagnostic {
  readonly start: Place;
  readonly end: Place;
  readonly text: string;
  readonly code: number;
  readonly source?: string;
  readonly relatedInformation?: readonly { readonly span?: { readonly file: string; readonly start: Place }; readonly message: string }[];
} // prettier-ignore

interface Message {
  readonly type: 'response' | 'event';
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

export class TypeScriptServer {
  readonly #process;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(event: string) => void>();
  #count = 0;

  constructor(script: string, args: readonly string[]) {
    const all = [script, '--disableAutomaticTypingAcquisition', '--suppressDiagnosticEvents', ...args];
    this.#process = spawn(process.execPath, all, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(this.#process.stdout).on('line', (line) => {
      if (line.startsWith('{')) this.#hear(JSON.parse(line) as Message);
    });
  }

  #hear(message: Message): void {
    if (message.type === 'event') for (const listener of this.#listeners) listener(message.event!);
    else this.#waiting.get(message.request_seq!)?.(message);
  }

  /** For what has no answer. */
  tell(command: string, args: object): void {
    this.#process.stdin.write(`${JSON.stringify({ seq: this.#count++, type: 'request', command, arguments: args })}\n`);
  }

  /** The body of the answer. */
  async ask<Body>(command: string, args: object): Promise<Body> {
    const seq = this.#count;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(seq, resolve));
    this.tell(command, args);
    const { success, message, body } = await answer;
    if (!success && message !== 'No content available.') throw new Error(`${command}: ${message}`);
    return body as Body;
  }

  diagnostics(file: string): Promise<readonly Diagnostic[]> {
    return this.ask('semanticDiagnosticsSync', { file });
  }

  /** When the server has told that something has changed, after what `cause` does. */
  async updated(cause: () => void): Promise<void> {
    const told = new Promise<void>((resolve) => {
      const listener = (event: string): void => {
        if (event !== 'projectsUpdatedInBackground') return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
    cause();
    await told;
  }

  async end(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.tell('exit', {});
    await ended;
  }
}
