/**
 * A dimension as the small tree a person would write: `ceil` where it is shorter than `floor`, differences instead of
 * negative terms, one fraction bar. `display.ts` prints it as `.nn`; the emitter prints it as TypeScript.
 */
import {
  add,
  asNumber,
  asRational,
  atomDim,
  constant,
  constantPart,
  monomial,
  multiply,
  negate,
  ONE,
  scale,
  subtract,
  termDim,
  ZERO,
  type Atom,
  type Dim,
  type Factor,
  type SizeVariable,
  type Term,
} from './polynomial.ts';
import { isOne, lcm, multiplyRational, negateRational, one, signOf, type Rational } from './rational.ts';
import { replaceAtoms } from './traverse.ts';

export type DimExpression =
  | { readonly kind: 'number'; readonly value: number | bigint }
  | { readonly kind: 'variable'; readonly variable: SizeVariable }
  | { readonly kind: 'add' | 'subtract' | 'divide'; readonly left: DimExpression; readonly right: DimExpression }
  | { readonly kind: 'multiply' | 'min' | 'max'; readonly operands: readonly DimExpression[] }
  | { readonly kind: 'power'; readonly base: DimExpression; readonly exponent: number }
  | { readonly kind: 'negate'; readonly operand: DimExpression }
  | { readonly kind: 'floorDivide' | 'ceilDivide'; readonly left: DimExpression; readonly right: DimExpression };

type FloorAtom = Extract<Atom, { kind: 'floor' }>;

/** A factor as it will be shown: a plain atom, or a rounded quotient chosen anew. */
interface Rounded {
  readonly kind: 'floorDivide' | 'ceilDivide';
  readonly numerator: Dim;
  readonly denominator: Dim;
}

/** A sum being laid out: ordinary terms, and rounded quotients times a cofactor. */
interface Layout {
  readonly plain: Dim;
  readonly rounded: readonly { readonly cofactor: Dim; readonly value: Rounded }[];
}

export function toExpression(d: Dim): DimExpression {
  return layoutExpression(shortest(d));
}

/** How much there is to read; signs and factors weigh less than terms. */
const sumSize = (d: Dim): number =>
  d.terms.reduce((n, t) => n + 1 + (signOf(t.coefficient) < 0 ? 0.5 : 0) + (t.coefficient.p === 1n ? 0 : 0.1), 0) +
  (d.terms.length > 0 && signOf(d.terms[0]!.coefficient) < 0 ? 0.5 : 0);

const layoutSize = (l: Layout): number =>
  l.rounded.reduce((n, r) => n + sumSize(r.cofactor) + sumSize(r.value.numerator), sumSize(l.plain));

const isFloor = (f: Factor): boolean => f.atom.kind === 'floor';

/** Each floor is shown as a floor or as a ceil, whichever leaves less to read. */
function shortest(d: Dim): Layout {
  const start = withHalvesTurned(d);
  let layout: Layout = { plain: start, rounded: [] };
  for (const term of start.terms) {
    const index = term.factors.findIndex(isFloor);
    const atom = term.factors[index]?.atom;
    if (atom?.kind !== 'floor' || term.factors[index]!.power !== 1) continue;
    if (term.factors.filter(isFloor).length > 1) continue;
    const cofactor = monomial(
      term.coefficient,
      term.factors.filter((_, i) => i !== index),
    );
    const { rounded } = layout;
    const plain = subtract(layout.plain, termDim(term));
    const options = roundings(atom, plain, cofactor).map((o): Layout => {
      const value = { cofactor: o.turned ? negate(cofactor) : cofactor, value: o.value };
      return { plain: add(plain, multiply(cofactor, o.offset)), rounded: [...rounded, value] };
    });
    layout = options.reduce((best, option) => (layoutSize(option) < layoutSize(best) ? option : best));
  }
  return layout;
}

/**
 * The normal form writes ⌈q/2⌉ as q - ⌊q/2⌋. Where that multiplied out a product, it is put together again over an
 * atom ⌊(q + 1)/2⌋ that exists only for showing.
 */
function withHalvesTurned(d: Dim): Dim {
  let best = d;
  for (const atom of d.terms.flatMap((t) => t.factors.map((f) => f.atom))) {
    if (atom.kind !== 'floor' || asNumber(atom.denominator) !== 2) continue;
    const { numerator, denominator } = atom;
    const up = add(numerator, ONE);
    const ceil = atomDim({ kind: 'floor', key: `⌊${up.key}/${denominator.key}⌋`, numerator: up, denominator });
    const turned = replaceAtoms(best, (a) => (a.key === atom.key ? subtract(numerator, ceil) : atomDim(a)));
    if (turned.terms.length < best.terms.length) best = turned;
  }
  return best;
}

interface Rounding {
  readonly value: Rounded;
  readonly offset: Dim;
  readonly turned: boolean;
}

