/** The page of the model graph in a headless browser, as VS Code shows it: its policy, its theme, its channel. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { buildWebview } from '../../vscode-extension/webview/build.ts';
import type { FromPage, ToPage } from '../../vscode-extension/webview/messages.ts';
import { serve, type Served } from '../browser/serve.ts';

export const pageFolder = fileURLToPath(new URL('../.tmp/graph-page/', import.meta.url));

/** As a webview of VS Code has it: no inline style, no inline script but those with the nonce. */
const html = `<!doctype html>
<html><head><meta charset="utf-8"><link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'self'; script-src 'self' 'nonce-host'">
<link rel="stylesheet" href="theme.css"><link rel="stylesheet" href="graph.css"></head>
<body class="vscode-dark"><script nonce="host">
  window.posted = [];
  let state;
  window.acquireVsCodeApi = () => ({ postMessage: (m) => posted.push(m), getState: () => state, setState: (s) => (state = structuredClone(s)) });
</script><script src="graph.js"></script></body></html>`;

const theme = `html { --vscode-editor-background: #1f1f1f; --vscode-editor-foreground: #cccccc; --vscode-descriptionForeground: #9d9d9d; --vscode-focusBorder: #0078d4; --vscode-panel-border: #2b2b2b; --vscode-charts-orange: #d18616; }`;

export interface GraphPageDriver {
  readonly page: Page;
  /** What went wrong in the page by itself. */
  readonly problems: readonly string[];
  send(message: ToPage): Promise<void>;
  /** What the page has told since this was asked last. */
  posted(): Promise<readonly FromPage[]>;
  item(id: string): Locator;
  /** The id of what has the focus. */
  focused(): Promise<string | null>;
  marked(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export async function openGraphPage(browser: Browser): Promise<GraphPageDriver> {
  mkdirSync(pageFolder, { recursive: true });
  await buildWebview(pageFolder);
  writeFileSync(join(pageFolder, 'index.html'), html);
  writeFileSync(join(pageFolder, 'theme.css'), theme);
  const { address, stop }: Served = await serve(pageFolder);
  const page = await browser.newPage({ viewport: { width: 700, height: 800 } });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  // A breach of the policy says so here.
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(address);
  const item = (id: string): Locator => page.locator(`[data-id="${id}"]`);
  return {
    page,
    problems,
    send: async (message) => {
      await page.evaluate((data) => window.postMessage(data, '*'), message);
      // Messages come in order, so this one is dealt with when the next has come.
      await page.evaluate(() => new Promise<void>((done) => setTimeout(done)));
    },
    posted: () => page.evaluate(() => (globalThis as unknown as { posted: FromPage[] }).posted.splice(0)),
    item,
    focused: () => page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? null),
    marked: () => page.locator('[data-id][aria-selected="true"]').evaluateAll((all) => all.map((one) => one.getAttribute('data-id')!)),
    stop: async () => {
      await page.close();
      await stop();
    },
  };
} // prettier-ignore
