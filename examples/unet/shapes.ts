/** Pictures with circles, squares and triangles on a noisy background, and which pixel belongs to what. */
export interface Shapes {
  /** Red, green and blue from 0 to 1. */
  readonly image: Float32Array;
  /** 0 background, 1 circle, 2 square, 3 triangle. */
  readonly truth: Int32Array;
}

/** Numbers from 0 to 1 (Marsaglia's xorshift). */
function randomNumbers(seed: number): () => number {
  let state = (seed * 2654435761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Whether a point is inside a shape of radius 1. */
const inside: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y < 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.85,
  (x, y) => y < 0.7 && y > 2 * Math.abs(x) - 1,
];

export function drawShapes(count: number, height: number, width: number, seed: number): Shapes {
  const random = randomNumbers(seed);
  const image = new Float32Array(count * height * width * 3);
  const truth = new Int32Array(count * height * width);
  const colour = (): readonly number[] => [random(), random(), random()];
  for (let i = 0; i < count; i++) {
    const from = i * height * width;
    const paint = (at: number, [r, g, b]: readonly number[]): void => image.set([r!, g!, b!], (from + at) * 3);
    const ground = colour();
    for (let at = 0; at < height * width; at++) paint(at, ground);
    // As many on a small picture as on a part of that size of a large one.
    const shapes = Math.round((height * width) / 1000) + Math.floor(random() * 3);
    for (let k = 0; k < shapes; k++) {
      const [kind, radius, own] = [Math.floor(random() * 3), 6 + random() * 8, colour()];
      const [cx, cy, turn] = [random() * width, random() * height, kind === 1 ? 0 : (random() - 0.5) * 0.6];
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const [dx, dy] = [(x - cx) / radius, (y - cy) / radius];
          const [u, v] = [dx * Math.cos(turn) - dy * Math.sin(turn), dx * Math.sin(turn) + dy * Math.cos(turn)];
          if (!inside[kind]!(u, v)) continue;
          paint(y * width + x, own);
          truth[from + y * width + x] = kind + 1;
        }
    }
    for (let at = from * 3; at < (from + height * width) * 3; at++) image[at]! += (random() - 0.5) * 0.2;
  }
  return { image, truth };
}
