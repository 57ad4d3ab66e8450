/**
 * Sines of graphics backends, which may be off by 2⁻¹¹ within [−π, π] and by anything beyond (the accuracy that WGSL asks
 * for; GLSL asks for none), as a polynomial: the angle is brought to [−π/2, π/2] by a whole number of half turns, taken
 * off in three parts of few digits each (Cody and Waite 1980), so that positions of many thousands stay exact.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { ruleFor, type Rule } from '../../optimise/rewrite.ts';

/** π in three parts; the first two times a whole number below 2¹¹ are exact in float32. */
const halfTurn = [3.140625, 9.675025939941406e-4, 1.5099579909783765e-7] as const;

/** 1/3!, 1/5!, … with their signs: off by less than 1e-11 at π/2. */
const series = [3, 5, 7, 9, 11, 13, 15].map((n) => {
  const factorial = Array.from({ length: n }, (_, i) => i + 1).reduce((a, b) => a * b, 1);
  return (n % 4 === 3 ? -1 : 1) / factorial;
});

/** sin r for r within [−π/2, π/2]. */
function sineOf(op: GraphBuilder, r: TensorNode): TensorNode {
  const square = op.multiply(r, r);
  const [last, next, ...rest] = series.toReversed() as [number, number, ...number[]];
  const start = op.add(op.multiply(square, last), next);
  const sum = rest.reduce((p, c) => op.add(op.multiply(p, square), c), start);
  return op.add(r, op.multiply(op.multiply(r, square), sum));
}

/** x less `turns` half turns. */
const without = (op: GraphBuilder, x: TensorNode, turns: TensorNode): TensorNode =>
  halfTurn.reduce((rest, part) => op.subtract(rest, op.multiply(turns, part)), x);

/** 1 for an even whole number, −1 for an odd one. */
const signOf = (op: GraphBuilder, whole: TensorNode): TensorNode => {
  const odd = op.subtract(whole, op.multiply(op.floor(op.multiply(whole, 0.5)), 2));
  return op.subtract(1, op.multiply(odd, 2));
};

function sine(op: GraphBuilder, x: TensorNode): TensorNode {
  const turns = op.round(op.multiply(x, 1 / Math.PI));
  return op.multiply(signOf(op, turns), sineOf(op, without(op, x, turns)));
}

/** cos x = ∓ sin(x − (k + ½)π). */
function cosine(op: GraphBuilder, x: TensorNode): TensorNode {
  const whole = op.floor(op.multiply(x, 1 / Math.PI));
  const rest = without(op, x, op.add(whole, 0.5));
  return op.negate(op.multiply(signOf(op, whole), sineOf(op, rest)));
}

export const exactSines: readonly Rule[] = [
  ruleFor('sin(x) → polynomial', 'sin', ([x], op) => sine(op, x!)),
  ruleFor('cos(x) → polynomial', 'cos', ([x], op) => cosine(op, x!)),
  ruleFor('tan(x) → sin(x) / cos(x)', 'tan', ([x], op) => op.divide(sine(op, x!), cosine(op, x!))),
];
