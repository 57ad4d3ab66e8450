/** The built command as processes of its own, with what the machine may do to them: end them, refuse them, run out of room. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtCommandLine } from '../language-server/built-server.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** As `inject-fault.mjs` takes it. */
  readonly fault?: string;
  /** Permissions of files hold for it, even where the tests are run by root. */
  readonly isOrdinary?: boolean;
  /** Called with the process as soon as it has printed something, and whenever it prints more. */
  readonly watch?: (printed: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export async function runNn(args: readonly string[], options: RunOptions): Promise<Ended> {
  const { cwd, fault, isOrdinary = false, watch } = options;
  const main = await builtCommandLine();
  const preload = fault === undefined ? [] : ['--import', resolve('test/cli/inject-fault.mjs')];
  const command = [process.execPath, ...preload, main, ...args];
  const isRoot = process.getuid?.() === 0;
  const [file, ...rest] =
    isOrdinary && isRoot
      ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', ...command]
      : (command as [string, ...string[]]);
  const env = { ...process.env, NO_COLOR: '1', ...(fault === undefined ? {} : { NN_FAULT: fault }) };
  return new Promise((done, failed) => {
    const child = spawn(file!, rest, { cwd, env });
    let stdout = '';
    let stderr = '';
    const heard = (): void => watch?.(stdout + stderr, (signal) => child.kill(signal));
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
      heard();
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      heard();
    });
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
}

/** A disk of this size, where this machine lets one be mounted; otherwise nothing is done, and `false` given. */
export async function onSmallDisk(options: string, use: (folder: string) => Promise<void>): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'nn-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return false;
  }
  try {
    await use(folder);
  } finally {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true });
  }
  return true;
}

export const remounted = (folder: string, options: string): void =>
  void execFileSync('mount', ['-o', `remount,${options}`, folder], { stdio: 'ignore' });
