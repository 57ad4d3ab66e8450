/**
 * Functions of four numbers at once, as text to be put into WebAssembly functions. Their constants lie in locals, which are set once at the
 * beginning: a constant in a loop would be put together anew for each use.
 *
 * Off by less, of the result: `sigmoid` 2e-7 down to 1e-38, `tanh` 4e-7 (test/runtime/vector-functions.test.ts). Neither leaves its bounds; what is
 * not a number stays so.
 */

/** Names of constants and their values. */
const constants = {
  one: 1,
  minusOne: -1,
  minusZero: -0,
  // sigmoid: by exp, which is 2^n · e^r with r within ±ln 2 / 2, as in Cephes' expf.
  least: -87.3,
  whole: 12582912,
  log2e: Math.LOG2E,
  ln2high: 0.693359375,
  ln2low: -2.1219444e-4,
  e0: 1.98756915e-4,
  e1: 1.3981999507e-3,
  e2: 8.3334519073e-3,
  e3: 4.1665795894e-2,
  e4: 1.6666665459e-1,
  e5: 5.0000001201e-1,
  // tanh: a quotient of polynomials, with the coefficients of Eigen's `generic_fast_tanh_float`.
  bound: 9,
  minusBound: -9,
  p0: -2.76076847742355e-16,
  p1: 2.00018790482477e-13,
  p2: -8.60467152213735e-11,
  p3: 5.12229709037114e-8,
  p4: 1.48572235717979e-5,
  p5: 6.37261928875436e-4,
  p6: 4.89352455891786e-3,
  q0: 1.19825839466702e-6,
  q1: 1.18534705686654e-4,
  q2: 2.268434632439e-3,
  q3: 4.89352518554385e-3,
} as const;
type Constant = keyof typeof constants;

const uses = {
  sigmoid: ['one', 'minusZero', 'least', 'whole', 'log2e', 'ln2high', 'ln2low', 'e0', 'e1', 'e2', 'e3', 'e4', 'e5'],
  tanh: ['one', 'minusOne', 'bound', 'minusBound', 'p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'q0', 'q1', 'q2', 'q3'],
} as const satisfies Readonly<Record<string, readonly Constant[]>>;
export type VectorFunction = keyof typeof uses;

const constant = (name: Constant): string => `(local.get $k_${name})`;
const get = (name: string): string => `(local.get $${name})`;
const mul = (a: string, b: string): string => `(f32x4.mul ${a} ${b})`;
const add = (a: string, b: string): string => `(f32x4.add ${a} ${b})`;
const sub = (a: string, b: string): string => `(f32x4.sub ${a} ${b})`;
const set = (name: string, value: string): string => `(local.set $${name} ${value})`;

/** c0 xⁿ + c1 xⁿ⁻¹ + …, by Horner's rule. */
const polynomial = (x: string, [first, ...rest]: readonly Constant[]): string =>
  rest.reduce((sum, c) => add(mul(sum, x), constant(c)), constant(first!));

/** Declarations for functions that use these. */
export const functionLocals = (functions: readonly VectorFunction[]): string =>
  `${constantsOf(functions)
    .map((name) => `(local $k_${name} v128)`)
    .join(' ')} (local $f_n v128) (local $f_r v128) (local $f_e v128)`;

/** What comes before their first use. */
export const functionConstants = (functions: readonly VectorFunction[]): string =>
  constantsOf(functions)
    .map((name) => set(`k_${name}`, `(f32x4.splat (f32.const ${literal(constants[name])}))`))
    .join('\n    ');

const literal = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
const constantsOf = (functions: readonly VectorFunction[]): readonly Constant[] => [
  ...new Set(functions.flatMap((name): readonly Constant[] => uses[name])),
];

/** The lesser and the greater, the first if it is not a number: one instruction, where `f32x4.min` is eight. */
const least = (a: string, b: string): string => `(f32x4.pmin ${a} ${b})`;
const greatest = (a: string, b: string): string => `(f32x4.pmax ${a} ${b})`;

/** Puts a function of the local `x` into the local `into`, which may be the same. */
export const vectorFunctions: { readonly [Name in VectorFunction]: (x: string, into: string) => string } = {
  // With e = exp(-|x|), so that nothing overflows: 1 / (1 + e) or e / (1 + e). Adding 1.5 · 2²³ rounds to a whole number, whose bits come to lie last.
  sigmoid: (x, into) => `
    ${set('f_r', greatest(`(v128.or ${get(x)} ${constant('minusZero')})`, constant('least')))}
    ${set('f_n', add(mul(get('f_r'), constant('log2e')), constant('whole')))}
    ${set('f_e', sub(get('f_n'), constant('whole')))}
    ${set('f_r', sub(sub(get('f_r'), mul(get('f_e'), constant('ln2high'))), mul(get('f_e'), constant('ln2low'))))}
    ${set('f_e', add(add(mul(polynomial(get('f_r'), ['e0', 'e1', 'e2', 'e3', 'e4', 'e5']), mul(get('f_r'), get('f_r'))), get('f_r')), constant('one')))}
    ${set('f_e', mul(get('f_e'), `(i32x4.add (i32x4.shl ${get('f_n')} (i32.const 23)) ${constant('one')})`))}
    ${set('f_r', `(f32x4.div ${constant('one')} ${add(constant('one'), get('f_e'))})`)}
    ${set(into, `(v128.bitselect ${mul(get('f_e'), get('f_r'))} ${get('f_r')} (i32x4.shr_s ${get(x)} (i32.const 31)))`)}`,
  tanh: (x, into) => `
    ${set('f_r', least(greatest(get(x), constant('minusBound')), constant('bound')))}
    ${set('f_n', mul(get('f_r'), get('f_r')))}
    ${set('f_e', `(f32x4.div ${mul(polynomial(get('f_n'), ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6']), get('f_r'))} ${polynomial(get('f_n'), ['q0', 'q1', 'q2', 'q3'])})`)}
    ${set(into, least(greatest(get('f_e'), constant('minusOne')), constant('one')))}`,
}; // prettier-ignore
