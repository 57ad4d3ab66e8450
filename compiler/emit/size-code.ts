/**
 * Sizes and conditions on them as TypeScript: `Math.floor(h / 2)`, `h % 16 === 0`. Which variables are used is noted, so
 * that a function declares those sizes and no others.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import {
  asNumber,
  display,
  isRelation,
  substitute,
  subtract,
  toExpression,
  variable,
  variablesOf,
  type Condition,
  type Dim,
  type DimExpression,
  type SizeVariable,
} from '../shapes/index.ts';
import { code, type Code } from './code.ts';
import type { Scope } from './identifiers.ts';

export type NameOfSize = (variable: SizeVariable) => string;

export const sizeText = (d: Dim, name: NameOfSize): string => print(toExpression(d), 0, name);

/** Binding strength: 1 sum, 2 product, 3 sign, 4 power, 5 whatever stands alone. */
function print(e: DimExpression, strength: number, name: NameOfSize): string {
  const wrap = (own: number, text: string): string => (own < strength ? `(${text})` : text);
  switch (e.kind) {
    case 'number':
      return `${e.value}`;
    case 'variable':
      return name(e.variable);
    case 'add':
      return wrap(1, `${print(e.left, 1, name)} + ${print(e.right, 2, name)}`);
    case 'subtract':
      return wrap(1, `${print(e.left, 1, name)} - ${print(e.right, 2, name)}`);
    case 'multiply':
      return wrap(2, e.operands.map((operand, i) => print(operand, i === 0 ? 2 : 3, name)).join(' * '));
    case 'divide':
      return wrap(2, `${print(e.left, 2, name)} / ${print(e.right, 3, name)}`);
    case 'negate':
      return wrap(3, `-${print(e.operand, 3, name)}`);
    case 'power':
      return wrap(4, `${print(e.base, 5, name)} ** ${e.exponent}`);
    case 'floorDivide':
      return `Math.floor(${quotient(e.left, e.right, name)})`;
    case 'ceilDivide':
      return `Math.ceil(${quotient(e.left, e.right, name)})`;
    case 'min':
    case 'max':
      return `Math.${e.kind}(${e.operands.map((operand) => print(operand, 0, name)).join(', ')})`;
  }
}

const quotient = (left: DimExpression, right: DimExpression, name: NameOfSize): string =>
  right.kind === 'number' && right.value === 1
    ? print(left, 0, name)
    : `${print(left, 2, name)} / ${print(right, 3, name)}`;

const comparison = { eq: '===', ne: '!==', le: '<=', lt: '<' } as const;

/** A condition as a boolean expression. */
export function conditionText(c: Condition, name: NameOfSize, strength = 0): string {
  const wrap = (own: number, text: string): string => (own < strength ? `(${text})` : text);
  if (isRelation(c)) {
    if (c.kind === 'divisible') return wrap(3, `${sizeAt(c.left, 2, name)} % ${sizeAt(c.right, 3, name)} === 0`);
    return wrap(3, `${sizeText(c.left, name)} ${comparison[c.kind]} ${sizeText(c.right, name)}`);
  }
  if (c.kind === 'not') return `!${conditionText(c.operand, name, 4)}`;
  if (c.kind === 'and') return wrap(2, c.operands.map((part) => conditionText(part, name, 2)).join(' && '));
  if (c.kind === 'or') return wrap(1, c.operands.map((part) => conditionText(part, name, 2)).join(' || '));
  return c.kind;
}

const sizeAt = (d: Dim, strength: number, name: NameOfSize): string => print(toExpression(d), strength, name);

/** An axis of an argument by which a size variable can be known. */
export interface SizeSource {
  /** The axis as code, e.g. `image.shape[1]`. */
  readonly text: string;
  readonly size: Dim;
}

/** The variable, given the axis as code. */
type Inverse = (axis: Code) => Code;
interface Solution {
  readonly source: SizeSource;
  readonly text: Inverse;
}

/** How a variable is had from the axes of the arguments: the first bare occurrence, else the first `k * v + b`. */
export function solutionOf(wanted: SizeVariable, sources: readonly SizeSource[]): Solution {
  const bare = sources.find(
    ({ size }) => size.terms.length === 1 && isJust(size, wanted) && sizeText(size, () => 'v') === 'v',
  );
  if (bare !== undefined) return { source: bare, text: (axis) => axis };
  for (const source of sources) {
    const text = isJust(source.size, wanted) ? inverseOf(source.size, wanted) : undefined;
    if (text !== undefined) return { source, text };
  }
  return bug(`no input tells the size '${wanted.name}'`);
}

const isJust = (size: Dim, wanted: SizeVariable): boolean => {
  const variables = variablesOf(size);
  return variables.length === 1 && variables[0]!.id === wanted.id;
};

/** `v` from `axis = k * v + b`. */
function inverseOf(size: Dim, wanted: SizeVariable): Inverse | undefined {
  const [linear, rest] = size.terms;
  const only = linear?.factors.length === 1 ? linear.factors[0] : undefined;
  if (linear === undefined || only?.power !== 1 || only.atom.kind !== 'variable' || only.atom.variable.id !== wanted.id)
    return undefined;
  const offset = rest === undefined ? 0 : asNumber(subtract(size, { terms: [linear], key: size.key }));
  if (offset === undefined || size.terms.length > 2 || (rest !== undefined && rest.factors.length > 0))
    return undefined;
  const { p, q } = linear.coefficient;
  const scaled = p !== 1n || q !== 1n;
  const difference = offset > 0 ? ` - ${offset}` : ` + ${-offset}`;
  return (axis) => {
    const shifted = offset === 0 ? axis : scaled ? code`(${axis}${difference})` : code`${axis}${difference}`;
    return code`${shifted}${q === 1n ? '' : ` * ${q}`}${p === 1n ? '' : ` / ${p}`}`;
  };
}

/** Gives every size variable of a function its name, and remembers which were asked for. */
export class SizeNames {
  readonly #names = new Map<number, string>();
  readonly #used = new Map<number, SizeVariable>();
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Variables that code has used. */
  get used(): readonly SizeVariable[] {
    return [...this.#used.values()];
  }

  readonly name: NameOfSize = ({ id, name: own }) => {
    let name = this.#names.get(id);
    if (name === undefined) {
      name = this.#scope.freshNear(own);
      this.#names.set(id, name);
    }
    return name;
  };

  /** A size in code. */
  text(d: Dim): string {
    for (const v of variablesOf(d)) this.#used.set(v.id, v);
    return sizeText(d, this.name);
  }

  list(sizes: readonly Dim[]): string {
    return `[${sizes.map((d) => this.text(d)).join(', ')}]`;
  }

  /** A shape in a comment: in `.nn` syntax, with the names that the code has. */
  comment(sizes: readonly Dim[]): string {
    const shown = (d: Dim): string => {
      const renamed = variablesOf(d).filter((v) => this.name(v) !== v.name);
      const names = new Map(renamed.map((v) => [v.id, variable({ ...v, name: this.name(v) })]));
      return display(names.size === 0 ? d : substitute(d, names));
    };
    return `[${sizes.map(shown).join(', ')}]`;
  }

  /** Takes names for the variables of these sizes. */
  reserve(sizes: readonly Dim[]): void {
    for (const d of sizes) variablesOf(d).forEach(this.name);
  }
}
