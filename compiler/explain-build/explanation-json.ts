/** Explanations as JSON: places as files and lines. */
import type { Place } from '../diagnostics/diagnostic.ts';
import type { ModelExplanation, Sentence } from './explanation.ts';

export function explanationJson({ model, place, backends, programs }: ModelExplanation, displayPath: (path: string) => string): object {
  const shown = ({ file, span }: Place) => ({ file: displayPath(file.path), line: file.positionAt(span.start).line });
  const sentence = ({ text, times, places }: Sentence) => ({ text, times, places: places.map(shown) });
  return {
    model,
    ...shown(place),
    backends,
    programs: programs.map(({ passes, ...program }) => ({
      ...program,
      passes: passes.map(({ done, left, ...pass }) => ({ ...pass, done: done.map(sentence), left: left.map(sentence) })),
    })),
  };
} // prettier-ignore
