/** What a person does in the window and sees of it. Waits for what is to come instead of for time to pass. */
import type { FrameLocator, Locator, Page } from 'playwright-core';

/** Long, because machines are shared; nothing waits for it that goes right. */
const patience = 20_000;

export class Editor {
  readonly page: Page;
  readonly #shots: string;

  constructor(page: Page, shots: string) {
    this.page = page;
    this.#shots = shots;
    page.setDefaultTimeout(patience);
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.locator('.monaco-editor .view-lines').first().waitFor();
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: `${this.#shots}/${name}.png` });
  }

  get text(): Locator {
    return this.page.locator('.editor-instance .view-lines').first();
  }

  /** The lines as they are shown, hints among them. */
  async shown(): Promise<string> {
    const lines = await this.page.locator('.editor-instance').first().locator('.view-line').evaluateAll((all) =>
      all
        .map((line) => ({ top: parseFloat((line as HTMLElement).style.top), text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll('\u00a0', ' ').replaceAll(/\u200b|\u200c|\u200d|\ufeff/g, '')),
    ); // prettier-ignore
    return lines.join('\n');
  }

  /** Waits until the text that is shown holds this. */
  async shows(part: string | RegExp): Promise<void> {
    await this.until(async () => {
      const text = await this.shown();
      return typeof part === 'string' ? text.includes(part) : part.test(text);
    }, async () => `the editor does not show ${part}, but:\n${await this.shown()}`); // prettier-ignore
  }

  async until(isTrue: () => Promise<boolean>, otherwise: () => Promise<string>): Promise<void> {
    const end = Date.now() + patience;
    while (Date.now() < end) {
      if (await isTrue()) return;
      await this.page.waitForTimeout(100);
    }
    throw new Error(await otherwise());
  }

  /** A word as it stands in the first line that has it. */
  word(text: string | RegExp): Locator {
    return this.text.locator('span > span', { hasText: text }).first();
  }

  /** Gives the first editor the keyboard. */
  async focusText(): Promise<void> {
    await this.page.keyboard.press('Control+1');
    await this.page.locator('.editor-instance').first().locator('.monaco-editor.focused').waitFor();
  }

  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget:visible input');
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** The editor hears of the formatter a moment after everything else is there; until then it says that there is none. */
  async format(expected: RegExp): Promise<void> {
    const none = this.page.locator('.monaco-dialog-box', { hasText: 'There is no formatter' });
    await this.until(async () => {
      await this.page.keyboard.press('Control+Shift+I');
      await this.page.waitForTimeout(700);
      if (await none.isVisible()) await this.page.keyboard.press('Escape');
      return expected.test(await this.shown());
    }, async () => `formatting does not give ${expected}, but:\n${await this.shown()}`); // prettier-ignore
  }

  /** Puts the cursor at a line and column, both from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press('Control+g');
    const input = this.page.locator('.quick-input-widget:visible input');
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+p');
    const input = this.page.locator('.quick-input-widget:visible input');
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /** Waits until the hover over a word says all of this. Lines move while lenses come; then what is hovered is another. */
  async hover(word: Locator, ...expected: readonly RegExp[]): Promise<void> {
    const shown = this.page.locator(
      '.monaco-hover:not(.hidden) .hover-contents, .monaco-hover:not(.hidden) .hover-row',
    );
    let text = '';
    await this.until(async () => {
      await word.hover();
      await this.page.waitForTimeout(700);
      text = (await shown.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
      const isRight = expected.every((part) => part.test(text));
      if (!isRight) await this.page.mouse.move(5, 5);
      return isRight;
    }, () => Promise.resolve(`the hover says:\n${text}`)); // prettier-ignore
  }

  /** The page inside the webview that is shown. VS Code puts it into a frame within a frame. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }
}
