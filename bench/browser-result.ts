/** What a page measures in a headless Chromium: it tells how it goes on with `tell`, and ends with `end`. */
import { startBrowser } from '../test/browser/chromium.ts';

/** The longest that nothing may come, in milliseconds: a device can be lost without a word. */
const patience = 300_000;

/** @param card The machine's own, or one in software. @throws Error with what the page ends with instead, if that is a text. */
export async function browserResult<Result extends object>(
  address: string,
  card: 'hardware' | 'webgpu',
): Promise<Result> {
  const browser = await startBrowser(card);
  try {
    const page = await browser.newPage();
    let last = Date.now();
    const done = new Promise<Result | string>((resolve) => {
      void page.exposeFunction('end', resolve);
      page.on('crash', () => resolve('The page crashed.'));
      page.on('pageerror', ({ message }) => resolve(message));
      page.on('console', (message) => {
        if (message.type() === 'error') process.stderr.write(`${message.text()}\n`);
      });
      const watch = setInterval(() => {
        if (Date.now() - last > patience) resolve(`Nothing came for ${patience / 1000} seconds.`);
      }, 1000);
      page.on('close', () => clearInterval(watch));
    });
    await page.exposeFunction('tell', (text: string) => {
      last = Date.now();
      process.stderr.write(`${text}\n`);
    });
    await page.goto(address);
    const result = await done;
    await page.close();
    if (typeof result === 'string') throw new Error(result);
    return result;
  } finally {
    await browser.close();
  }
}
