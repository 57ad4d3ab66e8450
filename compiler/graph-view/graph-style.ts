/**
 * The look of a picture, as CSS: calm colours by what a layer does, light and dark. Colours are written out rather than
 * kept in variables where the picture stands alone, because programs that show SVG without being browsers know none.
 */
import { families, type Family } from './graph-view.ts';

interface Palette {
  readonly page: string;
  /** Of frames in frames. */
  readonly frames: readonly [string, string, string];
  readonly frameLine: string;
  readonly text: string;
  readonly faint: string;
  readonly wire: string;
  readonly end: string;
  readonly endLine: string;
  readonly folded: string;
  readonly loss: string;
  readonly families: Readonly<Record<Family, { readonly fill: string; readonly line: string }>>;
}

export const light: Palette = {
  page: '#ffffff',
  frames: ['#f6f8fa', '#eef1f5', '#f6f8fa'],
  frameLine: '#cfd6de',
  text: '#1f2933',
  faint: '#66727f',
  wire: '#8c98a4',
  end: '#ffffff',
  endLine: '#55616e',
  folded: '#ffffff',
  loss: '#c2410c',
  families: {
    convolution: { fill: '#e4eefb', line: '#3f7cc4' },
    dense: { fill: '#e9e8fb', line: '#6a61cf' },
    embedding: { fill: '#f2e8fb', line: '#9457c6' },
    attention: { fill: '#fce7ef', line: '#c8457a' },
    recurrent: { fill: '#def3f0', line: '#24907f' },
    normalization: { fill: '#ecf3e2', line: '#6b943a' },
    activation: { fill: '#fdf1dc', line: '#bf831d' },
    pooling: { fill: '#e2f3e8', line: '#37925c' },
    merging: { fill: '#fbe9e2', line: '#c3623b' },
    reshaping: { fill: '#e9edf2', line: '#6c7a8c' },
    regularization: { fill: '#f0f0f0', line: '#989898' },
    other: { fill: '#eef0f2', line: '#7b8794' },
  },
};

export const dark: Palette = {
  page: '#1e1f22',
  frames: ['#26282c', '#2d3035', '#26282c'],
  frameLine: '#42474f',
  text: '#e3e6ea',
  faint: '#98a2ae',
  wire: '#7a8591',
  end: '#1e1f22',
  endLine: '#a3adb8',
  folded: '#31353b',
  loss: '#fb923c',
  families: {
    convolution: { fill: '#1f3147', line: '#6ba4e4' },
    dense: { fill: '#2c2a4c', line: '#9b93f0' },
    embedding: { fill: '#38284a', line: '#c092ea' },
    attention: { fill: '#472536', line: '#ec86ae' },
    recurrent: { fill: '#173b37', line: '#5cc4b4' },
    normalization: { fill: '#2c3820', line: '#a3c873' },
    activation: { fill: '#41331a', line: '#e2b25c' },
    pooling: { fill: '#1d3a29', line: '#6fc492' },
    merging: { fill: '#432b21', line: '#eb9672' },
    reshaping: { fill: '#2e343c', line: '#a0adbd' },
    regularization: { fill: '#343434', line: '#a8a8a8' },
    other: { fill: '#30343a', line: '#9aa5b1' },
  },
};

const shapes = `
.nn-graph text { font-family: 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif; font-size: 13px; }
.nn-graph .title { font-weight: 600; }
.nn-graph .heading { font-size: 17px; font-weight: 600; }
.nn-graph .count, .nn-graph .totals { font-size: 10.5px; }
.nn-graph .totals { font-size: 12px; }
.nn-graph .detail, .nn-graph .shape { font-family: 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace; font-size: 11px; }
.nn-graph .shape { font-size: 10.5px; text-anchor: middle; }
.nn-graph .middle { text-anchor: middle; }
.nn-graph .right { text-anchor: end; }
.nn-graph .frame, .nn-graph .body { stroke-width: 1; }
.nn-graph .wire { fill: none; stroke-width: 1.4; }
.nn-graph .weight .body { stroke-dasharray: 4 3; }
.nn-graph .end .body { stroke-width: 1.4; }
`;

/** Rules for one palette; `scope` goes before each. */
export function colours(palette: Palette, scope = ''): string {
  const rule = (selector: string, body: string): string =>
    `${selector
      .split(', ')
      .map((one) => `${scope}.nn-graph ${one}`)
      .join(', ')} { ${body} }`;
  return [
    rule('.page, .paper', `fill: ${palette.page};`),
    rule('text', `fill: ${palette.text};`),
    rule('.detail, .count, .totals, .shape', `fill: ${palette.faint};`),
    rule('.wire', `stroke: ${palette.wire};`),
    rule('.arrow', `fill: ${palette.wire};`),
    ...palette.frames.flatMap((fill, i) => [
      rule(`.frame.depth${i}`, `fill: ${fill}; stroke: ${palette.frameLine};`),
      rule(`.paper.in${i}`, `fill: ${fill};`),
    ]),
    rule('.folded .body, .folded .behind', `fill: ${palette.folded}; stroke: ${palette.endLine};`),
    rule('.end .body', `fill: ${palette.end}; stroke: ${palette.endLine};`),
    rule('.loss .body', `stroke: ${palette.loss};`),
    ...families.flatMap((family) => {
      const { fill, line } = palette.families[family];
      return [rule(`.${family} .body`, `fill: ${fill}; stroke: ${line};`), rule(`.${family} .bar`, `fill: ${line};`)];
    }),
  ].join('\n');
}

/** For a picture that stands alone. */
export const standaloneStyle = (): string =>
  `${shapes}${colours(light)}\n@media (prefers-color-scheme: dark) {\n${colours(dark)}\n}\n`;

export const graphShapes = shapes;
