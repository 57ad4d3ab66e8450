/**
 * A convolution as a shader: each thread computes some neighbouring windows by some fours of filters, whose sums stay in registers.
 *
 * Nothing goes through the memory of a group. Neighbouring threads have the same windows and neighbouring filters, or the same filters: what they
 * read is the same few lines of the first cache, which is the same memory with the same width on today's cards. For 4 windows by 8 filters, 12
 * reads of four numbers serve 128 multiplications, where tfjs's shader (4 by 4, by way of the group's memory) makes 8 for 64, with barriers in
 * between. Where threads wait in turn, in software, barriers are all that costs: there this is 10 to 170 times as fast.
 */
import { blockGrid, each, fourOf, range, shaderOf, writeFour, type Bound } from './shader-text.ts';
import type { WindowAxis, WindowGeometry } from './window-geometry.ts';

export interface ConvolutionForm {
  /** Windows of a thread. */
  readonly windows: number;
  /** Fours of filters of a thread. */
  readonly fours: number;
  readonly threads: number;
  readonly bias: boolean;
  /** What becomes of a result `v`, four at once. */
  readonly activation: string;
}

/** Fours of a thread are so far apart that neighbouring threads have neighbouring ones: they read and write whole lines of a cache together. */
const columnBlocks = (filters: number, fours: number): number => Math.ceil(filters / (4 * fours));

/** How many threads there are for so many windows. */
export const convolutionThreads = (count: number, filters: number, { windows, fours }: Pick<ConvolutionForm, 'windows' | 'fours'>): number =>
  blockGrid(columnBlocks(filters, fours)).threads(Math.ceil(count / windows)); // prettier-ignore

/** Bound to it are y, x, the filter and the bias, if there is one; given is the number of windows. */
export function convolutionText(geometry: WindowGeometry, form: ConvolutionForm): string {
  const { height, width, channels, filters } = geometry;
  const { windows, fours, threads, bias, activation } = form;
  const byFour = channels % 4 === 0;
  const wide = filters % 4 === 0;
  const x: Bound = { name: 'x', inFours: byFour };
  const [y, w, b] = ['y', 'w', 'b'].map((name): Bound => ({ name, inFours: wide })) as [Bound, Bound, Bound];
  const columns = columnBlocks(filters, fours);
  const step = 4 * columns;
  const padded = isPadded(height) || isPadded(width);
  const body = `
  ${blockGrid(columns).text}
  let column = across * 4;
  let first = down * ${windows};
  let windows = i32(u.windows);
  if (first >= windows || across >= ${columns}) { return; }
  ${each(windows, (k) => placeText(k, height, width))}
  ${each(windows, (k) =>
    range(fours)
      .map((j) => `var a${k}_${j} = vec4f(0);`)
      .join(' '),
  )}
  for (var p = 0; p < ${height.taps}; p++) {
    for (var q = 0; q < ${width.taps}; q++) {
      ${each(windows, (k) => tapText(k, geometry, padded))}
      var weight = (p * ${width.taps} + q) * ${channels * filters} + column;
      ${channelsText({ w, byFour, padded }, geometry, form)}
    }
  }
  ${bias ? each(fours, (j) => `let offset${j} = ${fourOf(b, `column + ${step * j}`, `column + ${step * j}`, filters)};`) : ''}
  ${each(windows, (k) => {
    const write = (j: number): string => {
      const value = `a${k}_${j}${bias ? ` + offset${j}` : ''}`;
      return `{ let v = ${value}; let result = ${activation}; ${writeFour(y, `(first + ${k}) * ${filters} + column + ${step * j}`, `column + ${step * j}`, filters, 'result')} }`;
    };
    return `if (first + ${k} < windows) { ${range(fours).map(write).join(' ')} }`;
  })}`;
  return shaderOf({ result: y, operands: bias ? [x, w, b] : [x, w], lengths: ['windows'], threads, body });
}

/** Whether some window reaches over an edge. */
const isPadded = ({ size, taps, stride, dilation, before, results }: WindowAxis): boolean =>
  before > 0 || (results - 1) * stride + (taps - 1) * dilation - before >= size;

/** Where window k begins: its image, its row and its column. */
function placeText(k: number, height: WindowAxis, width: WindowAxis): string {
  const all = height.results * width.results;
  return `let window${k} = min(first + ${k}, windows - 1);
  let image${k} = window${k} / ${all};
  let row${k} = window${k} % ${all} / ${width.results} * ${height.stride} - ${height.before};
  let column${k} = window${k} % ${width.results} * ${width.stride} - ${width.before};`;
}

/** Where a tap of window k reads, and whether it is within the image. */
function tapText(k: number, { height, width, channels }: WindowGeometry, padded: boolean): string {
  const row = `row${k} + p * ${height.dilation}`;
  const column = `column${k} + q * ${width.dilation}`;
  if (!padded) return `var at${k} = ((image${k} * ${height.size} + ${row}) * ${width.size} + ${column}) * ${channels};`;
  return `let r${k} = ${row}; let c${k} = ${column};
      let inside${k} = r${k} >= 0 && r${k} < ${height.size} && c${k} >= 0 && c${k} < ${width.size};
      var at${k} = select(0, ((image${k} * ${height.size} + r${k}) * ${width.size} + c${k}) * ${channels}, inside${k});`;
}

interface Reads {
  readonly w: Bound;
  readonly byFour: boolean;
  readonly padded: boolean;
}

/** The sum over the channels of one tap. */
function channelsText({ w, byFour, padded }: Reads, { channels, filters }: WindowGeometry, { windows, fours }: ConvolutionForm): string {
  const step = 4 * columnBlocks(filters, fours);
  const zero = byFour ? 'vec4f(0)' : '0.0';
  const read = byFour ? (k: number): string => `x[at${k} / 4]` : (k: number): string => `x[at${k}]`;
  const sum = (value: (k: number) => string): string => `
        ${each(fours, (j) => `let w${j} = ${fourOf(w, `weight + ${step * j}`, `column + ${step * j}`, filters)};`)}
        ${each(windows, (k) => range(fours).map((j) => `a${k}_${j} = fma(vec4f(${value(k)}), w${j}, a${k}_${j});`).join(' '))}
        weight += ${filters};`;
  const stride = byFour ? 4 : 1;
  return `for (var c = 0; c < ${channels}; c += ${stride}) {
        ${each(windows, (k) => `let x${k} = ${padded ? `select(${zero}, ${read(k)}, inside${k})` : read(k)}; at${k} += ${stride};`)}
        ${byFour ? each(4, (lane) => `{${sum((k) => `x${k}[${lane}]`)} }`) : sum((k) => `x${k}`)}
      }`;
} // prettier-ignore
