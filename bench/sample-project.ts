/**
 * Generated projects for measuring: files of about a thousand lines, of blocks that use each other, with a model of 100
 * layers in each; nothing in them is wrong.
 */
const linesPerFile = 1000;

function block(file: number, index: number): string {
  const before = index === 0 ? '' : `\n    -> Block${file}x${index - 1}(filters)`;
  return `/// Block ${index} of file ${file}.
block Block${file}x${index}(filters: int, rate = 0.1) {
  input x: [h, w, c]
  require filters >= 4, "{filters} filters are too few"

  let y = x
    -> Conv2D(filters, 3, padding: same)
    -> BatchNormalization
    -> relu${index % 5 === 0 ? '' : before}
  output z = y
    -> Conv2D(c, 1)
    -> Dropout(rate)
    -> add(x)
}
`;
}

function file(number: number, files: number): string {
  const parts = number > 0 ? [`import { Block${number - 1}x0 } from "./file${number - 1}.nn"\n`] : [];
  let lines = 120;
  let index = 0;
  while (lines < linesPerFile) {
    const text = block(number, index++);
    parts.push(text);
    lines += text.split('\n').length;
  }
  const stages = Array.from(
    { length: 100 },
    (_, i) => `    -> Conv2D(${8 + (i % 4)}, 3, padding: same, activation: relu)`,
  );
  const imported = number > 0 ? `\n    -> Block${number - 1}x0(8)` : '';
  parts.push(
    `model Deep${number} {\n  input image: [64, 64, 3]\n  output y = image${imported}\n${stages.join('\n')}\n    -> Flatten\n    -> Dense(10)\n}\n`,
  );
  return files > 0 ? parts.join('\n') : '';
}

/** Files by path, of about `lines` lines in all. */
export function project(lines: number): Map<string, string> {
  const files = Math.max(1, Math.round(lines / linesPerFile));
  return new Map(Array.from({ length: files }, (_, i) => [`/project/file${i}.nn`, file(i, files)]));
}
