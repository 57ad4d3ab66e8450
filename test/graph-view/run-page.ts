/**
 * `npm run test:graph-page`: the page of the model graph in a headless browser. It is driven by pointer, keys and messages,
 * and looked at as its reader and a screen reader see it. Pictures of it are left in `test/.tmp/graph-page/`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { GraphView } from '../../compiler/graph-view/index.ts';
import { startBrowser } from '../browser/chromium.ts';
import { openGraphPage, pageFolder, type GraphPageDriver } from './page-driver.ts';
import { viewOf, viewsOf } from './views.ts';

const text = `block Residual(filters: int) {
  input x: [h, w, c]
  output y = x -> Conv2D(filters, 3, padding: same) -> relu -> add(x)
}
model Tower {
  input image: [32, 32, 8]
  output label = image -> repeat 3 { Residual(8) } -> Flatten -> Dense(10, activation: softmax)
}
`;
const file = 'main.nn';

async function tellsWhyThereIsNone({ page, send, posted }: GraphPageDriver): Promise<void> {
  assert.deepEqual(await posted(), [{ type: 'ready' }]);
  await send({ type: 'message', text: 'There is an error in line 3.' });
  assert.equal(await page.getByRole('status').textContent(), 'There is an error in line 3.');
  assert.equal(await page.getByRole('treeitem').count(), 0);
}

async function showsTheGraph({ page, send, item }: GraphPageDriver): Promise<void> {
  await send({ type: 'graph', view: viewsOf(text) });
  assert.equal(await page.getByRole('status').isVisible(), false);
  const name = await page.getByRole('tree').getAttribute('aria-label');
  assert.match(name!, /^The model Tower: 83,682 parameters · 3\.7\d M FLOPs per example$/);
  assert.equal(await item('repeat').getAttribute('aria-label'), '3 × Residual, filters 8, 1,752 parameters');
  assert.equal(await item('repeat').getAttribute('aria-expanded'), 'true');
  assert.equal(await item('repeat/0/residual/conv2D').getAttribute('aria-level'), '2');
  assert.equal(await item('dense').getAttribute('aria-label'), 'Dense 10, softmax, gives [10], 81,930 parameters');
  assert.equal(await page.locator('.picker').isVisible(), false);
  for (const shape of ['[32, 32, 8]', '[8192]', '[10]']) assert.ok((await page.locator('.shape', { hasText: shape }).count()) > 0, shape); // prettier-ignore
  const colour = await page.locator('.nn-page').evaluate((element) => getComputedStyle(element).backgroundColor); // prettier-ignore
  assert.equal(colour, 'rgb(31, 31, 31)', "the page has the editor's background");
}

async function foldsByPointer({ page, item, focused, posted }: GraphPageDriver): Promise<void> {
  const before = (await item('repeat').locator('> .frame').boundingBox())!;
  await page.getByText('3 × Residual').click();
  assert.equal(await item('repeat').getAttribute('aria-expanded'), 'false');
  assert.equal(await item('repeat/0/residual/conv2D').count(), 0);
  assert.equal(await focused(), 'repeat');
  const after = (await item('repeat').locator('> .body').boundingBox())!;
  assert.ok(Math.abs(after.y - before.y) < 2, 'what is folded stays where it is');
  await item('repeat').click();
  assert.equal(await item('repeat').getAttribute('aria-expanded'), 'true');
  await page.locator('.rounds').click();
  assert.equal(await page.getByText('Residual', { exact: true }).count(), 3);
  await page.locator('.rounds').click();
  assert.equal(await page.getByText('Residual', { exact: true }).count(), 0);
  assert.deepEqual(await posted(), []);
}

async function goesByKeys({ page, item, focused, posted }: GraphPageDriver): Promise<void> {
  const press = async (...keys: readonly string[]): Promise<string | null> => {
    for (const key of keys) await page.keyboard.press(key);
    return focused();
  };
  await item('image').focus();
  assert.equal(await press('ArrowDown'), 'repeat/0/residual/conv2D');
  assert.equal(await press('ArrowDown', 'ArrowDown'), 'repeat/0/residual/add');
  assert.equal(await press('ArrowDown', 'ArrowDown'), 'dense');
  assert.equal(await press('ArrowUp', 'ArrowUp', 'ArrowUp'), 'repeat/0/residual/relu');
  assert.equal(await press('Escape'), 'repeat');
  assert.equal(await press(' '), 'repeat');
  assert.equal(await item('repeat').getAttribute('aria-expanded'), 'false');
  assert.equal(await press('Enter'), 'repeat');
  assert.equal(await item('repeat').getAttribute('aria-expanded'), 'true');
  assert.equal(await press('r'), 'repeat');
  assert.equal(await item('repeat/2/residual').getAttribute('aria-expanded'), 'false');
  assert.equal(await press('r', 'ArrowDown'), 'repeat/0/residual/conv2D');
  assert.deepEqual(await posted(), []);
  await press('Enter');
  const at = text.indexOf('Conv2D');
  const end = at + 'Conv2D(filters, 3, padding: same)'.length;
  assert.deepEqual(await posted(), [{ type: 'reveal', file, start: at, end }]);
  await press('Escape', 'Alt+Enter');
  const use = text.indexOf('repeat 3');
  assert.deepEqual(await posted(), [
    { type: 'reveal', file, start: use, end: use + 'repeat 3 { Residual(8) }'.length },
  ]);
}

/** Buttons, then the graph as one stop. */
async function isReachedByTab({ page, focused }: GraphPageDriver): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.getByRole('button').first().focus();
  const stops: (string | null)[] = [];
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => document.activeElement!.getAttribute('aria-label')));
  }
  assert.deepEqual(stops.slice(0, 4), ['Unfold all groups', 'Smaller (key -)', 'Larger (key +)', 'Show all (key 0)']);
  assert.equal(await focused(), 'repeat', 'the graph is entered where it was left');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), null);
}