/** The ways to write ⌊n/k⌋ = ±(rounded quotient) + offset. */
function roundings(atom: FloorAtom, rest: Dim, cofactor: Dim): Rounding[] {
  const { numerator: n, denominator: k } = atom;
  const result: Rounding[] = [];
  const offer = (numerator: Dim, offset: Dim, turned = false): void => {
    // ⌊n/k⌋ = ⌈(n - k + 1)/k⌉, and -⌊n/k⌋ = ⌈-n/k⌉
    const up = add(subtract(numerator, k), ONE);
    if (turned) {
      result.push({ value: { kind: 'ceilDivide', numerator: negate(numerator), denominator: k }, offset, turned });
      result.push({ value: { kind: 'floorDivide', numerator: negate(up), denominator: k }, offset, turned });
      return;
    }
    result.push({ value: { kind: 'floorDivide', numerator, denominator: k }, offset, turned });
    result.push({ value: { kind: 'ceilDivide', numerator: up, denominator: k }, offset, turned });
  };
  offer(n, ZERO);
  offer(n, ZERO, true);
  // A whole multiple of a product can stand inside or outside: ⌊n/k⌋ = ⌊(n - k·m)/k⌋ + m.
  const moves = n.terms
    .filter((t) => t.factors.length > 0 && asRational(k))
    .map((t) => termDim({ ...t, coefficient: one }));
  for (const m of moves) {
    offer(subtract(n, multiply(k, m)), m);
    offer(subtract(n, multiply(k, m)), m, true);
  }
  const c = asRational(cofactor);
  const shift = constantPart(rest);
  if (
    c &&
    (isOne(c) || isOne(negateRational(c))) &&
    signOf(shift) !== 0 &&
    shift.q === 1n &&
    signOf(constantPart(n)) !== 0
  ) {
    const inside = constant(multiplyRational(shift, c));
    offer(add(n, multiply(k, inside)), negate(inside));
  }
  return result;
}

interface Signed {
  readonly negative: boolean;
  readonly expression: DimExpression;
}

function layoutExpression(layout: Layout): DimExpression {
  const fractions = layout.plain.terms.filter((t) => t.coefficient.q !== 1n).length;
  if (layout.plain.terms.length > 1 && fractions > 1 && layout.rounded.length === 0) {
    const common = layout.plain.terms.reduce((l, t) => lcm(l, t.coefficient.q), 1n);
    const numerator = toExpression(scale(layout.plain, { p: common, q: 1n }));
    return { kind: 'divide', left: numerator, right: numberExpression(common) };
  }
  const sizes = layout.plain.terms.filter((t) => t.factors.length > 0).map((t) => termExpression(t));
  const numbers = layout.plain.terms.filter((t) => t.factors.length === 0).map((t) => termExpression(t));
  const rounded = layout.rounded.map((r) => roundedExpression(r.cofactor, r.value));
  return sumExpression([...sizes, ...rounded, ...numbers]);
}

function sumExpression(parts: readonly Signed[]): DimExpression {
  if (parts.length === 0) return numberExpression(0n);
  const first = parts.findIndex((p) => !p.negative);
  const ordered = first > 0 ? [parts[first]!, ...parts.slice(0, first), ...parts.slice(first + 1)] : parts;
  const head = ordered[0]!;
  let sum: DimExpression = head.negative ? { kind: 'negate', operand: head.expression } : head.expression;
  for (const p of ordered.slice(1)) sum = { kind: p.negative ? 'subtract' : 'add', left: sum, right: p.expression };
  return sum;
}

const numberExpression = (value: bigint): DimExpression => ({
  kind: 'number',
  value: Number.isSafeInteger(Number(value)) ? Number(value) : value,
});

function roundedExpression(cofactor: Dim, value: Rounded): Signed {
  const quotient: DimExpression = {
    kind: value.kind,
    left: toExpression(value.numerator),
    right: toExpression(value.denominator),
  };
  const only = cofactor.terms[0]!;
  return productExpression(only.coefficient, only.factors, [quotient]);
}

const termExpression = (t: Term): Signed => productExpression(t.coefficient, t.factors, []);

function productExpression(coefficient: Rational, factors: readonly Factor[], extra: readonly DimExpression[]): Signed {
  const size = signOf(coefficient) < 0 ? negateRational(coefficient) : coefficient;
  const above = factors.filter((f) => f.power > 0).map((f) => powerExpression(f.atom, f.power));
  const below = factors.filter((f) => f.power < 0).map((f) => powerExpression(f.atom, -f.power));
  const top = [...above, ...extra];
  if (size.p !== 1n || top.length === 0) top.unshift(numberExpression(size.p));
  if (size.q !== 1n) below.unshift(numberExpression(size.q));
  const numerator = multiplied(top);
  const expression: DimExpression =
    below.length === 0 ? numerator : { kind: 'divide', left: numerator, right: multiplied(below) };
  return { negative: signOf(coefficient) < 0, expression };
}

const multiplied = (operands: readonly DimExpression[]): DimExpression =>
  operands.length === 1 ? operands[0]! : { kind: 'multiply', operands };

function powerExpression(atom: Atom, exponent: number): DimExpression {
  const base = atomExpression(atom);
  return exponent === 1 ? base : { kind: 'power', base, exponent };
}

function atomExpression(atom: Atom): DimExpression {
  switch (atom.kind) {
    case 'variable':
      return { kind: 'variable', variable: atom.variable };
    case 'floor':
      return floorExpression(atom);
    case 'reciprocal':
      return { kind: 'divide', left: numberExpression(1n), right: toExpression(atom.of) };
    default:
      return { kind: atom.kind, operands: atom.operands.map(toExpression) };
  }
}

/** A floor among other factors: no part of it can be moved out. */
function floorExpression(atom: FloorAtom): DimExpression {
  const up = add(subtract(atom.numerator, atom.denominator), ONE);
  const ceil = sumSize(up) < sumSize(atom.numerator);
  return {
    kind: ceil ? 'ceilDivide' : 'floorDivide',
    left: toExpression(ceil ? up : atom.numerator),
    right: toExpression(atom.denominator),
  };
}
