/** What a body was found to need → the fewest and simplest requirements on its inputs. */
import type { GraphRequirement } from '../graph/model-graph.ts';
import { displayCondition, noFacts, simplifyRequirements, variablesOfCondition, type SizeVariable } from '../shapes/index.ts'; // prettier-ignore

/** Each with the statement that first needed something of its sizes. */
export function simplifiedRequirements(
  requirements: readonly GraphRequirement[],
  sizes: readonly SizeVariable[],
  given = noFacts,
): readonly GraphRequirement[] {
  // prettier-ignore
  const own = new Set(sizes.map((size) => size.id));
  const onInputs = requirements.filter((r) => variablesOfCondition(r.condition).some((v) => own.has(v.id)));
  const simple = simplifyRequirements(onInputs.map((r) => r.condition), given); // prettier-ignore
  return simple.map((condition) => {
    const text = displayCondition(condition);
    const same = onInputs.find((r) => displayCondition(r.condition) === text);
    const ids = new Set(variablesOfCondition(condition).map((v) => v.id));
    const source = same ?? onInputs.findLast((r) => variablesOfCondition(r.condition).some((v) => ids.has(v.id)));
    return { condition, origin: source!.origin, ...(same?.message === undefined ? {} : { message: same.message }) };
  });
}

/** Of all requirements, those that do not follow from some of them. */
export function furtherRequirements(
  all: readonly GraphRequirement[],
  some: readonly GraphRequirement[],
  sizes: readonly SizeVariable[],
): readonly GraphRequirement[] {
  // prettier-ignore
  const given = noFacts.assume(...some.map(({ condition }) => condition));
  return simplifiedRequirements(all.filter((requirement) => !some.includes(requirement)), sizes, given); // prettier-ignore
}
