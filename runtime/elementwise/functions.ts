/**
 * The ops that fused kernels know, in instructions on vectors. Polynomials are those of Cephes (exp, log) and Eigen (tanh, erf) for float32;
 * how exact they are stands in test/elementwise. Not a number stays so, as in the ops.
 */
import type { VectorOp } from './assembler.ts';
import type { VectorValues } from './vector-values.ts';

type Unary = (m: VectorValues, x: number) => number;
type Make = (m: VectorValues, x: number, y: number, z: number) => number;

const plain =
  (op: VectorOp): Make =>
  (m, ...operands) =>
    m.vector(op, ...operands.filter((operand) => operand !== undefined));

/** ((c₀ x + c₁) x + c₂) … */
function polynomial(m: VectorValues, x: number, coefficients: readonly number[]): number {
  const [first, ...rest] = coefficients.map((c) => m.number(c)) as [number, ...number[]];
  return rest.reduce((sum, c) => m.vector('add', m.vector('multiply', sum, x), c), first);
}

/** What is between the two; not a number stays so. */
const between = (m: VectorValues, x: number, least: number, most: number): number =>
  m.vector('ifGreater', m.vector('ifSmaller', x, m.number(most)), m.number(least));

/** 1 where the mask holds, else 0. */
const asNumber: Unary = (m, mask) => m.vector('and', mask, m.number(1));

/** 2 to the power of a whole number, as a float. */
const powerOfTwo = (m: VectorValues, exponent: number): number =>
  m.shift('left', m.vector('addWhole', exponent, m.wholeNumber(127)), 23);

/** e^x = (1 + rest) · 2^n: n, and a function that multiplies by 2^n, which is done in two steps lest it overflow. */
function splitExponential(m: VectorValues, x: number): { n: number; rest: number; scaled: (y: number) => number } {
  const bounded = between(m, x, -104, 89);
  const n = m.vector('round', m.vector('multiply', bounded, m.number(Math.LOG2E)));
  const above = m.vector('subtract', bounded, m.vector('multiply', n, m.number(0.693359375)));
  const r = m.vector('add', above, m.vector('multiply', n, m.number(2.12194440e-4))); // prettier-ignore
  const p = polynomial(m, r, [1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]); // prettier-ignore
  const rest = m.vector('add', m.vector('multiply', m.vector('multiply', p, r), r), r);
  const whole = m.vector('toWhole', n);
  const half = m.shift('right', whole, 1);
  const scaled = (y: number): number => {
    const first = m.vector('multiply', y, powerOfTwo(m, half));
    return m.vector('multiply', first, powerOfTwo(m, m.vector('subtractWhole', whole, half)));
  };
  return { n, rest, scaled };
}

const exp: Unary = (m, x) => {
  const { rest, scaled } = splitExponential(m, x);
  return scaled(m.vector('add', rest, m.number(1)));
};

/** Near 0 the 1 is not added and taken away again. */
const expm1: Unary = (m, x) => {
  const { n, rest, scaled } = splitExponential(m, x);
  const far = m.vector('subtract', scaled(m.vector('add', rest, m.number(1))), m.number(1));
  // The smallest numbers keep their sign.
  const near = m.vector('select', x, rest, m.vector('equal', x, m.number(0)));
  return m.vector('select', near, far, m.vector('equal', n, m.number(0)));
};

const log: Unary = (m, x) => {
  const isTiny = m.vector('less', x, m.number(1.17549435e-38));
  const normal = m.vector('select', m.vector('multiply', x, m.number(2 ** 23)), x, isTiny);
  // What is between √½ and √2, times a power of two.
  const root = m.wholeNumber(0x3f3504f3);
  const bits = m.vector('subtractWhole', normal, root);
  const exponent = m.vector('fromWhole', m.shift('right', bits, 23));
  const e = m.vector('subtract', exponent, m.vector('and', isTiny, m.number(23)));
  const mantissa = m.vector('addWhole', m.vector('and', bits, m.wholeNumber(0x007fffff)), root);
  const f = m.vector('subtract', mantissa, m.number(1));
  const p = polynomial(m, f, [7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1]); // prettier-ignore
  const square = m.vector('multiply', f, f);
  const cubic = m.vector('multiply', m.vector('multiply', p, f), square);
  const small = m.vector('subtract', cubic, m.vector('multiply', e, m.number(2.12194440e-4))); // prettier-ignore
  const inner = m.vector('subtract', small, m.vector('multiply', square, m.number(0.5)));
  const sum = m.vector('add', m.vector('add', f, inner), m.vector('multiply', e, m.number(0.693359375)));
  const finite = m.vector('select', sum, x, m.vector('less', x, m.number(Infinity)));
  const positive = m.vector('select', m.number(NaN), finite, m.vector('less', x, m.number(0)));
  return m.vector('select', m.number(-Infinity), positive, m.vector('equal', x, m.number(0)));
};

