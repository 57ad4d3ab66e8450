/** A diagnostic → the lines of its source with the place underlined and what belongs to it there, without colours: for bundlers. */
import type { Diagnostic } from './diagnostic.ts';
import { renderExcerpt, visible, type Mark } from './render-excerpt.ts';

const plain = (text: string): string => text;

export function renderFrame({ file, span, related }: Diagnostic): string {
  const here = related.filter((place) => place.file.path === file.path);
  const marks: readonly Mark[] = [
    { span, primary: true },
    ...here.map((place) => ({ span: place.span, primary: false, label: visible(place.message) })),
  ];
  return renderExcerpt(file, marks, { gutter: plain, primary: plain, secondary: plain }).join('\n');
}
