/** A VS Code of its own for one run: fresh profile, the extension installed, a folder of files to work on; ended by whoever started it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CodeServer } from './install-code-server.ts';

/** Where the extension runs: in a process beside the files, or in a worker of the browser. */
export type ExtensionHost = 'desktop' | 'web';

export interface Opened {
  readonly files: Readonly<Record<string, string>>;
  /** The one that is open. */
  readonly file: string;
  /** Whether nnlang is there, for types that import its runtime. */
  readonly isInstalled?: boolean;
}

export interface Started {
  /** Writes a folder and gives the address of a window on it, with one of its files open. */
  open(name: string, opened: Opened): string;
  /** What the extension has written into its output; empty where the browser keeps it. */
  output(): string;
  stop(): Promise<void>;
}

const settings = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'editor.fontSize': 14,
  'git.enabled': false,
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
};

export async function startCodeServer(
  { node, entry }: CodeServer,
  vsix: string,
  host: ExtensionHost,
): Promise<Started> {
  const home = mkdtempSync(join(tmpdir(), 'nn-vscode-'));
  const at = (name: string): string => join(home, name);
  const kind = host === 'web' ? { 'remote.extensionKind': { 'nnlang.nnlang': ['ui'] } } : {};
  write(at('user/User/settings.json'), JSON.stringify({ ...settings, ...kind }));
  write(at('config.yaml'), '');
  const shared = ['--config', at('config.yaml'), '--user-data-dir', at('user'), '--extensions-dir', at('extensions')];
  execFileSync(node, [entry, ...shared, '--install-extension', vsix], { stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  const quiet = ['--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
  const child = spawn(node, [entry, ...shared, '--bind-addr', `127.0.0.1:${port}`, ...quiet], {
    env: { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await healthy(`http://127.0.0.1:${port}/healthz`, child);
  } catch (error) {
    await stop();
    throw new Error(`code-server did not start:\n${said}`, { cause: error });
  }
  return {
    open: (name, { files, file, isInstalled = false }) => {
      const folder = at(name);
      for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
      if (isInstalled) install(folder);
      const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${join(folder, file)}`]]);
      return `http://127.0.0.1:${port}/?folder=${folder}&payload=${encodeURIComponent(payload)}`;
    },
    output: () => outputIn(at('user/logs')),
    stop,
  };
}

/** nnlang, as npm installs what is linked. */
function install(folder: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(fileURLToPath(new URL('../../', import.meta.url)), join(folder, 'node_modules/nnlang'));
}

function outputIn(logs: string): string {
  const files = existsSync(logs) ? readdirSync(logs, { recursive: true, encoding: 'utf8' }) : [];
  return files
    .filter((file) => /nnlang.*\.log$/.test(file))
    .map((file) => readFileSync(join(logs, file), 'utf8'))
    .join('');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function healthy(address: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    try {
      if ((await fetch(address)).ok) return;
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('nothing answered for a minute');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await exit;
}
