/**
 * The gradient of a convolution by its filter as a shader: dW[p, q, i, o] = Σ x[n, s·y + d·p, s·z + d·q, i] · dy[n, y, z, o].
 *
 * The sum is long and the result small: so the rows of dy are divided, each thread computes a block of the result over its share of rows, and what
 * the shares give is added up afterwards, always in the same order. Which columns of a row a tap reaches is known before the row is gone through,
 * so that nothing is asked inside of it.
 */
import { blockGrid, each, fourOf, padded, range, shaderOf, writeFour, type Bound } from './shader-text.ts';
import type { WindowAxis, WindowGeometry } from './window-geometry.ts';

export interface FilterGradientForm {
  /** Fours of a tap's channels, of a thread; if channels are not in fours, four neighbouring rows of the filter are one such four. */
  readonly channelFours: number;
  /** Fours of filters of a thread. */
  readonly fours: number;
  readonly threads: number;
}

/** How many threads there are for each share of the rows. */
export const threadsOfShare = (geometry: WindowGeometry, form: FilterGradientForm): number =>
  blockGrid(columnBlocks(geometry, form)).threads(rowBlocks(geometry, form));

/** As in convolutions, fours of a thread are apart. */
const columnBlocks = ({ filters }: WindowGeometry, { fours }: FilterGradientForm): number =>
  Math.ceil(filters / (4 * fours));

/** Rows of the filter as a matrix [fh · fw · in, out]. */
const filterRows = ({ height, width, channels }: WindowGeometry): number => height.taps * width.taps * channels;

const rowBlocks = (geometry: WindowGeometry, { channelFours }: FilterGradientForm): number =>
  Math.ceil(filterRows(geometry) / (4 * channelFours));

/** Bound to it are the shares' results, x and dy; given are the number of rows of dy, and how many of them are a share. */
export function filterGradientText(geometry: WindowGeometry, form: FilterGradientForm): string {
  const byTap = geometry.channels % 4 === 0;
  const wide = geometry.filters % 4 === 0;
  const [x, dy, share] = [
    { name: 'x', inFours: byTap },
    { name: 'dy', inFours: wide },
    { name: 'share', inFours: wide },
  ] as const;
  const { height, filters } = geometry;
  const [rows, columns] = [rowBlocks(geometry, form), columnBlocks(geometry, form)];
  const grid = blockGrid(columns);
  const tall = padded(rows, grid.tall);
  const blocks = range(4 * form.channelFours);
  const body = `
  ${grid.text}
  let column = across * 4;
  let block = down % ${tall} * ${4 * form.channelFours};
  let part = down / ${tall};
  let begin = part * i32(u.share);
  let end = min(begin + i32(u.share), i32(u.rows));
  if (begin >= end || across >= ${columns} || down % ${tall} >= ${rows}) { return; }
  ${each(blocks.length, (k) => range(form.fours).map((j) => `var a${k}_${j} = vec4f(0);`).join(' '))}
  ${byTap ? tapText(geometry) : lanesText(geometry)}
  for (var row = begin; row < end; row++) {
    let image = row / ${height.results};
    let top = row % ${height.results} * ${height.stride} - ${height.before};
    ${byTap ? rowText({ x, dy }, geometry, form) : laneRowText({ x, dy }, geometry, form)}
  }
  ${each(blocks.length, (k) => {
    const at = (j: number): string => `(part * ${filterRows(geometry)} + block + ${k}) * ${filters} + column + ${4 * columns * j}`;
    const write = range(form.fours).map((j) => writeFour(share, at(j), `column + ${4 * columns * j}`, filters, `a${k}_${j}`)).join(' ');
    return byTap ? write : `if (block + ${k} < ${filterRows(geometry)}) { ${write} }`;
  })}`;
  return shaderOf({ result: share, operands: [x, dy], lengths: ['rows', 'share'], threads: form.threads, body });
} // prettier-ignore

interface Reads {
  readonly x: Bound;
  readonly dy: Bound;
}

/** All of a thread's rows of the filter are of one tap: columns `first` to `last` of a row of dy are those that it reaches. */
function tapText({ width, channels }: WindowGeometry): string {
  return `let tap = block / ${channels};
  let channel = block % ${channels};
  let p = tap / ${width.taps};
  let left = tap % ${width.taps} * ${width.dilation} - ${width.before};
  let first = max(0, (${width.stride - 1} - left) / ${width.stride});
  let last = select(min(${width.results}, (${width.size - 1} - left) / ${width.stride} + 1), 0, left > ${width.size - 1});`;
}

function rowText({ x, dy }: Reads, { height, width, channels, filters }: WindowGeometry, { channelFours, fours }: FilterGradientForm): string {
  const values = range(channelFours);
  return `let r = top + p * ${height.dilation};
    if (r < 0 || r >= ${height.size}) { continue; }
    var origin = ((image * ${height.size} + r) * ${width.size} + first * ${width.stride} + left) * ${channels} + channel;
    var at = (row * ${width.results} + first) * ${filters} + column;
    for (var z = first; z < last; z++) {
      ${values.map((k) => `let x${k} = ${x.name}[origin / 4 + ${k}];`).join(' ')}
      ${gradientText(dy, filters, fours)}
      ${values.map((k) => each(4, (lane) => productText(4 * k + lane, `x${k}[${lane}]`, fours))).join('\n')}
      origin += ${width.stride * channels};
      at += ${filters};
    }`;
} // prettier-ignore

/** Four rows of the filter, each with a tap and a channel of its own. */
function lanesText(geometry: WindowGeometry): string {
  const { width, channels } = geometry;
  return each(4, (k) => `let m${k} = min(block + ${k}, ${filterRows(geometry) - 1});
  let p${k} = m${k} / ${width.taps * channels};
  let left${k} = m${k} / ${channels} % ${width.taps} * ${width.dilation} - ${width.before};
  let channel${k} = m${k} % ${channels};`);
} // prettier-ignore

function laneRowText({ x, dy }: Reads, { height, width, channels, filters }: WindowGeometry, { fours }: FilterGradientForm): string {
  const isInside = (value: string, axis: WindowAxis): string => `${value} >= 0 && ${value} < ${axis.size}`;
  return `${each(4, (k) => `let r${k} = top + p${k} * ${height.dilation};
    let inside${k} = ${isInside(`r${k}`, height)};
    let origin${k} = (image * ${height.size} + r${k}) * ${width.size};`)}
    var at = row * ${width.results} * ${filters} + column;
    for (var z = 0; z < ${width.results}; z++) {
      ${each(4, (k) => `let c${k} = z * ${width.stride} + left${k};
      let x${k} = select(0.0, ${x.name}[select(0, (origin${k} + c${k}) * ${channels} + channel${k}, inside${k} && ${isInside(`c${k}`, width)})], inside${k} && ${isInside(`c${k}`, width)});`)}
      ${gradientText(dy, filters, fours)}
      ${each(4, (k) => productText(k, `x${k}`, fours))}
      at += ${filters};
    }`;
} // prettier-ignore

const gradientText = (dy: Bound, filters: number, fours: number): string =>
  each(fours, (j) => {
    const step = 4 * j * Math.ceil(filters / (4 * fours));
    return `let g${j} = ${fourOf(dy, `at + ${step}`, `column + ${step}`, filters)};`;
  });

const productText = (k: number, x: string, fours: number): string =>
  range(fours).map((j) => `a${k}_${j} = fma(vec4f(${x}), g${j}, a${k}_${j});`).join(' '); // prettier-ignore
