/**
 * Statements: what computes a node, with its shape beside it, and what frees buffers. They know by what names values go
 * where they stand, in a function or in a loop of it.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { numberOf } from '../ops/attributes.ts';
import { code, helper, indented, join, lengthOf, line, type Code, type Line } from './code.ts';
import type { Scope } from './identifiers.ts';
import { callCode, kernelCall, type CallContext } from './kernel-call.ts';
import type { Section } from './sections.ts';
import type { SizeNames } from './size-code.ts';
import { overwritten } from './spent.ts';
import type { Stage } from './stage.ts';

/** Where statements stand. */
export interface Block {
  readonly scope: Scope;
  readonly sizes: SizeNames;
  /** The device's variable; asking for it marks it as used. */
  readonly device: () => string;
  readonly calls: CallContext;
  readonly names: ReadonlyMap<TensorNode, string>;
  readonly sectionOf: (node: TensorNode) => Section;
  /** Buffers that nothing needs after the statement of a node. */
  readonly spentAfter: (node: TensorNode) => readonly TensorNode[];
}

export function nameIn(block: Block, node: TensorNode): string {
  return block.names.get(node) ?? bug(`'${node.op}' has no name`);
}

const commentOf = (node: TensorNode, sizes: SizeNames): string =>
  `// ${node.dtype === 'float32' ? '' : `${node.dtype} `}${sizes.comment(node.shape)}`;

/** `const y = relu(d, x); // [n, 8]` */
export function statement(node: TensorNode, block: Block, stage: Stage | undefined): readonly Line[] {
  const call = kernelCall(node, block.calls);
  const { head, fields } = callCode(call, call.device === false ? '' : block.device());
  const start = code`const ${nameIn(block, node)} = ${head}`;
  const comment = commentOf(node, block.sizes);
  if (fields === undefined) return [line(code`${start}); ${comment}`, stage?.place)];
  if (lengthOf(start) + fields.length <= 110) return [line(code`${start}, ${fields}); ${comment}`, stage?.place)];
  return [line(code`${start},`, stage?.place), ...indented([line(code`${fields}); ${comment}`, stage?.place)])];
}

/** `const y = fused$(d, x);`, or `const [y, z] = …` where the kernel has several results, which `read` are. */
export function kernelStatement(
  node: TensorNode,
  read: readonly TensorNode[],
  block: Block,
  stage: Stage | undefined,
): readonly Line[] {
  const results = read.toSorted((a, b) => numberOf(a.attributes, 'index') - numberOf(b.attributes, 'index'));
  const names = results.length === 0 ? nameIn(block, node) : `[${results.map((x) => nameIn(block, x)).join(', ')}]`;
  const over = overwritten(node, block.spentAfter(node));
  const operands = node.inputs.map((x, i): Code => {
    const tensor = block.calls.tensor(x);
    return over.includes(i) ? code`${helper('over')}(${tensor})` : code`${tensor}`;
  });
  const call = code`${block.calls.kernel(node)}(${block.device()}${operands.flatMap((x) => code`, ${x}`)})`;
  const shapes = (results.length === 0 ? [node] : results).map((x) => block.sizes.comment(x.shape));
  return [line(code`const ${names} = ${call}; // ${[...new Set(shapes)].join(' ')}`, stage?.place)];
}

export function freeStatement(names: readonly string[], block: Block, stage: Stage | undefined): Line {
  return line(code`${helper('free')}(${join([block.device(), ...names], ', ')});`, stage?.place);
}
