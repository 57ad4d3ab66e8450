/** The model being put together: nodes in the order of the text, weights, facts, requirements. */
import type { Place } from '../diagnostics/diagnostic.ts';
import type { LayerWeight } from '../definitions/define-layer.ts';
import type {
  GraphNode,
  GraphRequirement,
  GraphValue,
  GraphValueRequirement,
  ModelWeight,
} from '../graph/model-graph.ts';
import { LayeredMap } from './layered-map.ts';
import { noFacts, type Condition, type Facts, type SizeVariable } from '../shapes/index.ts';

/** A node without the number that the assembler gives it. */
type WithoutId<N> = N extends GraphNode ? Omit<N, 'id'> : never;

export class Assembler {
  readonly nodes: GraphNode[] = [];
  readonly weights: LayeredMap<string, ModelWeight>;
  readonly sizes: SizeVariable[] = [];
  readonly requirements: GraphRequirement[] = [];
  readonly valueRequirements: GraphValueRequirement[] = [];
  readonly auxiliaryLosses: { readonly name: string; readonly value: GraphValue }[] = [];
  facts: Facts = noFacts;
  /** How often a rule has been asked for one of several cases, a guard against cases in cases; `isOpen` once there were any. */
  caseRuns = { count: 0, isOpen: false };

  /** `weights`: those that there are already. */
  constructor(weights?: LayeredMap<string, ModelWeight>) {
    this.weights = new LayeredMap(weights);
  }

  /** Adds a node and gives its results. */
  add(node: WithoutId<GraphNode>): readonly GraphValue[] {
    const complete = { ...node, id: this.nodes.length } as GraphNode;
    this.nodes.push(complete);
    return complete.outputs.map((type, output) => ({ node: complete, output, type }));
  }

  addWeight(path: string, weight: LayerWeight, sizes: readonly number[], origin: Place): void {
    this.weights.set(path, { ...weight, path, sizes, origin });
  }

  /** Takes a condition to hold from here on, and keeps it as a requirement on the inputs. */
  require(condition: Condition, origin: Place, message?: string): void {
    this.requirements.push({ condition, origin, ...(message === undefined ? {} : { message }) });
    this.facts = this.facts.assume(condition);
  }

  /** Keeps what is required in one of several cases; the other cases need not know of it. */
  requireInCase(requirement: GraphRequirement): void {
    if (requirement.condition.kind === 'or') this.requirements.push(requirement);
    else this.require(requirement.condition, requirement.origin, requirement.message);
  }

  /** An assembler that starts with what is known here; what it is given is thrown away. */
  scratch(): Assembler {
    const copy = new Assembler(this.weights);
    copy.facts = this.facts;
    copy.caseRuns = this.caseRuns;
    return copy;
  }

  requireValues(requirement: GraphValueRequirement): void {
    const known = this.valueRequirements.findIndex((r) => r.tensor === requirement.tensor);
    if (known < 0) this.valueRequirements.push(requirement);
    else this.valueRequirements[known] = bothRequired(this.valueRequirements[known]!, requirement);
  }
}

/** The values that two requirements on one tensor leave; it is said to come from the one that leaves fewer above. */
function bothRequired(a: GraphValueRequirement, b: GraphValueRequirement): GraphValueRequirement {
  const from = Math.max(a.from ?? 0, b.from ?? 0);
  const { tensor, below, origin } = a.below > b.below ? b : a;
  return { tensor, ...(from === 0 ? {} : { from }), below, origin };
}
