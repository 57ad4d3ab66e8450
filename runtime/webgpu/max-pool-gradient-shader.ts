/**
 * The gradient of max pooling as a shader: each thread asks of one place (by one or four channels), for each window that it lies in, whether it is
 * the first there that has the window's maximum. tfjs goes through all windows once more before, to write down where their maxima are.
 */
import { shaderOf, type Bound } from './shader-text.ts';
import type { WindowAxis, WindowGeometry } from './window-geometry.ts';

/** Bound to it are dx, dy, x and y; given is the number of images. */
export function maxPoolGradientText({ height, width, channels }: WindowGeometry, threads: number): string {
  const inFours = channels % 4 === 0;
  const columns = inFours ? channels / 4 : channels;
  const type = inFours ? 'vec4f' : 'f32';
  const [dx, dy, x, y] = ['dx', 'dy', 'x', 'y'].map((name): Bound => ({ name, inFours })) as [Bound, Bound, Bound, Bound]; // prettier-ignore
  const body = `
  let place = i / ${columns};
  let image = place / ${height.size * width.size};
  if (image >= i32(u.images)) { return; }
  let channel = i % ${columns};
  let r = place % ${height.size * width.size} / ${width.size};
  let c = place % ${width.size};
  let own = x[i];
  var sum = ${type}(0);
  for (var a = ${firstWindow('r', height)}; a <= ${lastWindow('r', height)}; a++) {
    for (var b = ${firstWindow('c', width)}; b <= ${lastWindow('c', width)}; b++) {
      let at = ((image * ${height.results} + a) * ${width.results} + b) * ${columns} + channel;
      let most = y[at];
      var isFirst = own == most;
      if (any(isFirst)) {
        let left = max(0, b * ${width.stride} - ${width.before});
        let right = min(${width.size}, b * ${width.stride} - ${width.before} + ${width.taps});
        for (var row = max(0, a * ${height.stride} - ${height.before}); row <= r; row++) {
          let end = select(right, c, row == r);
          for (var column = left; column < end; column++) {
            isFirst = isFirst & (x[((image * ${height.size} + row) * ${width.size} + column) * ${columns} + channel] != most);
          }
        }
        sum += select(${type}(0), dy[at], isFirst);
      }
    }
  }
  dx[i] = sum;`;
  return shaderOf({ result: dx, operands: [dy, x, y], lengths: ['images'], threads, body });
}

/** The first and the last window in which a row or column lies. */
const firstWindow = (place: string, { taps, stride, before }: WindowAxis): string =>
  `max(0, (${place} + ${before - taps + stride}) / ${stride})`;
const lastWindow = (place: string, { stride, before, results }: WindowAxis): string =>
  `min(${results - 1}, (${place} + ${before}) / ${stride})`;
