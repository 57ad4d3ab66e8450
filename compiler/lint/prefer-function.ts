/** `lint/prefer-function`: a layer without weights where a function of the same meaning is shorter. */
import type { Argument } from '../../grammar/ast.ts';
import { registry } from '../definitions/registry.ts';
import { lintPreferFunction } from '../diagnostics/catalogue/lints.ts';
import type { TextEdit } from '../diagnostics/diagnostic.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import type { NodeLint, Subject } from './lint.ts';
import type { Written } from './program-text.ts';

export const preferFunction: NodeLint = (node, { text }) => {
  const { definition, parameters, origin } = node;
  if (definition.kind !== 'layer') return undefined;
  const preferred = definition.prefer ?? definition.preferFor?.(parameters);
  if (preferred === undefined || !registry.functions.has(preferred)) return undefined;
  // A layer that was made, or handed in, must be one.
  const written = text.writtenAt(origin, true);
  if (!written?.isApplied || written.callee !== definition.name) return undefined;
  const textOf = ({ value }: Argument): string => text.textOf(value.span);
  const given = definition.name === 'Activation' ? activationText(written, textOf) : undefined;
  // `Activation(act)` applies a parameter, which may be any function.
  if (definition.name === 'Activation' && given?.replace(/\(.*$/s, '') !== preferred) return undefined;
  const replacement = given ?? replacementOf(node, written, preferred, { text, nodes: [] });
  const edits: readonly TextEdit[] | undefined = replacement === undefined ? undefined : [{ span: written.node.span, newText: called(replacement, written, textOf) }]; // prettier-ignore
  return { problem: lintPreferFunction.layer({ layer: definition.name, preferred, edits }), place: origin };
}; // prettier-ignore

function activationText({ arguments: given }: Written, textOf: (argument: Argument) => string): string | undefined {
  const [only] = given;
  if (given.length !== 1 || !only || (only.name && only.name.name !== 'activation')) return undefined;
  return textOf(only);
}

/** In a stage the replacement as it is; in a call with the tensors put first. */
function called(replacement: string, { isStage, tensors }: Written, textOf: (argument: Argument) => string): string {
  if (isStage) return replacement;
  const [, name = replacement, rest = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(replacement) ?? [];
  return `${name}(${[...tensors.map(textOf), ...(rest === '' ? [] : [rest])].join(', ')})`;
}

/** The function's name with the layer's arguments as the function wants them; undefined where that is not plain. */
function replacementOf(
  node: ApplyNode,
  written: Written,
  preferred: string,
  { text }: Pick<Subject, 'text' | 'nodes'>,
): string | undefined {
  // prettier-ignore
  const { arguments: given, isStage, tensors } = written;
  if (isStage && tensors.length > 0) return undefined;
  const target = registry.functions.get(preferred)!;
  const parts: string[] = [];
  const order = Object.keys(node.definition.parameters);
  for (const [i, argument] of given.entries()) {
    const name = argument.name?.name ?? order[i];
    const { value } = argument;
    if (name === 'name' || name === undefined) return undefined;
    if (target.parameters[name]) parts.push(`${name}: ${text.textOf(value.span)}`);
    else if (value.kind === 'Tuple') parts.push(value.elements.map((element) => text.textOf(element.span)).join(', '));
    else return undefined;
  }
  return parts.length === 0 ? preferred : `${preferred}(${parts.join(', ')})`;
}
