/** Conditions on sizes while a body is checked: proved, refuted, or taken as a requirement on the inputs. */
import { argumentType } from '../diagnostics/catalogue/arguments.ts';
import { shapeUnknownSize } from '../diagnostics/catalogue/shapes.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { dim, display, displayCondition, divisible, isInteger, multiply, power, variable, variablesOf, variablesOfCondition, type Condition, type Dim, type SizeVariable } from '../shapes/index.ts'; // prettier-ignore
import { report, shortText, type BodyContext } from './context.ts';

/**
 * Whether a condition may be taken to hold: true where it is proved or becomes a requirement, false where it is
 * refuted; the caller words the refutation.
 */
export function holds(ctx: BodyContext, condition: Condition, origin: Place, message?: string): boolean {
  const decision = ctx.assembler.facts.decide(condition);
  if (decision === 'proved') return true;
  if (decision === 'refuted') return false;
  ctx.assembler.require(condition, origin, message);
  return true;
}

/** A condition that must be decided now (`if`, an option): undefined in a block on its own, an error in a model. */
export function decideTruth(ctx: BodyContext, condition: Condition, place: Place): boolean | undefined {
  const decision = ctx.assembler.facts.decide(condition);
  if (decision !== 'unknown') return decision === 'proved';
  if (ctx.mode === 'model') report(ctx, shapeUnknownSize.condition({ text: displayCondition(condition) }), place);
  return undefined;
}

/** A fraction of sizes where a whole number is needed, such as `h / 2`: `h % 2 == 0` becomes a requirement. */
export function requireWhole(ctx: BodyContext, size: Dim, place: Place, name: string): boolean {
  const whole = isInteger(size, ctx.assembler.facts);
  if (whole === 'proved') return true;
  const denominator = denominatorOf(size);
  if (whole === 'refuted' || variablesOf(size).length === 0) {
    report(
      ctx,
      argumentType.fraction({
        name,
        text: display(size),
        written: shortText(place, 30),
        low: 'the smaller',
        high: 'the larger',
      }),
      place,
    );
    return false;
  }
  return holds(ctx, divisible(multiply(size, denominator), denominator), place);
}

export const dependsOnSizes = (condition: Condition): boolean => variablesOfCondition(condition).length > 0;

/** The least common denominator of a fraction of sizes: 2 for `h / 2`, `heads` for `dim / heads`. */
function denominatorOf(size: Dim): Dim {
  let number = 1n;
  const powers = new Map<number, { readonly variable: SizeVariable; readonly power: number }>();
  for (const term of size.terms) {
    number = (number * term.coefficient.q) / greatestCommonDivisor(number, term.coefficient.q);
    for (const { atom, power } of term.factors)
      if (power < 0 && atom.kind === 'variable' && -power > (powers.get(atom.variable.id)?.power ?? 0))
        powers.set(atom.variable.id, { variable: atom.variable, power: -power });
  }
  return [...powers.values()].reduce((d, p) => multiply(d, power(variable(p.variable), p.power)), dim(Number(number)));
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : greatestCommonDivisor(b, a % b));
