/** What must work in the window, on the desktop and in the browser. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Opened } from './code-server.ts';
import type { Editor } from './editor.ts';

export interface Scenario extends Opened {
  readonly name: string;
  /** Only where the extension runs beside the files. */
  readonly isDesktop?: boolean;
  readonly run: (editor: Editor) => Promise<void>;
}

const digits = `/// Handwritten digits, 28×28 greyscale.
model Digits(classes = 10) {
  input image: [28, 28, 1]

  output digit = image
    -> Conv2D(32, 3, activation: relu)
    -> MaxPooling2D(2)
    -> Flatten
    -> Dropout(0.5)
    -> Dense(classes, activation: softmax)
}

train Digits {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, digit)
  metrics: [sparseCategoricalAccuracy(label, digit)]
  optimizer: adam(learningRate: 1e-3)
}
`;

const problems: Scenario = {
  name: 'problems',
  files: { 'digits.nn': digits.replace('[28, 28, 1]', '[28, 28]').replace('MaxPooling2D', 'MaxPool2D') },
  file: 'digits.nn',
  run: async (editor) => {
    const { page } = editor;
    await page.locator('.squiggly-error').first().waitFor();
    await editor.hover(editor.word('Conv2D'), /`Conv2D` wants 3 axes, \[height, width, channels\]/);
    await editor.screenshot('problem');
    await editor.focusText();
    await editor.goTo(7, 10);
    const fix = page.locator('.action-widget .monaco-list-row', { hasText: 'MaxPooling2D' }).first();
    await editor.until(async () => {
      await page.keyboard.press('Control+.');
      return fix.waitFor({ timeout: 3000 }).then(() => true, () => false);
    }, () => Promise.resolve('no fix is offered')); // prettier-ignore
    await editor.screenshot('fixes');
    await fix.click();
    await editor.shows('-> MaxPooling2D(');
    await editor.command('View: Focus Problems');
    await page.locator('.markers-panel .monaco-list-row', { hasText: 'shape/rank' }).waitFor();
    await editor.screenshot('list of problems');
  },
};

const hints: Scenario = {
  name: 'shapes',
  files: { 'digits.nn': digits },
  file: 'digits.nn',
  run: async (editor) => {
    await editor.shows(/-> Conv2D\(.*32, .*3, activation: relu\) *\[26, 26, 32\]/);
    await editor.shows(/-> Flatten *\[5408\]/);
    await editor.screenshot('shapes');
  },
};

