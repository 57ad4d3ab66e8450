/** Lines of at most a width, broken between words; what is in backticks stays together where it can. */
import stringWidth from 'string-width';

export function wrapText(text: string, width: number): readonly string[] {
  const words = text.trim().match(/(?:`[^`]*`|[^\s`])+/g) ?? [];
  const lines: string[] = [];
  let current = '';
  for (const word of words) {
    if (current === '') current = word;
    else if (stringWidth(current) + 1 + stringWidth(word) <= width) current += ` ${word}`;
    else {
      lines.push(current);
      current = word;
    }
  }
  return current === '' ? lines : [...lines, current];
}

/** The same for a signature: a name stays with its default. */
export const wrapSignature = (text: string, width: number): readonly string[] =>
  wrapText(text.replaceAll(': ', ':\u0001'), width).map((line) => line.replaceAll('\u0001', ' '));
