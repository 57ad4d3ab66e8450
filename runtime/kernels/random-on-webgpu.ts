/** Random numbers on `webgpu`, drawn where they are needed: masks of dropout are as large as what they are laid over, and need not be sent there. */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { type DrawKey, Purpose, keyWords } from '../random/draws.ts';
import { randomUniformText } from '../webgpu/random-uniform-shader.ts';
import { runShader } from '../webgpu/webgpu-backend.ts';

const threads = 64;

/** `count` numbers as `uniformNumbers` gives them; at least one. */
export function randomUniformOnWebgpu(d: Device, shape: readonly number[], count: number, key: DrawKey): Data {
  const result = d.allocate([...shape], 'float32');
  const shader = {
    key: 'nnlang random uniform',
    text: () => randomUniformText(threads),
    threads,
    groups: Math.ceil(count / 4 / threads),
    lengths: [count, key.round ?? 0, key.step, Purpose.op, ...keyWords(key)],
    numbers: [],
  };
  runShader(d, shader, [], [result]);
  return result;
}
