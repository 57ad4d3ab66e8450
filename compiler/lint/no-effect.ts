/** `lint/no-effect`: a stage that gives back what it was given. */
import { permutationOf } from '../functions/shaping.ts';
import { lintNoEffect } from '../diagnostics/catalogue/lints.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import { displayShape, shapesEqual } from '../shapes/index.ts';
import type { NodeLint, Subject } from './lint.ts';
import { literalNumber } from './program-text.ts';

/** Why a node does nothing, as the end of a sentence; `fine` where it does something. */
function idleness(node: ApplyNode, subject: Subject): string | undefined {
  const { definition, parameters, inputs, outputs } = node;
  const input = inputs[0]!.type;
  switch (definition.name) {
    case 'reshape':
    case 'Reshape':
    case 'flatten':
    case 'Flatten':
      return shapesEqual(input.shape, outputs[0]!.shape) ? `the shape is ${displayShape(input.shape)} already` : 'fine';
    case 'transpose':
    case 'Permute': {
      const axes = (parameters['axes'] ?? parameters['dims']) as readonly number[] | undefined;
      const order = axes && permutationOf(axes, input.shape.length);
      return order?.every((axis, i) => axis === i) ? 'every axis stays where it is' : 'fine';
    }
    case 'rearrange': {
      const [left, right] = String(parameters['pattern'] ?? '').split('->').map((side) => side.trim().replaceAll(/\s+/g, ' ')); // prettier-ignore
      return left !== undefined && left !== '' && left === right ? 'both sides of the pattern are the same' : 'fine';
    }
    case 'concat':
    case 'Concatenate':
      return inputs.length === 1 ? 'there is only one tensor to join' : 'fine';
    default:
      return dropped(node, subject);
  }
}

/** A rate of 0 that stands in the text; one that comes from a parameter is a setting. */
function dropped(node: ApplyNode, { text }: Subject): string | undefined {
  const { definition, parameters } = node;
  if (!/^(Spatial|Gaussian|Alpha)?Dropout/.test(definition.name) || !('rate' in parameters)) return undefined;
  const isZero = parameters['rate'] === 0 && literalNumber(text.argumentOf(node, 'rate')?.value) === 0;
  return isZero ? 'a rate of 0 drops nothing' : 'fine';
}

export const noEffect: NodeLint = (node, subject) => {
  if (!node.inputs[0]) return undefined;
  const why = idleness(node, subject);
  if (why === undefined || why === 'fine') return why;
  // One layer may be what a block is given in place of another, and a size may come from a parameter.
  const written = subject.text.writtenAt(node.origin, node.definition.kind === 'layer');
  if (written?.callee !== node.definition.name || !dependsOnNumbersOnly(node, subject)) return 'fine';
  const isRandom = node.definition.name.includes('Dropout');
  const problem = lintNoEffect.idle({ callee: node.definition.name, why, edits: subject.text.removalOf(node), isRandom });
  return { problem, place: node.origin };
}; // prettier-ignore

/** In a model, sizes that are written as names may be settings; in a block on its own they hold for all. */
function dependsOnNumbersOnly({ origin, definition }: ApplyNode, { text, graph }: Subject): boolean {
  if (!graph || Object.keys(graph.arguments).length === 0) return true;
  const written = text.writtenAt(origin, definition.kind === 'layer');
  const names = Object.keys(graph.arguments);
  const source = written ? written.arguments.map(({ value }) => text.textOf(value.span)).join(' ') : '';
  return !names.some((name) => new RegExp(`\\b${name}\\b`).test(source));
}
