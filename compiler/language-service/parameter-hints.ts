/** A call → the names of its positional arguments: `Conv2D(filters: 32, kernelSize: 3)`, where they help who reads. */
import type { Argument, Call, CallStage, Expression, Node } from '../../grammar/ast.ts';
import { childrenOf } from '../../grammar/visit.ts';
import type { Unit } from '../../grammar/unit.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { localsOf } from './locals.ts';
import { callSiteOf, slotAt, type CallSite, type Slot } from './callees.ts';

export interface ParameterHint {
  readonly offset: number;
  readonly text: string;
}

/** Of all calls of a declaration. `literals`: only of what does not say itself what it is. */
export function parameterHints(file: FileScope, unit: Unit, names: 'literals' | 'all'): readonly ParameterHint[] {
  const hints: ParameterHint[] = [];
  const path: Node[] = [];
  const locals = localsOf(file, unit);
  const walk = (node: Node): void => {
    path.push(node);
    if (node.kind === 'Call' || node.kind === 'CallStage') hints.push(...callHints(callSiteOf(file, unit, node, path, locals), node, names)); // prettier-ignore
    for (const child of childrenOf(node)) walk(child);
    path.pop();
  };
  walk(unit.node);
  return hints;
}

function callHints(
  site: CallSite | undefined,
  node: Call | CallStage,
  names: 'literals' | 'all',
): readonly ParameterHint[] {
  // `Layer(a)(b)`: its inner call stands in the tree too, and is asked by itself.
  const isOuter = node.kind === 'Call' && node.callee.kind === 'Call';
  const lists = isOuter ? site?.lists.slice(1) : site?.lists;
  return (lists ?? []).flatMap((list) => listHints(list, names));
}

function listHints(list: CallSite['lists'][number], names: 'literals' | 'all'): readonly ParameterHint[] {
  const named = list.list.arguments.flatMap((argument, i) => {
    const slot = argument.name ? undefined : slotAt(list, i);
    // Tensors are told apart by what they are, and of what takes any number none has a name of its own.
    return slot && slot.kind !== 'tensor' && !slot.isVariadic ? [{ argument, slot }] : [];
  });
  // `Dense(10)`, `Dropout(0.5)`: what a layer is made of first needs no name.
  const isObvious = named.length === 1 && named[0]!.slot === list.slots.find(({ kind }) => kind !== 'tensor');
  const wanted = names === 'all' ? named : isObvious && !isTruth(named[0]!.argument) ? [] : named.filter(({ argument }) => isLiteral(argument.value)); // prettier-ignore
  return wanted.flatMap(({ argument, slot }) =>
    saysIt(argument.value, slot) ? [] : [{ offset: argument.span.start, text: `${slot.name}:` }],
  );
}

const isTruth = ({ value }: Argument): boolean => value.kind === 'BooleanLiteral';

/** Numbers, strings, truth values, and tuples and lists of them. */
function isLiteral(value: Expression): boolean {
  switch (value.kind) {
    case 'NumberLiteral':
    case 'StringLiteral':
    case 'BooleanLiteral':
      return true;
    case 'Unary':
      return isLiteral(value.operand);
    case 'Tuple':
    case 'List':
      return value.elements.length > 0 && value.elements.every(isLiteral);
    default:
      return false;
  }
}

/** Whether the argument has the name already: `filters`, `numFilters`, `config.filters`. */
function saysIt(value: Expression, { name, definition }: Slot): boolean {
  // A pattern in quotes is seen to be one.
  if (value.kind === 'StringLiteral') return definition?.type.kind === 'string';
  const written = value.kind === 'Member' ? value.name.name : value.kind === 'Name' ? value.name : '';
  return value.kind === 'Missing' || written.toLowerCase().endsWith(name.toLowerCase());
}