const formatting: Scenario = {
  name: 'formatting',
  files: { 'digits.nn': digits.replace('image\n    -> Conv2D(32, 3', 'image\n->Conv2D( 32,3') },
  file: 'digits.nn',
  run: async (editor) => {
    await editor.shows(/->Conv2D\( /);
    await editor.focusText();
    await editor.format(/\n {4}-> Conv2D\(.*32, .*3, activation: relu\)/);
    await editor.screenshot('formatted');
  },
};

const emitted: Scenario = {
  name: 'emitted code',
  files: { 'digits.nn': digits },
  file: 'digits.nn',
  run: async (editor) => {
    const { page } = editor;
    await editor.focusText();
    await editor.goTo(7, 8);
    await editor.command('nnlang: Show Emitted TypeScript');
    const other = page.locator('.editor-instance').nth(1);
    await other.locator('.view-line', { hasText: 'maxPool(' }).first().waitFor();
    await editor.focusText();
    await editor.goTo(10, 8);
    await other.locator('.view-line', { hasText: 'softmax(' }).first().waitFor();
    await editor.screenshot('emitted code');
  },
};

const strided = `model Net {
  input image: [27, 27, 3]
  output y = image -> Conv2D(8, 1, strides: 2, padding: same)
}
`;

const configuration: Scenario = {
  name: 'configuration',
  files: { 'net.nn': strided, 'nn.config.ts': `export default { backends: ['cpu'] };\n` },
  file: 'net.nn',
  run: async (editor) => {
    await editor.shows('[14, 14, 8]');
    await editor.focusText();
    await editor.command('nnlang: Show Emitted TypeScript');
    const other = editor.page.locator('.editor-instance').nth(1);
    await other.locator('.view-line', { hasText: 'fusedConv2d(' }).first().waitFor();
    // For wasm too, which pads this wrongly, it would be a slice and no padding.
    await other.locator('.view-line', { hasText: "padding: 'same'" }).first().waitFor();
  },
};

const app = `import { Digits } from './digits.nn';

const net = await Digits.create({ seed: 1 });
const { digit } = await net.run({ image: new Float32Array(784) });
console.log(digit.length);
`;
const tsconfig = { compilerOptions: { module: 'nodenext', target: 'es2022', strict: true, types: [], skipLibCheck: true } }; // prettier-ignore

/** The TypeScript of VS Code with the plugin that the extension brings; nothing is in tsconfig.json for it, and no types were written. */
const typescript: Scenario = {
  name: 'typescript',
  files: { 'app.ts': app, 'digits.nn': digits, 'tsconfig.json': JSON.stringify(tsconfig), 'package.json': '{ "type": "module" }' }, // prettier-ignore
  file: 'app.ts',
  isDesktop: true,
  isInstalled: true,
  run: async (editor) => {
    const { page } = editor;
    await editor.shows('console.log(digit.length)');
    await editor.hover(editor.word(/^digit$/), /const digit: Float32Array/);
    await editor.hover(editor.word('Digits'), /class Digits/, /Handwritten digits, 28×28 greyscale\./);
    await editor.screenshot('types in TypeScript');
    assert.equal(await page.locator('.squiggly-error').count(), 0);
    await editor.focusText();
    await editor.goTo(3, 20);
    await page.keyboard.press('F12');
    await page.locator('.tab.active', { hasText: 'digits.nn' }).waitFor();
    await page.locator('.editor-instance .active-line-number', { hasText: /^2$/ }).waitFor();
    await editor.screenshot('definition from TypeScript');
  },
};

const completion: Scenario = {
  name: 'completion',
  files: { 'digits.nn': digits },
  file: 'digits.nn',
  run: async (editor) => {
    const { page } = editor;
    await editor.shows('[26, 26, 32]');
    await editor.focusText();
    await editor.goTo(7, 8);
    await page.keyboard.press('End');
    // The next arrow is there by itself.
    await page.keyboard.press('Enter');
    await page.keyboard.type('BatchNorm');
    const suggestions = page.locator('.suggest-widget.visible');
    await suggestions.locator('.monaco-list-row.focused', { hasText: 'BatchNormalization' }).waitFor();
    await page.keyboard.press('Control+Space');
    await suggestions.locator('.suggest-details, .details-label').first().waitFor();
    await editor.screenshot('completion');
    await page.keyboard.press('Tab');
    await editor.shows(/-> MaxPooling2D\(2\).*\n {4}-> BatchNormalization *\[13, 13, 32\]/);
    await page.keyboard.press('Enter');
    await page.keyboard.type('Dropo');
    await suggestions.locator('.monaco-list-row.focused', { hasText: 'Dropout' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('0.25');
    await editor.shows(/\n {4}-> Dropout\(0\.25\)/);
    await page
      .locator('.parameter-hints-widget.visible')
      .waitFor({ state: 'attached', timeout: 5000 })
      .catch(() => {});
    await editor.screenshot('completed');
  },
};

const blocks = `/// Convolution, normalisation, activation.
block Conv(filters: int) {
  input x: [h, w, c]
  output y = x -> Conv2D(filters, 3, padding: same, useBias: false) -> BatchNormalization -> relu
}
`;
const network = `import { Conv } from "./blocks.nn"

/// Pictures of any size.
model Network(classes = 10) {
  input image: [h, w, 3]
  output class = image
    -> Conv(16)
    -> MaxPooling2D(2)
    -> Conv(32)
    -> GlobalAveragePooling2D
    -> Dense(classes, activation: softmax)
}
`;

const renaming: Scenario = {
  name: 'rename',
  files: { 'blocks.nn': blocks, 'network.nn': network },
  file: 'network.nn',
  run: async (editor) => {
    const { page } = editor;
    await editor.shows(/-> Conv\(.*16\) *\[h, w, 16\]/);
    await editor.focusText();
    await editor.goTo(7, 9);
    const box = page.locator('.rename-box input');
    await editor.until(async () => {
      await page.keyboard.press('F2');
      return box.waitFor({ timeout: 3000 }).then(() => true, () => false);
    }, () => Promise.resolve('no box for the new name')); // prettier-ignore
    await box.fill('Convolution');
    await editor.screenshot('rename');
    await page.keyboard.press('Enter');
    await editor.shows('import { Convolution } from');
    await editor.shows(/-> Convolution\(.*32\)/);
    await editor.openFile('blocks.nn');
    await editor.shows('block Convolution(filters: int)');
    assert.equal(await page.locator('.squiggly-error').count(), 0);
  },
};

const hovering: Scenario = {
  name: 'hover',
  files: { 'digits.nn': digits },
  file: 'digits.nn',
  run: async (editor) => {
    await editor.shows('[26, 26, 32]');
    await editor.hover(editor.word('Conv2D'), /Conv2D: \[28, 28, 1\] -> \[26, 26, 32\]/, /320 parameters/);
    await editor.screenshot('hover');
  },
};

const documentation: Scenario = {
  name: 'documentation',
  files: { 'digits.nn': digits },
  file: 'digits.nn',
  run: async (editor) => {
    const { page } = editor;
    await editor.shows('[26, 26, 32]');
    await editor.focusText();
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget:visible input').fill('>nnlang: Show Documentation');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Show Documentation' }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget:visible input[placeholder^="A layer, function"]').waitFor();
    await page.keyboard.type('LayerNormalization');
    await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: 'LayerNormalization' }).waitFor();
    await page.keyboard.press('Enter');
    await editor.webview().locator('h1', { hasText: 'LayerNormalization' }).waitFor();
    await editor.screenshot('documentation');
  },
};

