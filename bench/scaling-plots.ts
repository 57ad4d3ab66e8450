/** Measurements → pictures: one panel for each thing that grows, both axes logarithmic, readable on light and on dark pages. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Curve, Quantity, ScalingResults } from './scaling.ts';

const panel = { width: 250, height: 210 } as const;
const titleHeight = 62;
/** Both are seen on white and on black. */
const colours = { nnlang: '#3b82f6', rival: '#e07b39' } as const;
const style =
  'svg{color:#24292f;font:11px system-ui,sans-serif}.own{fill:currentColor}@media (prefers-color-scheme:dark){svg{color:#d0d7de}}';
const units: Readonly<Record<Quantity, { readonly label: string; readonly scale: number; readonly title: string }>> = {
  time: { label: 'milliseconds', scale: 1, title: 'Time' },
  memory: { label: 'KiB of tensors at once', scale: 1 / 1024, title: 'Memory' },
};

export function scalingPicture({ curves, machine }: ScalingResults, quantity: Quantity): string {
  const grows = [...new Set(curves.map(({ grows: what }) => what))];
  const does = ['predict', 'step'] as const;
  const panels = does.flatMap((work, row) =>
    grows.map((what, column) => {
      const own = curves.filter((curve) => curve.grows === what && curve.does === work);
      const [x, y] = [column * panel.width, titleHeight + row * (panel.height + 26)];
      const title = `${work === 'predict' ? 'predict' : 'train'}: ${own[0]?.network ?? ''}`;
      return `<g transform="translate(${x},${y})"><text class="own" x="44" y="8" font-weight="600">${title}</text><g transform="translate(0,14)">${drawn(own, quantity)}</g></g>`;
    }),
  );
  const [width, height] = [grows.length * panel.width, titleHeight + does.length * (panel.height + 26)];
  const { title, label } = units[quantity];
  const legend = `${swatch(8, colours.nnlang, 'nnlang')}${swatch(90, colours.rival, 'tf.layers; tfjs by hand where it lacks a layer')}`;
  const head = `<text class="own" x="8" y="18" font-size="14" font-weight="600">${title}: ${label}, as something grows</text><text class="own" x="8" y="35">${machine}; the numbers at the ends are fitted exponents: 1 is in proportion</text>${legend}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title} of nnlang and tf.layers as sizes grow"><style>${style}</style>${head}${panels.join('')}</svg>\n`;
}

const swatch = (x: number, colour: string, name: string): string =>
  `<circle cx="${x + 5}" cy="48" r="4" fill="${colour}"/><text class="own" x="${x + 14}" y="52">${name}</text>`;

function drawn(curves: readonly Curve[], quantity: Quantity): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const { scale, label } = units[quantity];
  const points = curves.flatMap(({ name, points: all }) =>
    all.map((point) => ({ who: name === 'nnlang' ? name : 'rival', size: point.size, value: point[quantity] * scale })),
  );
  const highest = Math.max(...curves.map(({ points: all }) => all.at(-1)![quantity]));
  const ends = curves.map(({ name, points: all, exponents }) => {
    const last = all.at(-1)!;
    return { above: last[quantity] === highest, who: name === 'nnlang' ? name : 'rival', size: last.size, value: last[quantity] * scale, text: exponents[quantity].toFixed(2) }; // prettier-ignore
  });
  const channels = { x: 'size', y: 'value' } as const;
  const sizes = [...new Set(points.map(({ size }) => size))];
  const values = points.map(({ value }) => value);
  const decades = [
    10 ** Math.floor(Math.log10(Math.min(...values))),
    10 ** Math.ceil(Math.log10(Math.max(...values))),
  ] as const;
  const powers = Array.from(
    { length: Math.round(Math.log10(decades[1] / decades[0])) + 1 },
    (_, i) => decades[0] * 10 ** i,
  );
  const plot = Plot.plot({
    document,
    ...panel,
    marginLeft: 54,
    marginRight: 34,
    marginBottom: 34,
    style: { background: 'none', color: 'currentColor', fontSize: '11px' },
    x: { type: 'log', base: 2, label: curves[0]!.grows, ticks: sizes, tickFormat: String },
    y: { type: 'log', label, domain: decades, ticks: powers, tickFormat: plain, grid: true },
    color: { domain: ['nnlang', 'rival'], range: Object.values(colours) },
    marks: [
      Plot.line(points, { ...channels, stroke: 'who', strokeWidth: 2 }),
      Plot.dot(points, { ...channels, fill: 'who', r: 2.5 }),
      // Apart from each other, where the lines end together.
      ...[true, false].map((above) =>
        Plot.text(
          ends.filter((end) => end.above === above),
          { ...channels, text: 'text', fill: 'who', dx: 6, dy: above ? -5 : 5, textAnchor: 'start' },
        ),
      ),
    ],
  });
  return plot.outerHTML;
}

/** `0.01`, `100`, `10,000`. */
const plain = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 1 });
