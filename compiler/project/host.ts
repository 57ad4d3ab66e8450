/**
 * All that the compiler asks of the world outside: files by absolute path. Nothing else in the compiler does input or output.
 */
export interface Host {
  /** The text without a byte-order mark; undefined where there is no such file. Throws `UnreadableFile` where there is one that cannot be read. */
  readFile(path: string): string | undefined;
  exists(path: string): boolean;
  /** The `.nn` file that a bare specifier (`@scope/models/resnet.nn`) means for an importing file; undefined where no package has it. */
  resolvePackage(specifier: string, from: string): string | undefined;
}

export type UnreadableReason = 'encoding' | 'directory' | 'permission' | 'too-large' | 'other';

/** A file is there, but its text cannot be had. The message is a clause that can follow a colon: no capital, no full stop. */
export class UnreadableFile extends Error {
  readonly path: string;
  readonly reason: UnreadableReason;
  /** For `encoding`: the text with U+FFFD where bytes were no UTF-8, so that the place can be shown. */
  readonly replacedText: string | undefined;

  constructor(path: string, reason: UnreadableReason, message: string, replacedText?: string) {
    super(message);
    this.name = 'UnreadableFile';
    this.path = path;
    this.reason = reason;
    this.replacedText = replacedText;
  }
}

/** There is no such file, where one was. */
export class MissingFile extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} does not exist`);
    this.name = 'MissingFile';
    this.path = path;
  }
}
