/** A checked file → what its models compute, without the names of weights and without places, to be compared. */
import type { FileCheck } from '../../compiler/check/check-file.ts';
import { describeType } from '../../compiler/check/values.ts';
import type { GraphNode, GraphValue, ModelGraph } from '../../compiler/graph/model-graph.ts';

export const programOf = ({ models }: FileCheck): readonly string[] => models.map(modelText);

/** Nodes numbered as they are met from the outputs on. */
function modelText(model: ModelGraph): string {
  const numbers = new Map<GraphNode, number>();
  const shapes = new Map(model.weights.map(({ path, sizes }) => [path, sizes.join('×')]));
  const layers = new Map<string, number>();
  const lines: string[] = [];
  const valueText = (value: GraphValue): string => {
    const known = numbers.get(value.node);
    if (known !== undefined) return `${known}.${value.output}`;
    // What is computed twice alike is computed once, in the graph of tensors at the latest.
    const text = nodeText(value.node);
    const line = lines.indexOf(text);
    numbers.set(value.node, line < 0 ? lines.push(text) - 1 : line);
    return `${numbers.get(value.node)}.${value.output}`;
  };
  const nodeText = (node: GraphNode): string => {
    const types = node.outputs.map(describeType).join(', ');
    if (node.kind !== 'apply') return node.kind === 'input' ? `${node.name}: ${types}` : `${node.kind}: ${types}`;
    const inputs = node.inputs.map(valueText).join(', ');
    // Which uses share their weights, whatever they are called.
    if (!layers.has(node.path)) layers.set(node.path, layers.size);
    const own = node.path === '' ? '' : `#${layers.get(node.path)}`;
    const weights = Object.entries(node.weights).map(([name, path]) => `${name} ${shapes.get(path)}`).join(' '); // prettier-ignore
    return `${node.definition.name}${own}(${inputs}) {${weights}} ${JSON.stringify(node.parameters, plainly)}: ${types}`;
  };
  const outputs = model.outputs.map(({ name, value }) => `${name} = ${valueText(value)}`);
  const total = model.weights.reduce((sum, { sizes }) => sum + sizes.reduce((product, n) => product * n, 1), 0);
  return [model.name, `${model.weights.length} weights, ${total} parameters`, ...lines, ...outputs].join('\n');
}

/** Names, places, and the numbers of size variables. */
const PASSING: ReadonlySet<string> = new Set(['name', 'span', 'origin', 'file', 'place', 'key', 'id']);

function plainly(key: string, value: unknown): unknown {
  if (PASSING.has(key)) return undefined;
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'function' ? value.name : value;
}
