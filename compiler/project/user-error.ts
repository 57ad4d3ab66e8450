/**
 * A mistake of the user's that is not in a `.nn` text: a flag, a path, a data file. Printed as its message, never with a
 * stack trace. `command`: the command could not run (exit code 2); `files`: what it was given has errors (exit code 1).
 */
export class UserError extends Error {
  readonly help: string | undefined;
  readonly blame: 'command' | 'files';

  constructor(message: string, help?: string, blame: 'command' | 'files' = 'command') {
    super(message);
    this.name = 'UserError';
    this.help = help;
    this.blame = blame;
  }
}
