/** Programs to complete in. */

/** A model whose body goes on behind the cursor. */
export const inModel = (input: string, rest: string): string =>
  `model M(classes = 10) {\n  input x: ${input}\n  ${rest}\n}\n`;

export const parts = {
  '/parts.nn': `/// Halves what it is given.
block Down(filters: int, act = relu) {
  input x: [h, w, c]
  output y = x -> Conv2D(filters, 3, strides: 2, padding: same) -> act
}

block Pair {
  input x: [n, d]
  output left = x
  output right = x
}

block _Hidden {
  input x: [n]
  output y = x
}

const CLASSES = 10
`,
};
