/**
 * Names for the values of a function: results as declared, a layer's last value after the layer (`conv2D`), what leads to
 * it after layer and op (`softmaxExp`), gradients with `d` (`dDense`, `dDenseKernel`), new weights with `new`, constants
 * after their value (`half`).
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { parametersOf } from '../graph/build-loops.ts';
import { bodyOf, hostExpressionOf, numberOf, numbersOf } from '../ops/attributes.ts';
import { readScan } from '../ops/scan.ts';
import { camelCase, capitalised, uncapitalised, type Scope } from './identifiers.ts';
import { numberName } from './numbers.ts';
import { isMadeLeaf } from './node-kinds.ts';
import type { Section } from './sections.ts';
import type { Stage } from './stage.ts';

export interface NameRequest {
  /** In the order of the statements. */
  readonly order: readonly TensorNode[];
  readonly scope: Scope;
  readonly sectionOf: (node: TensorNode) => Section;
  readonly stageOf: (node: TensorNode) => Stage | undefined;
  /** Names that are given by what a node is for: results, gradients of weights. */
  readonly wanted: ReadonlyMap<TensorNode, string>;
}

export function variableNames(request: NameRequest): ReadonlyMap<TensorNode, string> {
  const { order, scope, wanted } = request;
  const names = new Map<TensorNode, string>();
  for (const node of order) {
    const name = wanted.get(node);
    if (name !== undefined) names.set(node, scope.freshNear(name));
  }
  const last = lastOfStages(request);
  for (const node of order) {
    if (!names.has(node)) names.set(node, scope.fresh(wantedName(node, request, last.has(node))));
  }
  return names;
}

/** The values in which stages end. */
function lastOfStages({ order, sectionOf, stageOf }: NameRequest): ReadonlySet<TensorNode> {
  const last = new Map<string, TensorNode>();
  for (const node of order) {
    const stage = stageOf(node);
    if (stage !== undefined && !isMadeLeaf(node)) last.set(`${sectionOf(node)} ${stage.order} ${stage.name}`, node);
  }
  return new Set(last.values());
}

/** What stands before the op's name is no longer than this. */
const longestPrefix = 16;

/** The last words of a long name: `crossentropy` of `sparseCategoricalCrossentropy`. */
function shortened(name: string): string {
  const words = name.split(/(?=[A-Z][a-z])/);
  let from = 0;
  while (from < words.length - 1 && words.slice(from).join('').length > longestPrefix) from += 1;
  return uncapitalised(words.slice(from).join(''));
}

function wantedName(node: TensorNode, { sectionOf, stageOf }: NameRequest, isLast: boolean): string {
  const ofLeaf = leafName(node);
  if (ofLeaf !== undefined) return ofLeaf;
  const stage = stageOf(node);
  if (stage === undefined) return node.op;
  const base = camelCase(stage.name);
  const whole = isLast ? base : shortened(base) + capitalised(suffixOf(node));
  return sectionOf(node) === 'backward' ? `d${capitalised(whole)}` : whole;
}

/** What a value is called besides its stage: after the op, or what a loop gives after what the loop has. */
function suffixOf(node: TensorNode): string {
  if (node.op === 'elementwise') return bodyOf(node.attributes).outputs[0]!.op;
  if (node.op !== 'result') return node.op;
  if (node.inputs[0]!.op === 'elementwise')
    return bodyOf(node.inputs[0]!.attributes).outputs[numberOf(node.attributes, 'index')]!.op;
  const { next, stacked, carries } = readScan(node.inputs[0]!.attributes);
  const index = numberOf(node.attributes, 'index');
  if (index >= carries) return `${nameInLoop(stacked[index - carries]!)}Steps`;
  const carry = parametersOf([...next, ...stacked]).get(index);
  return carry === undefined ? 'state' : nameInLoop(carry);
}

const nameInLoop = ({ op, attributes: { name } }: TensorNode): string => (typeof name === 'string' ? name : op);

function leafName(node: TensorNode): string | undefined {
  switch (node.op) {
    case 'constant': {
      const values = numbersOf(node.attributes, 'values');
      return values.length === 1 ? numberName(values[0]!) : 'table';
    }
    case 'fill': {
      const value = numberOf(node.attributes, 'value');
      return value === 0 ? 'zeros' : value === 1 ? 'ones' : `filled_${numberName(value)}`;
    }
    case 'arange':
      return 'positions';
    case 'dimension':
      return 'count';
    case 'hostScalar':
      return hostExpressionOf(node.attributes, 'expression').host === 'learningRate' ? 'rate' : 'stepFactor';
    default:
      return undefined;
  }
}
