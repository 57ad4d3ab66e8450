/**
 * Conditions in `.nn` syntax, the unknown on the left: `h % 16 == 0`, `seq <= 512`, `strides != 2 || h >= 2`.
 */
import { display, displayOperand } from './display.ts';
import {
  asInteger,
  asRational,
  constant,
  constantPart,
  dim,
  minimumOf,
  negate,
  subtract,
  type Dim,
} from './polynomial.ts';
import { isRelation, type Condition, type Relation } from './relation.ts';
import { variablesOf } from './traverse.ts';

const signs = { eq: '==', ne: '!=', le: '<=', lt: '<' } as const;
const turnedSigns = { eq: '==', ne: '!=', le: '>=', lt: '>' } as const;

export function displayCondition(c: Condition): string {
  switch (c.kind) {
    case 'true':
    case 'false':
      return c.kind;
    case 'not':
      return isRelation(c.operand) && c.operand.kind === 'divisible'
        ? displayDivisibility(c.operand, '!=')
        : `!(${displayCondition(c.operand)})`;
    case 'or':
      return c.operands.map(displayCondition).join(' || ');
    case 'and':
      return c.operands.map((o) => (o.kind === 'or' ? `(${displayCondition(o)})` : displayCondition(o))).join(' && ');
    case 'divisible':
      return displayDivisibility(c, '==');
    default: {
      const labelled = displayLabelled(c);
      if (labelled) return labelled;
      const turned = hasSizes(c.right) > hasSizes(c.left);
      const [left, right] = turned ? [c.right, c.left] : [c.left, c.right];
      return `${display(left)} ${(turned ? turnedSigns : signs)[c.kind]} ${display(right)}`;
    }
  }
}

/** `mode == same`, `!flag`: what the numbers of such a variable stand for. */
function displayLabelled({ kind, left, right }: Relation): string | undefined {
  const [v, ...others] = variablesOf(left);
  const at = asInteger(right);
  if (!v?.labels || others.length > 0 || at === undefined || (kind !== 'eq' && kind !== 'ne')) return undefined;
  const label = v.labels[at];
  if (label === 'true' || label === 'false') return (label === 'true') === (kind === 'eq') ? v.name : `!${v.name}`;
  return label && `${v.name} ${signs[kind]} ${label}`;
}

/** 2 with a size of an input, 1 with parameters only, 0 for a number: what is asked of comes before what asks it. */
function hasSizes(d: Dim): number {
  const variables = variablesOf(d);
  return variables.some((v) => minimumOf(v) === 1) ? 2 : Math.min(variables.length, 1);
}

/** `(h - 1) % 2 == 0` is shown as `h % 2 == 1`. */
function displayDivisibility(c: Relation, sign: string): string {
  const divisor = asInteger(c.right);
  const lead = c.left.terms[0];
  let left: Dim = lead && lead.coefficient.p < 0n ? negate(c.left) : c.left;
  const offset = asInteger(constant(constantPart(left)));
  let rest = 0;
  if (divisor !== undefined && divisor > 0 && offset !== undefined && asRational(left) === undefined) {
    left = subtract(left, dim(offset));
    rest = (divisor - (offset % divisor)) % divisor;
  }
  return `${displayOperand(left, 'left')} % ${displayOperand(c.right, 'right')} ${sign} ${rest}`;
}
