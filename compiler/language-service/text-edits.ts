/** An old and a new text → the few edits between them, so that cursors and marks in what is the same stay where they are. */
import { diffLines } from 'diff';
import type { Edit } from './plain.ts';

/** In the order of the text, `at` further on; applied to `before` they give `after`. */
export function editsBetween(before: string, after: string, at = 0): readonly Edit[] {
  if (before === after) return [];
  const layoutOnly = wordEdits(before, after, at);
  if (layoutOnly) return layoutOnly;
  const edits: Edit[] = [];
  let removed = '';
  let added = '';
  let start = at;
  const close = (): void => {
    edits.push(...(wordEdits(removed, added, start) ?? trimmed(removed, added, start)));
    start += removed.length;
    removed = '';
    added = '';
  };
  for (const part of diffLines(before, after)) {
    if (part.removed) removed += part.value;
    else if (part.added) added += part.value;
    else {
      close();
      start += part.value.length;
    }
  }
  close();
  return edits;
}

/** What a formatter puts in or takes out, besides white space. */
const OPTIONAL: ReadonlySet<string> = new Set([',', '(', ')']);

/** Between texts of the same words; undefined where they are not, or in another order. */
function wordEdits(before: string, after: string, at: number): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  const [old, now] = [wordsOf(before), wordsOf(after)];
  let [i, j, oldEnd, nowEnd] = [0, 0, 0, 0];
  const replace = (toOld: number, toNow: number): void => {
    edits.push(...trimmed(before.slice(oldEnd, toOld), after.slice(nowEnd, toNow), at + oldEnd));
  };
  for (;;) {
    const [a, b] = [old[i], now[j]];
    if (a && b && a.text === b.text) {
      replace(a.start, b.start);
      oldEnd = a.start + a.text.length;
      nowEnd = b.start + b.text.length;
      i++;
      j++;
    } else if (b && OPTIONAL.has(b.text) && (!a || !OPTIONAL.has(a.text) || now[j + 1]?.text === a.text)) j++;
    else if (a && OPTIONAL.has(a.text)) i++;
    else if (a || b) return undefined;
    else break;
  }
  replace(before.length, after.length);
  return edits;
}

interface Word {
  readonly text: string;
  readonly start: number;
}

const wordsOf = (text: string): readonly Word[] =>
  [...text.matchAll(/\w+|[^\w\s]/g)].map((match) => ({ text: match[0], start: match.index }));

/** One edit without what the two have in common at their ends. */
function trimmed(before: string, after: string, at: number): readonly Edit[] {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const span = { start: at + head, end: at + before.length - tail };
  return [{ span, newText: after.slice(head, after.length - tail) }];
}

/** A text after edits that do not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = '';
  let end = 0;
  for (const { span, newText } of sorted) {
    result += text.slice(end, span.start) + newText;
    end = span.end;
  }
  return result + text.slice(end);
}