async function choosesByPointer({ item, posted, marked, page }: GraphPageDriver): Promise<void> {
  await item('dense').locator('.body').click();
  assert.deepEqual(await marked(), ['dense']);
  const at = text.indexOf('Dense');
  assert.deepEqual(await posted(), [
    { type: 'reveal', file, start: at, end: at + 'Dense(10, activation: softmax)'.length },
  ]);
  assert.equal(await page.locator('.edge.touching').count(), 2);
  const colourOf = (selector: string): Promise<string> =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).stroke);
  assert.equal(await colourOf('.touching .wire'), 'rgb(209, 134, 22)', 'marks have the colour of the theme');
  assert.equal(await colourOf('.selected > .body'), 'rgb(209, 134, 22)');
  assert.match((await page.locator('.details').textContent())!, /Dense.*units10.*gives\[10\].*parameters81,930/);
}

async function followsTheCursor({ page, send, item, marked, focused, posted }: GraphPageDriver): Promise<void> {
  const cursorAt = (part: string, plus = 1): Promise<void> => send({ type: 'select', file, offset: text.indexOf(part) + plus });
  await item('image').focus();
  await cursorAt('relu');
  assert.deepEqual(await marked(), ['repeat/0/residual/relu']);
  await cursorAt('input x');
  assert.deepEqual(await marked(), ['repeat'], 'in a block, but in no stage of it');
  await cursorAt('label =');
  assert.deepEqual(await marked(), ['output:label']);
  await send({ type: 'select', file: 'other.nn', offset: 3 });
  assert.deepEqual(await marked(), []);
  assert.equal(await focused(), 'image', 'the focus stays');
  await page.getByRole('button', { name: 'Fold all groups', exact: true }).click();
  await cursorAt('relu');
  assert.deepEqual(await marked(), ['repeat'], 'what is folded away is shown by its group');
  await page.getByRole('button', { name: 'Unfold all groups' }).click();
  // Zoomed in, the cursor brings what it is in into view.
  for (let i = 0; i < 6; i++) await page.getByRole('button', { name: 'Larger (key +)' }).click();
  await cursorAt('label =');
  const stage = (await page.locator('.stage').boundingBox())!;
  const box = (await item('output:label').locator('.body').boundingBox())!;
  assert.ok(box.y >= stage.y && box.y + box.height <= stage.y + stage.height, 'it is in view');
  assert.deepEqual(await posted(), []);
} // prettier-ignore

async function keepsWhatTheReaderDid({ page, send, item }: GraphPageDriver): Promise<void> {
  await page.getByRole('button', { name: 'Fold all groups', exact: true }).click();
  await page.getByRole('button', { name: 'Smaller (key -)' }).click();
  const zoom = await page.locator('.stage > g').getAttribute('transform');
  await send({ type: 'message', text: 'Something is half-written.' });
  assert.equal(await item('dense').isVisible(), true, 'the last graph stays');
  assert.equal(await page.locator('.nn-page.stale').count(), 1);
  await send({ type: 'graph', view: viewsOf(text.replace('-> Flatten', '-> Flatten -> Dropout(0.5)')) });
  assert.equal(await page.locator('.nn-page.stale').count(), 0);
  assert.equal(await item('dropout').count(), 1);
  assert.equal(await item('repeat').getAttribute('aria-expanded'), 'false', 'the fold stays');
  assert.equal(await page.locator('.stage > g').getAttribute('transform'), zoom, 'so does the zoom');
}

async function picksAmongModels({ page, send, item }: GraphPageDriver): Promise<void> {
  const vae = readFileSync(new URL('../../examples/vae/vae.nn', import.meta.url), 'utf8');
  const views: readonly GraphView[] = [...viewsOf(vae), viewOf(text)];
  await send({ type: 'graph', view: views });
  const picker = page.getByRole('combobox', { name: 'Model' });
  assert.deepEqual(await picker.locator('option').allTextContents(), ['Vae', 'Vae.encoder', 'Vae.decoder', 'Tower']);
  assert.equal(await picker.inputValue(), 'Tower', 'what is shown stays');
  assert.equal(await item('repeat').getAttribute('aria-expanded'), 'false');
  await picker.selectOption('Vae.decoder');
  assert.equal(await item('z').count(), 1);
  await send({ type: 'graph', view: views, show: 'Vae' });
  assert.equal(await picker.inputValue(), 'Vae');
  assert.equal(await item('loss:kl').getAttribute('aria-label'), 'loss kl, []');
}

const checks = [
  tellsWhyThereIsNone,
  showsTheGraph,
  foldsByPointer,
  goesByKeys,
  isReachedByTab,
  choosesByPointer,
  followsTheCursor,
  keepsWhatTheReaderDid,
  picksAmongModels,
];

async function main(): Promise<void> {
  const browser = await startBrowser('neither');
  try {
    const driver = await openGraphPage(browser);
    for (const check of checks) {
      await check(driver);
      await driver.page.screenshot({ path: `${pageFolder}${check.name}.png` });
      assert.deepEqual(driver.problems, [], check.name);
      process.stdout.write(`✓ ${check.name}\n`);
    }
    await driver.stop();
  } finally {
    await browser.close();
  }
}

await main();
