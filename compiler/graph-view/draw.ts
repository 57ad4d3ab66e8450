/**
 * A layout → SVG elements as text, for a file and for the editor's page alike. Only classes and attributes, no inline
 * styles: a page that allows none of them shows it too.
 */
import { groupDetail, groupTitle, headTexts, parametersText, roundsWidth } from './box-texts.ts';
import type { ViewGroup, ViewNode } from './graph-view.ts';
import type { Layout, Level, PlacedBox, PlacedFrame, PlacedLeaf, Point, Wire } from './layout.ts';

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export interface DrawOptions {
  /** With what a page needs to find, name and fold things. */
  readonly interactive: boolean;
}

/** What is in the picture, without the element around it. */
export const drawing = (layout: Layout, { interactive }: DrawOptions): string =>
  new Pen(interactive).level(layout, 0).join('\n');

/** One phrase that tells a reader of the screen what a node is. */
export function nodeDescription({ kind, label, detail, results, parameters }: ViewNode): string {
  if (kind === 'input' || kind === 'output' || kind === 'loss' || kind === 'weight') return `${kind} ${label}, ${detail}`;
  const gives = results.length > 0 ? `, gives ${results.join(' and ')}` : '';
  const count = parametersText(parameters);
  return `${label}${detail === '' ? '' : ` ${detail}`}${gives}${count === '' ? '' : `, ${count} parameters`}`;
} // prettier-ignore

export function groupDescription(group: ViewGroup, only?: ViewGroup): string {
  const detail = groupDetail(group, only);
  const count = parametersText(group.parameters);
  return `${groupTitle(group, only)}${detail === '' ? '' : `, ${detail}`}${count === '' ? '' : `, ${count} parameters`}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

class Pen {
  readonly #interactive: boolean;

  constructor(interactive: boolean) {
    this.#interactive = interactive;
  }

  level({ boxes, wires }: Level, depth: number): readonly string[] {
    const inFrame = depth === 0 ? '' : ` in${(depth - 1) % 3}`;
    return [
      ...wires.map((wire) => this.#wire(wire)),
      ...boxes.map((box) => this.#box(box, depth)),
      ...wires.flatMap(({ label }) =>
        label
          ? [
              paper(inFrame, label.x, label.y, label.width, label.height) +
                text('shape', label.x + label.width / 2, label.y + label.height - 4, label.text),
            ]
          : [],
      ),
    ];
  }

  #wire({ points, arrives, from, to, value }: Wire): string {
    const end = points.at(-1)!;
    const last = arrives ? [...points.slice(0, -1), { x: end.x, y: end.y - 5 }] : points;
    const data = this.#interactive ? ` aria-hidden="true" data-from="${escaped(from)}" data-to="${escaped(to.join(' '))}" data-value="${escaped(value)}"` : ''; // prettier-ignore
    const arrow = arrives ? `<path class="arrow" d="M${round(end.x - 4)} ${round(end.y - 7)}h8l-4 7z"/>` : '';
    return `<g class="edge"${data}><path class="wire" d="${curve(last)}"/>${arrow}</g>`;
  }

  #box(box: PlacedBox, depth: number): string {
    return box.kind === 'leaf' ? this.#leaf(box, depth) : this.#frame(box, depth);
  }

  #frame(frame: PlacedFrame, depth: number): string {
    const { group, only } = frame.box;
    const { x, y, width, height } = frame;
    const at = depth % 3;
    const chevron = this.#interactive ? 14 : 0;
    const { title, detail, count, width: headWidth, countWidth } = headTexts(frame.box);
    const head = `<tspan class="title">${escaped(title)}</tspan>${detail === '' ? '' : `<tspan class="detail" dx="8">${escaped(detail)}</tspan>`}`; // prettier-ignore
    return [
      `<g class="group"${this.#item(group.id, groupDescription(group, only), depth, true)}>`,
      `<rect class="frame depth${at}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="10"/>`,
      ...this.#inside(frame, depth),
      `<g class="head">`,
      this.#interactive ? `<rect class="grip" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="26" rx="10"/>${chevronAt(x + 12, y + 16, true)}` : '', // prettier-ignore
      paper(` in${at}`, x + 8 + chevron, y + 7, headWidth + 8, 18),
      `<text x="${round(x + 12 + chevron)}" y="${round(y + 20)}">${head}</text>`,
      count === '' ? '' : paper(` in${at}`, x + width - 14 - countWidth, y + 7, countWidth + 4, 18) + text('count right', x + width - 12, y + 20, count),
      this.#interactive && group.alike ? roundsButton(frame, countWidth) : '',
      '</g></g>',
    ].filter((part) => part !== '').join('\n'); // prettier-ignore
  }

  #inside(frame: PlacedFrame, depth: number): readonly string[] {
    const parts = this.level(frame.inside, depth + 1);
    return this.#interactive ? ['<g role="group">', ...parts, '</g>'] : parts;
  }

  #leaf(leaf: PlacedLeaf, depth: number): string {
    const { node, group } = leaf.box;
    const id = leaf.box.id;
    const open = node
      ? `<g class="node ${classesOf(node)}"${this.#item(id, nodeDescription(node), depth)}>${hint(node)}`
      : `<g class="group folded"${this.#item(id, groupDescription(group!), depth, false)}>`;
    return `${open}${this.#leafBody(leaf)}</g>`;
  }

  #leafBody(leaf: PlacedLeaf): string {
    const { x, y, width, height, texts } = leaf;
    const { form, title, detail, count } = texts;
    const center = x + width / 2;
    const rect = (radius: number): string =>
      `<rect class="body" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}"/>`;
    if (form === 'pill') {
      const more = detail === '' ? '' : `<tspan class="detail" dx="8">${escaped(detail)}</tspan>`;
      return `${rect(13)}<text class="middle" x="${round(center)}" y="${round(y + 17.5)}">${escaped(title)}${more}</text>`;
    }
    const first = detail === '' ? y + height / 2 + 4.5 : y + 19;
    if (form === 'end') {
      const second = detail === '' ? '' : text('detail middle', center, y + 36, detail);
      return `${rect(height / 2)}${text('title middle', center, first, title)}${second}`;
    }
    const { group } = leaf.box;
    const behind = form === 'stack' ? [6, 3].map((by) => `<rect class="behind" x="${round(x + by)}" y="${round(y + by)}" width="${round(width)}" height="${round(height)}" rx="8"/>`).join('') : ''; // prettier-ignore
    const start = x + 14 + (group && this.#interactive ? 12 : 0);
    return [
      behind,
      rect(8),
      group ? '' : `<path class="bar" d="${bar(x, y, height)}"/>`,
      group && this.#interactive ? chevronAt(x + 11, first - 4, false) : '',
      text('title', start, first, title),
      count === '' ? '' : text('count right', x + width - 12, first, count),
      detail === '' ? '' : text('detail', x + 14, y + 36, detail),
    ].join('');
  }

  #item(id: string, description: string, depth: number, expanded?: boolean): string {
    if (!this.#interactive) return '';
    const state = expanded === undefined ? '' : ` aria-expanded="${expanded}"`;
    return ` data-id="${escaped(id)}" role="treeitem" tabindex="-1" aria-level="${depth + 1}" aria-selected="false" aria-label="${escaped(description)}"${state}`;
  }
}

