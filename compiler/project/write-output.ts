/**
 * Writes files so that no reader ever sees half of one, and files that belong together so that a build that is killed or finds the disk full leaves
 * all of them as they were: first temporary files beside them, then, when all are there, renames. A file that already has this content is left
 * alone, so that watchers and build tools do not wake up for nothing.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './node-host.ts';
import { UserError } from './user-error.ts';

export type Written = 'written' | 'unchanged';

export interface Output {
  readonly path: string;
  readonly content: string | Uint8Array;
}

export function writeOutput(path: string, content: string | Uint8Array): Written {
  return writeOutputs([{ path, content }])[0]!;
}

/** All of them or, where one cannot be written, none. They appear in this order. */
export function writeOutputs(outputs: readonly Output[]): readonly Written[] {
  const staged: { readonly path: string; readonly temporary: string }[] = [];
  let path = '';
  try {
    const states = outputs.map((output): Written => {
      ({ path } = output);
      const bytes = typeof output.content === 'string' ? Buffer.from(output.content) : output.content;
      if (hasContent(path, bytes)) return 'unchanged';
      refuseFolder(path);
      mkdirSync(dirname(path), { recursive: true });
      const temporary = temporaryPath(path);
      staged.push({ path, temporary });
      writeFileSync(temporary, bytes);
      return 'written';
    });
    for (const { path: final, temporary } of staged) {
      path = final;
      renameSync(temporary, path);
    }
    return states;
  } catch (error) {
    for (const { temporary } of staged) removeQuietly(temporary);
    throw cannotWrite(path, error);
  }
}

const temporaryPath = (path: string): string =>
  join(dirname(path), `.${basename(path)}.nn-${randomUUID().slice(0, 8)}.tmp`);

const temporaryName = /^\.(.+)\.nn-[0-9a-f]{8}\.tmp$/;

/** Renaming would fail for it, but late, with others already in their place. */
function refuseFolder(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  throw Object.assign(new Error('a folder of that name is there'), { code: 'EISDIR' });
}

/** What a build that was killed has left of these files. Young ones may belong to a build that runs at this moment. */
export function removeLeftovers(folder: string, names: ReadonlySet<string>): void {
  for (const entry of entriesOf(folder)) {
    const name = temporaryName.exec(entry)?.[1];
    if (name === undefined || !names.has(name)) continue;
    const path = join(folder, entry);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (age > leftAlone) removeQuietly(path);
  }
}

/** Milliseconds; writing the outputs of one file takes a few. */
const leftAlone = 60_000;

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
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
    return statSync(path).size === bytes.length && readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

const permission = {
  reason: 'you have no permission to write there',
  help: 'Write to another folder, or change the permissions of this one.',
};
const inTheWay = {
  reason: 'a part of the path is a file and not a folder',
  help: 'Write to another folder, or move that file away.',
};
const reasons: Readonly<Record<string, { readonly reason: string; readonly help: string }>> = {
  EACCES: permission,
  EPERM: permission,
  EROFS: { reason: 'the disk is read-only', help: 'Write to a folder on another disk.' },
  ENOSPC: { reason: 'the disk is full', help: 'Make room on it and try again. What was there is as it was.' },
  EDQUOT: {
    reason: 'your share of the disk is used up',
    help: 'Make room and try again. What was there is as it was.',
  },
  EISDIR: { reason: 'a folder of that name is there', help: 'Move it away, or write to another folder.' },
  ENOTDIR: inTheWay,
  EEXIST: inTheWay,
  ENAMETOOLONG: { reason: 'its name is too long', help: 'Write to a folder with a shorter path.' },
  ELOOP: { reason: 'a link on the way leads back to itself', help: 'Write to another folder, or remove that link.' },
};

function cannotWrite(path: string, error: unknown): UserError {
  const known = reasons[errorCode(error) ?? ''];
  const detail = error instanceof Error ? error.message : String(error);
  return new UserError(`cannot write ${path}: ${known?.reason ?? detail}`, known?.help);
}
