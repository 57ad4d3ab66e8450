/** What must work in the window, on the desktop and in the browser. */
import assert from 'node:assert/strict';
import type { Editor } from './editor.ts';

export const files: Readonly<Record<string, string>> = {
  'digits.nn': `/// Handwritten digits, 28×28 greyscale.
model Digits(classes = 10) {
  input image: [28, 28]

  output digit = image
    -> Conv2D(32, 3, activation: relu)
    -> MaxPooling2D(2)
    -> Flatten
    -> Dense(classes, activation: softmax)
}
`,
};

export interface Scenario {
  readonly name: string;
  /** The file that is open when it begins. */
  readonly file: string;
  readonly run: (editor: Editor) => Promise<void>;
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'squiggle',
    file: 'digits.nn',
    run: async (editor) => {
      const { page } = editor;
      await page.locator('.squiggly-error').first().waitFor();
      assert.match(await editor.hover(editor.word('Conv2D')), /Conv2D wants 3 axes|`Conv2D` wants 3 axes/);
      await editor.screenshot('squiggle');
    },
  },
];