const classesOf = ({ kind, family }: ViewNode): string =>
  kind === 'layer' || kind === 'function' ? family : `end ${kind}`;

/** Shown by browsers when the pointer rests. */
function hint({ summary, path }: ViewNode): string {
  const parts = [path, summary].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `<title>${escaped(parts.join('\n'))}</title>`;
}

/** Shows one round for all, or each. */
function roundsButton({ x, y, width, box }: PlacedFrame, countWidth: number): string {
  const left = x + width - 22 - countWidth - roundsWidth;
  const rect = `<rect class="button" x="${round(left)}" y="${round(y + 7)}" width="${roundsWidth}" height="17" rx="8.5"/>`;
  return `<g class="rounds"><title>${box.fold === 'all' ? 'Show one round for all' : 'Show every round'}</title>${rect}${text('count middle', left + roundsWidth / 2, y + 19.5, box.fold === 'all' ? 'one' : 'each')}</g>`;
}

/** Hides what passes under a text. */
const paper = (inFrame: string, x: number, y: number, width: number, height: number): string =>
  `<rect class="paper${inFrame}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/>`;

const text = (classes: string, x: number, y: number, content: string): string =>
  `<text class="${classes}" x="${round(x)}" y="${round(y)}">${escaped(content)}</text>`;

const chevronAt = (x: number, y: number, open: boolean): string =>
  `<path class="chevron" d="${open ? `M${round(x - 4)} ${round(y - 2)}l4 4l4 -4` : `M${round(x - 2)} ${round(y - 4)}l4 4l-4 4`}"/>`; // prettier-ignore

/** The left edge of a box with round corners. */
const bar = (x: number, y: number, height: number): string =>
  `M${round(x + 5)} ${round(y)}H${round(x + 8)}A8 8 0 0 0 ${round(x)} ${round(y + 8)}V${round(y + height - 8)}A8 8 0 0 0 ${round(x + 8)} ${round(y + height)}H${round(x + 5)}Z`;

/** Through all points, downwards at each. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let at = first!;
  let path = `M${round(at.x)} ${round(at.y)}`;
  for (const point of rest) {
    const middle = round((at.y + point.y) / 2);
    path +=
      Math.abs(point.x - at.x) < 0.5
        ? `L${round(point.x)} ${round(point.y)}`
        : `C${round(at.x)} ${middle} ${round(point.x)} ${middle} ${round(point.x)} ${round(point.y)}`;
    at = point;
  }
  return path;
}
