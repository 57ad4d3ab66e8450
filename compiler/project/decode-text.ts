/**
 * Bytes of a `.nn` file → text. A byte-order mark is dropped; bytes that are no UTF-8 are an error that shows where.
 */
import { UnreadableFile } from './host.ts';

export function decodeText(path: string, bytes: Uint8Array): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) {
    const encoding = bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
    const text = new TextDecoder(encoding).decode(bytes);
    throw new UnreadableFile(path, 'encoding', 'it is saved as UTF-16, and not as UTF-8', text);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const replaced = new TextDecoder('utf-8').decode(bytes);
    throw new UnreadableFile(path, 'encoding', encodingMessage(bytes, replaced), replaced);
  }
}

function encodingMessage(bytes: Uint8Array, text: string): string {
  if (bytes.includes(0)) return 'it holds binary data and no text';
  const bad = bytes[firstBadByte(bytes, text)];
  const hex = bad === undefined ? '' : ` the byte 0x${bad.toString(16).toUpperCase().padStart(2, '0')}`;
  return `it is not UTF-8 text:${hex} begins no complete UTF-8 character`;
}

/** Where the first replacement character stands in the bytes; one that the file itself has is passed over. */
function firstBadByte(bytes: Uint8Array, text: string): number {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let i = text.indexOf('\uFFFD'); i >= 0; i = text.indexOf('\uFFFD', i + 1)) {
    const at = mark + new TextEncoder().encode(text.slice(0, i)).length;
    const genuine = bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
    if (!genuine) return at;
  }
  return bytes.length - 1;
}
