/** The gradient of max pooling on `webgpu`, as a shader of our own (runtime/webgpu). */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { maxPoolGradientText } from '../webgpu/max-pool-gradient-shader.ts';
import { runShader } from '../webgpu/webgpu-backend.ts';
import { geometryKey, windowGeometry } from '../webgpu/window-geometry.ts';
import { sizeOf } from './sizes.ts';
import type { PoolAttributes } from './padding.ts';

const threads = 64;

/** `undefined` where there is nothing to compute. */
export function maxPoolGradientOnWebgpu(d: Device, dy: Data, x: Data, y: Data, attributes: PoolAttributes): Data | undefined {
  const [images, , , channels] = x.shape as [number, number, number, number];
  const places = sizeOf(x.shape);
  if (places === 0 || sizeOf(y.shape) === 0) return undefined;
  const geometry = windowGeometry(x.shape, [...attributes.poolSize, channels, channels], attributes);
  const dx = d.allocate([...x.shape], 'float32');
  const shader = {
    key: `nnlang max pool gradient ${geometryKey(geometry)}`,
    text: () => maxPoolGradientText(geometry, threads),
    threads,
    groups: Math.ceil(places / (channels % 4 === 0 ? 4 : 1) / threads),
    lengths: [images],
    numbers: [],
  };
  runShader(d, shader, [dy, x, y], [dx]);
  return dx;
} // prettier-ignore
