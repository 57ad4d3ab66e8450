/** A picture as one SVG file that needs nothing else, with the model's name and what it costs above. */
import { totalsOf } from './box-texts.ts';
import { drawing, escaped } from './draw.ts';
import { seenGraph, type Folds } from './fold.ts';
import type { GraphView } from './graph-view.ts';
import { standaloneStyle } from './graph-style.ts';
import { layoutOf } from './layout.ts';
import { textWidth } from './text-width.ts';

const margin = 24;

/** The lines under the name: arguments, costs, requirements. */
function linesOf(view: GraphView, width: number): readonly string[] {
  const given = view.title.slice(view.name.length).replace(/^\(|\)$/g, '');
  const requires = view.requirements.length > 0 ? `requires ${view.requirements.join(', ')}` : '';
  return [given, totalsOf(view), requires].filter((line) => line !== '').flatMap((line) => wrapped(line, width));
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && textWidth(longer, 12) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

export function svgText(view: GraphView, folds: Folds): string {
  const layout = layoutOf(seenGraph(view, folds));
  const inner = Math.max(layout.width, textWidth(view.name, 17, 'bold'), 320);
  const lines = linesOf(view, inner);
  const top = margin + 24 + 18 * lines.length + 14;
  const width = Math.ceil(inner + 2 * margin);
  const height = Math.ceil(layout.height + top + margin);
  const left = Math.round((width - layout.width) / 2);
  const label = escaped(`The model ${view.title}: ${totalsOf(view)}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" class="nn-graph" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">
<style>${standaloneStyle()}</style>
<rect class="page" width="${width}" height="${height}" rx="12"/>
<text class="heading" x="${margin}" y="${margin + 14}">${escaped(view.name)}</text>
${lines.map((line, i) => `<text class="totals" x="${margin}" y="${margin + 34 + 18 * i}">${escaped(line)}</text>`).join('\n')}
<g transform="translate(${left} ${top})">
${drawing(layout, { interactive: false })}
</g>
</svg>
`;
}
