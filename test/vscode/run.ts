/**
 * `npm run test:vscode`: the packaged extension in a real VS Code in a headless Chromium, once with the extension beside the
 * files and once in the browser's worker. `npm run test:vscode -- web squiggle` runs fewer. Pictures of what it saw lie in
 * `test/.tmp/vscode/`.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { packagedExtension } from '../../vscode-extension/package-extension.ts';
import { startBrowser } from '../browser/chromium.ts';
import { startCodeServer, type ExtensionHost } from './code-server.ts';
import { Editor } from './editor.ts';
import { installedCodeServer } from './install-code-server.ts';
import { scenarios, type Scenario } from './scenarios.ts';

const hosts: readonly ExtensionHost[] = ['desktop', 'web'];
const shots = fileURLToPath(new URL('../.tmp/vscode', import.meta.url));

async function runScenario(
  browser: Browser,
  address: string,
  scenario: Scenario,
  folder: string,
  output: () => string,
): Promise<string | undefined> {
  const before = new Set(faultsIn(output()));
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });
  const editor = new Editor(page, folder);
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  try {
    await editor.open(address);
    await scenario.run(editor);
    const faults = faultsIn(output()).filter((line) => !before.has(line));
    return faults.length === 0 ? undefined : `The extension wrote into its output:\n${faults.join('\n')}`;
  } catch (error) {
    await editor.screenshot(`FAILED ${scenario.name}`);
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${reason}\nWhat the page said last:\n${said.slice(-20).join('\n')}`;
  } finally {
    await page.close();
  }
}

/** What the server says went wrong. That requests fail while a window closes is the client's complaint, and nobody waits for them. */
const faultsIn = (output: string): readonly string[] =>
  output.split('\n').filter((line) => /\[(?:error|warning)\]/i.test(line) && !/\] Request \S+ failed\.$/.test(line));

async function runIn(
  host: ExtensionHost,
  browser: Browser,
  vsix: string,
  chosen: readonly Scenario[],
): Promise<number> {
  const folder = `${shots}/${host}`;
  mkdirSync(folder, { recursive: true });
  const server = await startCodeServer(installedCodeServer(), vsix, host);
  let failed = 0;
  try {
    // Each scenario has a folder of its own: what one edits, no other sees.
    for (const scenario of chosen.filter(({ isDesktop }) => host === 'desktop' || !isDesktop)) {
      const start = Date.now();
      const address = server.open(scenario.name.replaceAll(' ', '-'), scenario);
      const problem = await runScenario(browser, address, scenario, folder, server.output);
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      process.stdout.write(`${problem === undefined ? 'ok    ' : 'FAILED'} ${host}: ${scenario.name} (${seconds} s)\n`);
      if (problem === undefined) continue;
      process.stdout.write(`${problem}\n`);
      failed++;
    }
  } finally {
    await server.stop();
  }
  return failed;
}

async function main(given: readonly string[]): Promise<number> {
  const wantedHosts = hosts.filter((host) => given.includes(host));
  const names = given.filter((one) => !hosts.some((host) => host === one));
  const chosen = scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
  if (chosen.length === 0) throw new Error(`there is no scenario ${names.join(', ')}`);
  installedCodeServer();
  const vsix = await packagedExtension();
  rmSync(shots, { recursive: true, force: true });
  const browser = await startBrowser('neither');
  try {
    let failed = 0;
    for (const host of wantedHosts.length > 0 ? wantedHosts : hosts) failed += await runIn(host, browser, vsix, chosen);
    return failed === 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
}

process.exitCode = await main(process.argv.slice(2));
