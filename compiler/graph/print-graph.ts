/**
 * A program as text, for goldens and for reading: one line a node, numbered in the order of its printing.
 */
import { bodyOf, isDim, isHostExpression, isLoopBody } from '../ops/attributes.ts';
import { showShape } from '../ops/shape-rules.ts';
import { display } from '../shapes/index.ts';
import { hasBody } from './loop-body.ts';
import type { AttributeValue, HostExpression, TensorNode, TensorProgram } from './tensor-graph.ts';
import { nodesOf, topological } from './traverse.ts';

const operators: Readonly<Record<string, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  power: '**',
};

export function printHostExpression(e: HostExpression): string {
  switch (e.host) {
    case 'number':
      return String(e.value);
    case 'learningRate':
    case 'step':
      return e.host;
    case 'sqrt':
      return `sqrt(${printHostExpression(e.operand)})`;
    default: {
      const [left, right] = [printHostExpression(e.left), printHostExpression(e.right)];
      const operator = operators[e.host];
      return operator ? `(${left} ${operator} ${right})` : `${e.host}(${left}, ${right})`;
    }
  }
}

function printValue(value: AttributeValue): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'boolean' || value === undefined) return String(value);
  if (isDim(value)) return display(value);
  if (isHostExpression(value)) return printHostExpression(value);
  if (isLoopBody(value)) return 'below';
  const shown = value.slice(0, 12).map(printValue);
  return `[${[...shown, ...(value.length > 12 ? [`… ${value.length - 12} more`] : [])].join(', ')}]`;
}

/** `%3 = add(%1, %2): float32[n, 8]`. Attributes that repeat the type are left out; a loop's body stands below it. */
export function printGraph(program: TensorProgram): string {
  const { lines, names } = printed(nodesOf(program), '%');
  for (const [name, node] of program.outputs) lines.push(`output ${name} = ${names.get(node)!}`);
  return lines.join('\n') + '\n';
}

function printed(
  nodes: readonly TensorNode[],
  prefix: string,
): { readonly lines: string[]; readonly names: ReadonlyMap<TensorNode, string> } {
  const names = new Map<TensorNode, string>();
  const lines: string[] = [];
  for (const node of nodes) {
    const name = `${prefix}${names.size}`;
    names.set(node, name);
    const attributes = Object.entries(node.attributes)
      .filter(([key]) => key !== 'dtype' && key !== 'shape')
      .map(([key, value]) => `${key}: ${printValue(value)}`);
    const operands = [...node.inputs.map((input) => names.get(input)!), ...attributes];
    lines.push(`${name} = ${node.op}(${operands.join(', ')}): ${node.dtype}${showShape(node.shape)}`);
    if (hasBody(node.op)) lines.push(...printedBody(node, `${name}.`));
  }
  return { lines, names };
}

function printedBody(scan: TensorNode, prefix: string): readonly string[] {
  const { outputs } = bodyOf(scan.attributes);
  const inside = printed(topological(outputs), prefix);
  return [...inside.lines, `gives ${outputs.map((node) => inside.names.get(node)!).join(', ')}`].map((l) => `  ${l}`);
}
