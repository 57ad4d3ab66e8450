/** The texts of files as they were parsed last: a new text is parsed around what has changed, and places can follow it. */
import { changeBetween, parseText, type ParsedText } from '../../grammar/parse-again.ts';
import { SourceFile } from '../../grammar/source.ts';
import type { Place } from '../diagnostics/diagnostic.ts';

interface Step {
  readonly source: SourceFile;
  readonly start: number;
  readonly oldEnd: number;
  readonly delta: number;
}

export class ParsedTexts {
  readonly #parsed = new Map<string, ParsedText>();
  /** What each text became. */
  readonly #next = new WeakMap<SourceFile, Step>();

  parsed(path: string, text: string): ParsedText {
    const before = this.#parsed.get(path);
    if (before?.source.text === text) return before;
    const parsed = parseText(new SourceFile(path, text), before);
    this.#parsed.set(path, parsed);
    if (before) {
      const { start, oldEnd, newEnd } = changeBetween(before.source.text, text);
      this.#next.set(before.source, { source: parsed.source, start, oldEnd, delta: newEnd - oldEnd });
    }
    return parsed;
  }

  /** Where a place of an earlier text is now; undefined where its text has been changed. */
  readonly placeNow = (place: Place): Place | undefined => {
    let { file, span } = place;
    for (let step = this.#next.get(file); step; step = this.#next.get(file)) {
      const isBefore = span.end <= step.start;
      if (!isBefore && span.start < step.oldEnd) return undefined;
      if (!isBefore) span = { start: span.start + step.delta, end: span.end + step.delta };
      file = step.source;
    }
    return file === place.file ? place : { file, span };
  };
}