/** log(1 + x) times how far rounding 1 + x has gone astray. */
const log1p: Unary = (m, x) => {
  const sum = m.vector('add', x, m.number(1));
  const ratio = m.vector('divide', x, m.vector('subtract', sum, m.number(1)));
  const value = m.vector('multiply', log(m, sum), ratio);
  const isPlain = m.vector('or', m.vector('equal', sum, m.number(1)), m.vector('equal', x, m.number(Infinity)));
  return m.vector('select', x, value, isPlain);
};

const sigmoid: Unary = (m, x) =>
  m.vector('divide', m.number(1), m.vector('add', exp(m, m.vector('negate', x)), m.number(1)));

const relu: Unary = (m, x) => m.vector('andNot', x, m.vector('less', x, m.number(0)));

const tanh: Unary = (m, x) => {
  const c = between(m, x, -7.90531110763549805, 7.90531110763549805);
  const s = m.vector('multiply', c, c);
  const p = polynomial(m, s, [-2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3]); // prettier-ignore
  const q = polynomial(m, s, [1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3]);
  return m.vector('multiply', m.vector('divide', p, q), c);
};

const erf: Unary = (m, x) => {
  const c = between(m, x, -4, 4);
  const s = m.vector('multiply', c, c);
  const p = polynomial(m, s, [-2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4, -2.95459980854025e-3, -1.60960333262415e-2]); // prettier-ignore
  const q = polynomial(m, s, [-1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2]); // prettier-ignore
  return between(m, m.vector('multiply', m.vector('divide', p, q), c), -1, 1);
};

/** max(x, 0) + log(1 + e^−|x|). */
const softplus: Unary = (m, x) => {
  const decay = exp(m, m.vector('negate', m.vector('abs', x)));
  return m.vector('add', relu(m, x), log1p(m, decay));
};

const softmax: Unary = (m, x) => {
  const powers = exp(m, m.vector('subtract', x, m.fold('max', x)));
  return m.vector('divide', powers, m.fold('sum', powers));
};

const logSoftmax: Unary = (m, x) => {
  const shifted = m.vector('subtract', x, m.fold('max', x));
  return m.vector('subtract', shifted, log(m, m.fold('sum', exp(m, shifted))));
};

/** By the names of ops; `toFloat` and `toBool` are casts. Bools are masks: all bits, or none. */
export const functions: Readonly<Record<string, Make>> = {
  negate: plain('negate'), abs: plain('abs'), sqrt: plain('sqrt'), floor: plain('floor'), ceil: plain('ceil'), round: plain('round'),
  add: plain('add'), subtract: plain('subtract'), multiply: plain('multiply'), divide: plain('divide'),
  maximum: plain('maximum'), minimum: plain('minimum'),
  equal: plain('equal'), notEqual: plain('notEqual'), less: plain('less'), lessEqual: plain('lessEqual'), greater: plain('greater'), greaterEqual: plain('greaterEqual'),
  and: plain('and'), or: plain('or'), not: plain('not'),
  select: (m, mask, a, b) => m.vector('select', a, b, mask),
  toFloat: asNumber,
  toBool: (m, x) => m.vector('notEqual', x, m.number(0)),
  isNan: (m, x) => m.vector('notEqual', x, x),
  rsqrt: (m, x) => m.vector('divide', m.number(1), m.vector('sqrt', x)),
  sign: (m, x) => m.vector('subtract', asNumber(m, m.vector('greater', x, m.number(0))), asNumber(m, m.vector('less', x, m.number(0)))),
  step: (m, x) => m.vector('or', asNumber(m, m.vector('greater', x, m.number(0))), m.vector('and', m.vector('notEqual', x, x), x)),
  exp, expm1, log, log1p, sigmoid, relu, tanh, erf, softplus,
  sum: (m, x) => m.fold('sum', x), max: (m, x) => m.fold('max', x), min: (m, x) => m.fold('min', x),
  softmax, logSoftmax,
}; // prettier-ignore
