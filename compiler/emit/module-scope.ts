/**
 * What the functions of one module share: the names that are taken at its top level, and tables of numbers too long to
 * stand in a statement, and fused kernels.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { opNames } from '../ops/op-names.ts';
import { code, line, type Line } from './code.ts';
import { Scope } from './identifiers.ts';
import { kernelDeclaration, kernelKey } from './kernel-declaration.ts';

/** Names that a module may import; no variable is called so. */
const imported: readonly string[] = [
  ...opNames, 'elementwiseTogether', 'over', 'free', 'scalar', 'identity', 'emptyStack', 'putStep', 'stacked', 'stepOf', 'kernels', 'create', 'load', 'resume',
  'ArrayMember', 'ArrayModel', 'BackendError', 'CreateOptions', 'Data', 'DataRecord', 'Device', 'LoadOptions', 'Member', 'MemberProgram', 'Model', 'ModelSpec', 'Numbers', 'Program', 'Sizes',
  'BackwardResult', 'ForwardResult', 'GradientResult', 'PassProgram', 'UpdateResult', 'models', 'TensorLike', 'TrainableArrayModel', 'TrainableModel', 'TrainingProgram', 'TypedTensor', 'WeightsSource',
]; // prettier-ignore

export class ModuleScope {
  readonly #scope = new Scope(imported);
  readonly #reserved = new Set(imported);
  readonly #tables = new Map<string, string>();
  readonly #kernels = new Map<string, { readonly name: string; readonly node: TensorNode }>();

  /** Every name that is taken so far. */
  get reserved(): Iterable<string> {
    return this.#reserved;
  }

  reserve(names: Iterable<string>): void {
    for (const name of names) this.#reserved.add(name);
  }

  /** The name of the constant that computes a node of op `elementwise`; the same for all that compute the same. */
  kernel(node: TensorNode): string {
    const key = kernelKey(node);
    let name = this.#kernels.get(key)?.name;
    if (name === undefined) {
      name = this.#scope.fresh('fused$');
      this.#kernels.set(key, { name, node });
    }
    return name;
  }

  /** The name of the constant that holds these numbers. No name of a `.nn` file has a `$`, so no local one hides it. */
  table(text: string): string {
    let name = this.#tables.get(text);
    if (name === undefined) {
      name = this.#scope.fresh('numbers$');
      this.#tables.set(text, name);
    }
    return name;
  }

  /** Declarations of tables and kernels, for the top of the module. */
  declarations(): readonly Line[] {
    const tables = [...this.#tables].flatMap(([text, name]) => [
      line('// prettier-ignore'),
      line(code`const ${name} = ${wrapped(text)};`),
    ]);
    return [...tables, ...[...this.#kernels.values()].flatMap(({ name, node }) => kernelDeclaration(name, node))];
  }
}

/** A long list over several lines. */
function wrapped(text: string): string {
  if (text.length < 100) return text;
  return text.replaceAll(/(.{80,110}?, )/g, '$1\n  ').replaceAll(/ +$/gm, '');
}
