/**
 * The ops that fused kernels know, in WGSL. `T` is a number or a vector of four, `B` truths and `U` bits of as many; `u` holds what is given with
 * the call, among it what WGSL has no words for: not a number, and infinity.
 *
 * Shaders may be compiled as if neither existed (`x != x` never holds), so whether something is a number is asked of its bits. exp, log and square
 * roots are the card's own; tanh and erf the quotients of polynomials of Eigen, as on wasm, for tfjs's lose their digits near 0.
 */

/** A function of WGSL that some ops are written in. */
interface Helper {
  readonly text: string;
  readonly needs?: readonly string[];
}

/** The op applied to its operands by name. */
type Write = (x: string, y: string, z: string) => string;

export interface WrittenOp {
  readonly write: Write;
  readonly needs: readonly string[];
}

const number = (value: number): string => {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
};

/** ((c₀ x + c₁) x + c₂) … */
const polynomial = (x: string, coefficients: readonly number[]): string =>
  coefficients.map(number).reduce((sum, c) => `(${sum} * ${x} + ${c})`);

const tanhAbove = [-2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3]; // prettier-ignore
const tanhBelow = [1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3];
const erfAbove = [-2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4, -2.95459980854025e-3, -1.60960333262415e-2]; // prettier-ignore
const erfBelow = [-1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2]; // prettier-ignore
/** Of log(1 + x) = 2 artanh(x / (2 + x)), by the square of that. */
const artanh = [13, 11, 9, 7, 5, 3, 1].map((n) => Math.fround(2 / n));

const helpers: Readonly<Record<string, Helper>> = {
  isNan: { text: `fn isNan(x: T) -> B { return (bitcast<U>(x) & U(0x7fffffffu)) > U(0x7f800000u); }` },
  between: { text: `fn between(x: T, most: T) -> T { return select(select(x, most, x > most), -most, x < -most); }` },
  greaterOf: {
    text: `fn greaterOf(x: T, y: T) -> T { return select(select(max(x, y), y, isNan(y)), x, isNan(x)); }`,
    needs: ['isNan'],
  },
  lessOf: {
    text: `fn lessOf(x: T, y: T) -> T { return select(select(min(x, y), y, isNan(y)), x, isNan(x)); }`,
    needs: ['isNan'],
  },
  reluOf: { text: `fn reluOf(x: T) -> T { return select(x, T(0), x < T(0)); }` },
  stepOf: {
    text: `fn stepOf(x: T) -> T { return select(select(T(0), T(1), x > T(0)), x, isNan(x)); }`,
    needs: ['isNan'],
  },
  signOf: {
    text: `fn signOf(x: T) -> T { return select(T(0), T(1), x > T(0)) - select(T(0), T(1), x < T(0)); }`,
  },
  // Some cards make something else of what is not a number, and of the logarithm of 0.
  expOf: { text: `fn expOf(x: T) -> T { return select(exp(x), x, isNan(x)); }`, needs: ['isNan'] },
  logOf: {
    text: `fn logOf(x: T) -> T {
  let positive = select(log(x), T(-u.infinity), x == T(0));
  return select(select(positive, T(u.nan), x < T(0)), x, isNan(x));
}`,
    needs: ['isNan'],
  },
  log1pOf: {
    text: `fn log1pOf(x: T) -> T {
  let s = x / (x + 2.0);
  let q = s * s;
  return select(logOf(x + 1.0), s * ${polynomial('q', artanh)}, abs(x) < T(0.5));
}`,
    needs: ['logOf'],
  },
  tanhOf: {
    text: `fn tanhOf(x: T) -> T {
  let c = between(x, T(7.90531110763549805));
  let s = c * c;
  return ${polynomial('s', tanhAbove)} / ${polynomial('s', tanhBelow)} * c;
}`,
    needs: ['between'],
  },
  // e^x − 1 = tanh(x / 2) (e^x + 1), where nothing is taken away near 0.
  expm1Of: { text: `fn expm1Of(x: T) -> T { return tanhOf(x * 0.5) * (exp(x) + 1.0); }`, needs: ['tanhOf'] },
  erfOf: {
    text: `fn erfOf(x: T) -> T {
  let c = between(x, T(4));
  let s = c * c;
  return between(${polynomial('s', erfAbove)} / ${polynomial('s', erfBelow)} * c, T(1));
}`,
    needs: ['between'],
  },
  sigmoidOf: { text: `fn sigmoidOf(x: T) -> T { return 1.0 / (expOf(-x) + 1.0); }`, needs: ['expOf'] },
  softplusOf: {
    text: `fn softplusOf(x: T) -> T { return reluOf(x) + log1pOf(exp(-abs(x))); }`,
    needs: ['reluOf', 'log1pOf'],
  },
};

/** Helpers with what they need, each after that. */
export function helperTexts(names: Iterable<string>): readonly string[] {
  const found = new Map<string, string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    const { text, needs = [] } = helpers[name]!;
    needs.forEach(add);
    found.set(name, text);
  };
  for (const name of names) add(name);
  return [...found.values()];
}

const plain = (write: Write, ...needs: readonly string[]): WrittenOp => ({ write, needs });
const infix = (operator: string): WrittenOp => plain((x, y) => `${x} ${operator} ${y}`);
const own = (name: string): WrittenOp => plain((x) => `${name}(${x})`);
const byHelper = (name: string): WrittenOp => plain((x, y) => `${name}(${y === undefined ? x : `${x}, ${y}`})`, name);

/** By the names of ops; `toFloat` and `toBool` are casts. */
export const writtenOps: Readonly<Record<string, WrittenOp>> = {
  add: infix('+'), subtract: infix('-'), multiply: infix('*'), divide: infix('/'),
  equal: infix('=='), less: infix('<'), lessEqual: infix('<='), greater: infix('>'), greaterEqual: infix('>='),
  and: infix('&'), or: infix('|'), not: plain((x) => `!${x}`), negate: plain((x) => `-${x}`),
  abs: own('abs'), floor: own('floor'), ceil: own('ceil'), round: own('round'), sqrt: own('sqrt'), rsqrt: own('inverseSqrt'),
  select: plain((mask, x, y) => `select(${y}, ${x}, ${mask})`),
  toFloat: plain((x) => `select(T(0), T(1), ${x})`),
  toBool: plain((x) => `(${x} != T(0)) | isNan(${x})`, 'isNan'),
  notEqual: plain((x, y) => `(${x} != ${y}) | isNan(${x}) | isNan(${y})`, 'isNan'),
  isNan: byHelper('isNan'),
  maximum: byHelper('greaterOf'), minimum: byHelper('lessOf'), relu: byHelper('reluOf'), step: byHelper('stepOf'), sign: byHelper('signOf'),
  exp: byHelper('expOf'), log: byHelper('logOf'), log1p: byHelper('log1pOf'), expm1: byHelper('expm1Of'), tanh: byHelper('tanhOf'), erf: byHelper('erfOf'),
  sigmoid: byHelper('sigmoidOf'), softplus: byHelper('softplusOf'),
}; // prettier-ignore

/** A number as the text of WGSL. */
export function numberText(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return 'T(u.nan)';
  if (!Number.isFinite(single)) return single > 0 ? 'T(u.infinity)' : 'T(-u.infinity)';
  return Object.is(single, -0) ? 'T(-0.0)' : `T(${number(value)})`;
}