const residual = `/// Two convolutions around which a shortcut goes.
block Residual(filters: int) {
  input x: [h, w, filters]
  output y = x
    -> Conv2D(filters, 3, padding: same, activation: relu)
    -> Conv2D(filters, 3, padding: same)
    -> add(x)
    -> relu
}

model Pictures(classes = 10) {
  input image: [32, 32, 3]
  output class = image
    -> Conv2D(16, 3, padding: same)
    -> repeat 2 { Residual(16) }
    -> MaxPooling2D(2)
    -> GlobalAveragePooling2D
    -> Dense(classes, activation: softmax)
}
`;

const graph: Scenario = {
  name: 'graph',
  files: { 'pictures.nn': residual },
  file: 'pictures.nn',
  run: async (editor) => {
    const { page } = editor;
    // Room for two columns.
    await page.keyboard.press('Control+b');
    await page.locator('.codelens-decoration a', { hasText: 'Show graph' }).last().click();
    const graphPage = editor.webview();
    const box = (name: string): Locator => graphPage.locator(`[role="treeitem"][aria-label*="${name}"]`).first();
    await page.mouse.move(200, 600);
    await box('Residual').waitFor();
    await box('MaxPooling2D').waitFor();
    await editor.screenshot('graph');
    // The graph follows the cursor …
    await editor.focusText();
    await editor.goTo(17, 10);
    await graphPage.locator('[aria-selected="true"][aria-label*="GlobalAveragePooling2D"]').waitFor();
    await editor.screenshot('graph at the cursor');
    // … and the cursor the graph.
    await box('MaxPooling2D').click();
    await page.locator('.editor-instance .active-line-number', { hasText: '16' }).waitFor();
    // It is of the text as it is typed.
    await editor.focusText();
    await editor.goTo(16, 10);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('tanh');
    await box('tanh').waitFor();
  },
};

export const scenarios: readonly Scenario[] = [
  problems,
  hints,
  hovering,
  completion,
  renaming,
  formatting,
  emitted,
  configuration,
  typescript,
  documentation,
  graph,
];
