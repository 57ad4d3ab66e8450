/**
 * Rewrite rules as values, and the one driver that applies them: operands first, each node to its fixed point, each
 * result remembered. A rule never changes a type: a result of another type is not taken.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { nodesOf, withBody } from '../graph/traverse.ts';
import type { OpName } from '../ops/op-names.ts';
import { sameShape } from '../ops/shape-rules.ts';
import type { Pass, Step } from './pass.ts';
import type { Pattern } from './pattern.ts';

export interface Rule {
  /** A formula: what becomes what. */
  readonly name: string;
  /** What is gained, where the formula does not say it: for who asks why. */
  readonly why?: string;
  /** undefined: does not apply. */
  readonly apply: (node: TensorNode, op: GraphBuilder) => TensorNode | undefined;
}

type Rewrite<Captures> = (captures: Captures, op: GraphBuilder, node: TensorNode) => TensorNode | undefined;

export function rule<Captures>(name: string, pattern: Pattern<Captures>, rewrite: Rewrite<Captures>): Rule {
  return {
    name,
    apply: (node, op) => {
      const found = new Map<string, TensorNode>();
      // The pattern's type says which names a match has filled.
      return pattern.match(node, found) ? rewrite(Object.fromEntries(found) as Captures, op, node) : undefined;
    },
  };
}

/** A rule about one op, with its operands at hand. */
export function ruleFor(
  name: string,
  opName: OpName,
  rewrite: (inputs: readonly TensorNode[], op: GraphBuilder, node: TensorNode) => TensorNode | undefined,
): Rule {
  return { name, apply: (node, op) => (node.op === opName ? rewrite(node.inputs, op, node) : undefined) };
}

export const because = (why: string, of: Rule): Rule => ({ ...of, why });

const sameType = (a: TensorNode, b: TensorNode): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** More rewrites of one node than any honest chain of rules makes. */
const patience = 1000;

interface Driver {
  readonly builder: GraphBuilder;
  readonly rules: readonly Rule[];
  readonly done: Map<TensorNode, TensorNode>;
  readonly applied?: (rule: Rule, node: TensorNode) => void;
}

function rewrittenOnce({ builder, rules, applied }: Driver, node: TensorNode): TensorNode | undefined {
  for (const one of rules) {
    const result = one.apply(node, builder);
    if (!result || result === node || !sameType(result, node)) continue;
    applied?.(one, node);
    return result;
  }
  return undefined;
}

/** A node of the target builder to its fixed point. Recursion is only as deep as what one rule makes. */
function normalised(driver: Driver, start: TensorNode): TensorNode {
  const chain: TensorNode[] = [];
  let node = start;
  for (let round = 0; ; round++) {
    if (round > patience) bug(`rewriting ${start.op} does not end`);
    const known = driver.done.get(node);
    if (known) {
      node = known;
      break;
    }
    chain.push(node);
    const inputs = node.inputs.map((input) => driver.done.get(input) ?? normalised(driver, input));
    const current = inputs.every((input, i) => input === node.inputs[i])
      ? node
      : driver.builder.make(node.op, inputs, node.attributes);
    const next = rewrittenOnce(driver, current);
    if (next === undefined) {
      if (current === node) break;
      node = current;
    } else node = next;
  }
  driver.done.set(node, node);
  for (const passed of chain) driver.done.set(passed, node);
  return node;
}

/** Applies the rules everywhere, in loops too. The result's nodes are the builder's; the program may be of it or of another one. */
export function rewriteProgram(
  program: TensorProgram,
  builder: GraphBuilder,
  rules: readonly Rule[],
  source: Pick<GraphBuilder, 'originOf'> = builder,
): TensorProgram {
  return rewritten({ builder, rules, done: new Map() }, program, source);
}

/** The same as a pass, which tells where each rule was applied. */
export const rewriting = (name: string, summary: string, rules: readonly Rule[]): Pass => ({
  name,
  summary,
  run: (program, builder, source = builder) => {
    const steps: Step[] = [];
    const applied = (one: Rule, node: TensorNode): void =>
      void steps.push({ kind: 'rewritten', rule: one, at: builder.originOf(node) });
    return { program: rewritten({ builder, rules, done: new Map(), applied }, program, source), steps };
  },
});

function rewritten(driver: Driver, program: TensorProgram, source: Pick<GraphBuilder, 'originOf'>): TensorProgram {
  const { builder } = driver;
  const made = new Map<TensorNode, TensorNode>();
  for (const node of nodesOf(program)) {
    const translate = (): TensorNode => {
      const inputs = node.inputs.map((input) => made.get(input)!);
      if (node.op === 'scan') return withBody(builder, node, inputs, (body) => rewritten(driver, body, source));
      return normalised(driver, builder.make(node.op, inputs, node.attributes));
    };
    const origin = source.originOf(node);
    made.set(node, origin ? builder.withOrigin(origin, translate) : translate());
  }
  return { outputs: new Map([...program.outputs].map(([name, node]) => [name, made.get(node)!])) };
}
