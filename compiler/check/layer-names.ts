/**
 * Names of layers that are written in pipelines (LANGUAGE.md §8): the class in lower camelCase, `_1`, `_2` … from the
 * second of its kind in the text of the body on, whether or not an `if` leaves it out.
 */
import type { Block, Call, CallStage, Expression, Model, Node, Stage } from '../../grammar/ast.ts';
import { childrenOf } from '../../grammar/visit.ts';
import type { Session } from './context.ts';

/** Constructor (a stage, or a call of a capitalised name) → its name within the body; of a pipeline of layers with its head. */
export function layerNamesOf(
  { layerNames }: Pick<Session, 'layerNames'>,
  body: Block | Model | readonly Stage[],
  head?: Expression,
): ReadonlyMap<Node, string> {
  // prettier-ignore
  const known = layerNames.get(body);
  if (known) return known;
  const names = namesIn('kind' in body ? body : head ? [head, ...body] : body);
  layerNames.set(body, names);
  return names;
}

function namesIn(root: Block | Model | readonly (Expression | Stage)[]): ReadonlyMap<Node, string> {
  const names = new Map<Node, string>();
  const counts = new Map<string, number>();
  const taken = statementNames(Array.isArray(root) ? [] : (root as Block).body.statements);
  const claim = (node: Node, written: string): void => {
    const base = lowerCamelCase(written);
    const numbered = (count: number): string => (count === 0 ? base : `${base}_${count}`);
    let count = counts.get(base) ?? 0;
    while (taken.has(numbered(count))) count++;
    counts.set(base, count + 1);
    names.set(node, numbered(count));
  };
  const visit = (node: Node): void => {
    if (node.kind === 'LayerStatement') return;
    if (node.kind === 'CallStage') {
      const made = constructorName(node.callee);
      if (made !== undefined) claim(node, made);
      // The first argument list of a constructor holds values and recipes; recipes are named where they are used.
      for (const call of made === undefined ? node.calls : node.calls.slice(1)) visit(call);
      return;
    }
    if (node.kind === 'Call') {
      const made = constructorName(node.callee);
      if (made !== undefined) return claim(node, made);
      if (node.callee.kind === 'Call') visit(node.callee);
      return visit(node.arguments);
    }
    for (const child of childrenOf(node)) visit(child);
  };
  // The head of a pipeline of layers may be a bare name: `LayerNormalization -> Mlp(4)`.
  const visitPart = (part: Node): void => {
    const made = part.kind === 'Name' ? constructorName(part) : undefined;
    if (made === undefined) visit(part);
    else claim(part, made);
  };
  if (Array.isArray(root)) for (const part of root as readonly Node[]) visitPart(part);
  else visit((root as Block).body);
  return names;
}

/** Names that `layer` and `weight` statements give: a constructor in a pipeline takes the next that is free. */
const statementNames = (statements: Block['body']['statements']): ReadonlySet<string> =>
  new Set(statements.flatMap((s) => (s.kind === 'LayerStatement' || s.kind === 'Weight' ? [s.name.name] : [])));

function constructorName(callee: Call['callee'] | CallStage['callee']): string | undefined {
  return callee.kind === 'Name' && /^_*[A-Z]/.test(callee.name) ? callee.name : undefined;
}

/** `Conv2D` → `conv2D`, `LSTM` → `lstm`, `RMSNormalization` → `rmsNormalization`, `UNet` → `uNet`, `ReLU` → `reLU`. */
export function lowerCamelCase(name: string): string {
  const run = /^_*[A-Z]+/.exec(name)?.[0] ?? '';
  const capitals = run.replace(/^_+/, '').length;
  const next = name.charAt(run.length);
  const keepLast = capitals > 1 && /[a-z]/.test(next);
  const lowered = keepLast ? run.length - 1 : run.length;
  return name.slice(0, lowered).toLowerCase() + name.slice(lowered);
}
