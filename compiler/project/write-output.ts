/**
 * Writes a file so that no reader ever sees half of it: a temporary file beside it, then a rename. A file that already
 * has this content is left alone, so that watchers and build tools do not wake up for nothing.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './node-host.ts';
import { UserError } from './user-error.ts';

export type Written = 'written' | 'unchanged';

export function writeOutput(path: string, content: string | Uint8Array): Written {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (hasContent(path, bytes)) return 'unchanged';
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw cannotWrite(path, error);
  }
  return 'written';
}

/** What made the writing fail may make this fail too; the first reason is the one to tell. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

/** Whether a file is there with just these bytes. */
export function hasContent(path: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

function cannotWrite(path: string, error: unknown): UserError {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'you have no permission to write there',
    EPERM: 'you have no permission to write there',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'a folder of that name is there',
    ENOTDIR: 'a part of the path is a file and not a folder',
    EEXIST: 'a part of the path is a file and not a folder',
  };
  const detail = error instanceof Error ? error.message : String(error);
  return new UserError(`cannot write ${path}: ${reasons[errorCode(error) ?? ''] ?? detail}`);
}
