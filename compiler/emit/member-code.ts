/** Members of a model: for each a function of its own, a constant for the runtime, and a property of the class. */
import { memberModels } from '../graph/member-models.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import type { LoweredMember } from '../lower/lowered.ts';
import type { Dim } from '../shapes/index.ts';
import {
  blank,
  bodyOnly,
  code,
  declarationOnly,
  helper,
  line,
  linesOnly,
  runtimeType,
  typeOnly,
  type Line,
} from './code.ts';
import { docComment } from './doc-comment.ts';
import { propertyKey } from './identifiers.ts';
import { inferenceFunction, isUndivided, leavesOf } from './inference-function.ts';
import { valueLines, type ValueRecord } from './literal.ts';
import type { ClassContext } from './model-class.ts';
import type { MemberNames, ModelNames } from './model-names.ts';
import type { ModuleScope } from './module-scope.ts';
import type { PreparedProgram } from './prepare.ts';
import { modelSpec } from './spec-code.ts'; // prettier-ignore

export interface PreparedMember extends LoweredMember {
  readonly program: PreparedProgram;
}

/** `decoder` of `Vae.decoder`. */
const ownName = ({ name }: ModelGraph): string => name.slice(name.lastIndexOf('.') + 1);

export const memberNamesOf = (names: ModelNames, member: ModelGraph): MemberNames =>
  names.members.get(ownName(member))!;

/** In the main module, before the class. */
export function memberCode(context: ClassContext, members: readonly PreparedMember[], batch: Dim, scope: ModuleScope): readonly Line[] {
  const { names, sourcePath } = context;
  return members.flatMap(({ model, inference, program }) => {
    const own = memberNamesOf(names, model);
    const { weights: _, ...spec } = modelSpec(model, sourcePath);
    const fields: ValueRecord = { spec, infer: { code: [{ text: own.infer }], type: [] }, ...(isUndivided(program, batch) ? { undivided: true } : {}) };
    const head = code`const ${own.program}${typeOnly(code`: ${runtimeType('MemberProgram')}`)} = `;
    return [
      ...inferenceFunction({
        model,
        program,
        leaves: leavesOf(model, batch, [inference]),
        batch,
        names: { ...names, infer: own.infer },
        scope,
      }),
      ...linesOnly(bodyOnly, [...valueLines(fields, head, [{ text: ';' }]), blank]),
    ];
  });
} // prettier-ignore

/** In the class. */
export function memberFields({ model: owner, names, tensors }: ClassContext): readonly Line[] {
  return memberModels(owner).flatMap((model) => {
    const { property, program, types } = memberNamesOf(names, model);
    const own = `${names.class}.${types}`;
    const type = typeOnly(code`<${own}Inputs, ${own}Outputs>`);
    const value = bodyOnly(code` = new ${helper('Member')}${type}(this, ${program})`);
    const declared = declarationOnly(code`: ${runtimeType(tensors ? 'Member' : 'ArrayMember')}${type}`);
    return [
      ...docComment(model.doc?.trim() ?? `The part \`${ownName(model)}\`, with the same weights.`),
      line(code`${typeOnly('readonly ')}${propertyKey(property)}${value}${declared};`, model.origin),
      blank,
    ];
  });
}
