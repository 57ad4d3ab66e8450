/** `lint/double-activation`: a softmax of a softmax, a relu of a relu, a sigmoid of a softmax. */
import { lintDoubleActivation } from '../diagnostics/catalogue/lints.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import type { NodeLint, Subject } from './lint.ts';
import { activationArgument, isLinearLayer, ownActivation, sourcesOf } from './values.ts';

const squashing = ['softmax', 'logSoftmax', 'sigmoid', 'hardSigmoid'];
/** What gives no negative numbers, so that a `relu` after it does nothing. */
const neverNegative = ['relu', 'relu6', 'sigmoid', 'hardSigmoid', 'softmax', 'softplus'];

function isTooMuch(second: string, first: string): boolean {
  if (first === second) return second !== 'exponential';
  if (second === 'relu') return neverNegative.includes(first);
  return squashing.includes(second) && squashing.includes(first);
}

/** The activation at the end of a node: its own, or that of a layer with weights. */
const lastActivation = (node: ApplyNode): string | undefined =>
  ownActivation(node) ?? (isLinearLayer(node) ? activationArgument(node.parameters) : undefined);

const isInBlock = ({ origin }: ApplyNode, { text }: Subject): boolean => text.declarationAt(origin)?.kind === 'Block';

/** Concatenation joins values of several kinds; where one of them needs the activation, it is no mistake. */
export const doubleActivation: NodeLint = (node, subject) => {
  const { text } = subject;
  const second = ownActivation(node);
  if (second === undefined || !node.inputs[0]) return undefined;
  const sources = sourcesOf(node.inputs[0], ({ definition }) => definition.flow === 'moves');
  const firsts = sources?.map(lastActivation) ?? [];
  const first = firsts[0];
  if (first === undefined || !firsts.every((name) => name !== undefined && isTooMuch(second, name))) return 'fine';
  const isIdle = second === 'relu';
  // A block may begin with a relu for the sake of others that use it.
  if (isIdle && text.declarationAt(node.origin) !== text.declarationAt(sources![0]!.origin) && isInBlock(node, subject)) return 'fine'; // prettier-ignore
  const edits = text.removalOf(node);
  return {
    problem: lintDoubleActivation.second({ first, second, isIdle, edits }),
    place: node.origin,
    related: [{ ...sources![0]!.origin, message: `\`${first}\` is applied here` }],
  };
};
