/** The texts of files as they were parsed last: a new text is parsed around what has changed, and places can follow it. */
import { changeBetween, parseText, type ParsedText, type TextChange } from '../../grammar/parse-again.ts';
import { SourceFile } from '../../grammar/source.ts';
import type { Place } from '../diagnostics/diagnostic.ts';

/** What became of a file. Old texts are numbered and not held, so that they go when nobody speaks of them any more. */
interface History {
  readonly now: ParsedText;
  /** From the text of number `forgotten` on, one after the other. */
  readonly changes: readonly TextChange[];
  /** Texts whose changes are no longer known. */
  readonly forgotten: number;
}

/** So many changes are followed; places of texts before that are gone. */
const mostChanges = 2000;

export class ParsedTexts {
  readonly #histories = new Map<string, History>();
  /** Counts the texts of a file from 0. */
  readonly #numbers = new WeakMap<SourceFile, number>();

  parsed(path: string, text: string): ParsedText {
    const before = this.#histories.get(path);
    if (before?.now.source.text === text) return before.now;
    const now = parseText(new SourceFile(path, text), before?.now);
    const all = before ? [...before.changes, changeBetween(before.now.source.text, text)] : [];
    const tooMany = all.length > mostChanges ? mostChanges / 2 : 0;
    const forgotten = (before?.forgotten ?? 0) + tooMany;
    const changes = all.slice(tooMany);
    this.#histories.set(path, { now, changes, forgotten });
    this.#numbers.set(now.source, forgotten + changes.length);
    return now;
  }

  /** A text that the file does not have, parsed as an edit of the one that it has; it leaves no trace here. */
  tried(path: string, text: string): ParsedText {
    return parseText(new SourceFile(path, text), this.#histories.get(path)?.now);
  }

  /** Where a place of an earlier text is now; undefined where its text has been changed. */
  readonly placeNow = (place: Place): Place | undefined => {
    const number = this.#numbers.get(place.file);
    const history = this.#histories.get(place.file.path);
    if (number === undefined || !history || place.file === history.now.source) return place;
    if (number < history.forgotten) return undefined;
    let { start, end } = place.span;
    for (const change of history.changes.slice(number - history.forgotten)) {
      if (end <= change.start) continue;
      if (start < change.oldEnd) return undefined;
      start += change.newEnd - change.oldEnd;
      end += change.newEnd - change.oldEnd;
    }
    return { file: history.now.source, span: { start, end } };
  };
}
