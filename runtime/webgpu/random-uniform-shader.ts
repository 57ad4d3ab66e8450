/** Philox (random/philox.ts) as a shader: the very numbers that JavaScript draws, four by each thread. */
import { shaderOf } from './shader-text.ts';

/** Products of 32 bits are put together from halves of 16, as there. */
const body = `
  if (4u * u32(i) >= u.count) { return; }
  let factors = vec2u(0xd2511f53u, 0xcd9e8d57u);
  let factorsLow = factors & vec2u(0xffffu);
  let factorsHigh = factors >> vec2u(16u);
  var words = vec4u(u32(i), u.round, u.step, u.purpose);
  var key = vec2u(u.key0, u.key1);
  for (var at = 0; at < 10; at++) {
    let low = words.xz & vec2u(0xffffu);
    let high = words.xz >> vec2u(16u);
    let middle = factorsHigh * low + ((factorsLow * low) >> vec2u(16u));
    let crossed = factorsLow * high + (middle & vec2u(0xffffu));
    let upper = factorsHigh * high + (middle >> vec2u(16u)) + (crossed >> vec2u(16u));
    let lower = factors * words.xz;
    words = vec4u(upper.y ^ words.y ^ key.x, lower.y, upper.x ^ words.w ^ key.y, lower.x);
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  let numbers = vec4f(words >> vec4u(8u)) * 0x1p-24f;
  for (var lane = 0; lane < 4; lane++) {
    if (u32(4 * i + lane) < u.count) { y[4 * i + lane] = numbers[lane]; }
  }`;

/** Bound to it are the numbers; given are how many they are, the rest of the counter, and the key. */
export const randomUniformText = (threads: number): string =>
  shaderOf({
    result: { name: 'y', inFours: false },
    operands: [],
    lengths: ['count', 'round', 'step', 'purpose', 'key0', 'key1'],
    threads,
    body,
  });
