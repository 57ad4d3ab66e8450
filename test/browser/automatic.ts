/** What `useBackend('auto')` falls back to in a browser without a graphics card: `wasm`, and without its files `cpu`. */
import { copyFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePage } from './bundle.ts';
import { startBrowser } from './chromium.ts';
import { serve } from './serve.ts';

const entry = `import { useBackend, multiply, scalar } from 'nnlang/runtime';
useBackend('auto')
  .then(async (d) => globalThis.finish(d.name + ' ' + (await d.read(multiply(d, scalar(d, 6), scalar(d, 7))))[0]))
  .catch((error) => globalThis.finish(String(error.stack ?? error)));
`;

function copyWasm(folder: string): void {
  const installed = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  for (const name of readdirSync(installed).filter((file) => file.endsWith('.wasm')))
    copyFileSync(join(installed, name), join(folder, name));
}

/** A line for each thing that is wrong. */
export async function automaticProblems(): Promise<readonly string[]> {
  const browser = await startBrowser('neither');
  const problems: string[] = [];
  try {
    for (const expected of ['wasm', 'cpu']) {
      const folder = fileURLToPath(new URL(`../.tmp/page-auto-${expected}/`, import.meta.url));
      await writePage(folder, { entry, emitted: [], files: {} });
      if (expected === 'wasm') copyWasm(folder);
      const { address, stop } = await serve(folder);
      const page = await browser.newPage();
      const chosen = new Promise<string>((resolve) => void page.exposeFunction('finish', resolve));
      await page.goto(address);
      const found = await chosen;
      if (found !== `${expected} 42`) problems.push(`'auto' without a graphics card gives ${found}, not ${expected}`);
      await page.close();
      await stop();
    }
    return problems;
  } finally {
    await browser.close();
  }
}
