/** A node of a model → what the picture says of it: its name, what matters of its arguments, its family. */
import type { ApplyNode, GraphNode, GraphValue } from '../graph/model-graph.ts';
import type { TensorType } from '../definitions/types.ts';
import { display, displayShape, isSpread, type Dim } from '../shapes/index.ts';
import { argumentsOf, detailOf } from './argument-details.ts';
import type { Family, ViewArgument } from './graph-view.ts';
import { familyOf } from './node-family.ts';

export interface NodeTexts {
  readonly family: Family;
  readonly label: string;
  readonly detail: string;
  readonly arguments: readonly ViewArgument[];
}

/** As in `.nn`, with sizes as the requirements make them. */
export const typeText = ({ dtype, shape }: TensorType, write: (size: Dim) => Dim): string =>
  `${dtype === 'float32' ? '' : dtype}${displayShape(shape.map((axis) => (isSpread(axis) ? axis : write(axis))))}`;

export function textsOf(node: ApplyNode): NodeTexts {
  const { definition, parameters } = node;
  const own = { ...definition.parameters, ...('callParameters' in definition ? definition.callParameters : {}) };
  const given = argumentsOf(own, parameters);
  const family = familyOf(definition, parameters);
  if (definition.kind === 'layer') {
    return { family, label: definition.name, detail: detailOf(own, given), arguments: given };
  }
  if (definition.name === 'index') return { family, label: indexText(node.label), detail: '', arguments: [] };
  const { operator } = definition;
  const label = operator === undefined ? undefined : operatorText(signOf(operator), node.inputs);
  return { family, label: label ?? definition.name, detail: detailOf(own, given), arguments: given };
}

/** `x[:, 0]` → `[:, 0]` */
const indexText = (label: string): string => /\[[^[]*$/.exec(label)?.[0] ?? '[…]';

const signs: Readonly<Record<string, string>> = { '*': '×', '/': '÷', '-': '−', 'unary -': '−' };
const signOf = (operator: string): string => signs[operator] ?? operator;

/** `÷ 8`, `1 −`: a number that is written in the program needs no node of its own. */
function operatorText(sign: string, inputs: readonly GraphValue[]): string {
  const [left, right] = inputs.map(({ node }) => numberText(node));
  if (inputs.length > 2 || (left !== undefined && right !== undefined)) return sign;
  return [left, sign, right].filter((text) => text !== undefined).join(' ');
}

function numberText(node: GraphNode): string | undefined {
  if (node.kind === 'size') return display(node.size);
  if (node.kind !== 'constant') return undefined;
  const texts = node.values.slice(0, 4).map((value) => String(Number(value.toPrecision(4))));
  if (node.outputs[0]!.shape.length === 0) return texts[0];
  return `[${texts.join(', ')}${node.values.length > 4 ? ', …' : ''}]`;
}
