/**
 * The class of a model with its types: `spec`, `create`, `load`, `resume`, and the namespace of `Inputs`, `Outputs`, `Batch`,
 * `Scores` and `WeightName`. What it can do is inherited from the runtime's `Model` or `TrainableModel`.
 */
import type { TensorType } from '../definitions/types.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import type { GraphInput, ModelGraph } from '../graph/model-graph.ts';
import type { LoweredModel } from '../lower/lowered.ts';
import { displayShape } from '../shapes/index.ts';
import {
  blank,
  bodyOnly,
  code,
  declarationOnly,
  helper,
  indented,
  join,
  line,
  linesOnly,
  runtimeType,
  sourceTypeOnly,
  typeOnly,
  type Code,
  type Line,
} from './code.ts';
import { docComment } from './doc-comment.ts';
import { member, propertyKey, quoted } from './identifiers.ts';
import { valueLines } from './literal.ts';
import type { ModelNames } from './model-names.ts';
import { memberFields, memberNamesOf } from './member-code.ts';
import { modelSpec } from './spec-code.ts';

export interface ClassContext {
  readonly lowered: LoweredModel;
  readonly names: ModelNames;
  readonly sourcePath: string;
  /** The name that all modules begin with: `digits` of `digits.ts`, `digits.train.ts` … */
  readonly moduleFile: string;
}

export function specConstant({ lowered, names, sourcePath }: ClassContext): readonly Line[] {
  const spec = modelSpec(lowered.model, sourcePath);
  const tail = code`${sourceTypeOnly(code` as const satisfies ${runtimeType('ModelSpec')}`)};`;
  return [
    ...linesOnly(bodyOnly, valueLines(spec, code`const ${names.spec} = `, tail)),
    ...linesOnly(declarationOnly, valueLines(spec, code`declare const ${names.spec}: `, [{ text: ';' }], 'type')),
    blank,
  ];
}

export function programConstant({ lowered, names, moduleFile }: ClassContext): readonly Line[] {
  const later = (part: string): string =>
    `async () => ${member(`(await import('./${moduleFile}.${part}.js'))`, names.exported)}`;
  const freeze = lowered.model.training?.freeze ?? [];
  const fields = [
    names.spec === 'spec' ? 'spec' : `spec: ${names.spec}`,
    names.infer === 'infer' ? 'infer' : `infer: ${names.infer}`,
    ...(names.kernels ? ['kernels'] : []),
    ...(freeze.length === 0 ? [] : [`freeze: [${freeze.map(quoted).join(', ')}]`]),
    ...(lowered.training === undefined ? [] : [`training: ${later('train')}`]),
    ...(lowered.passes === undefined ? [] : [`passes: ${later('pass')}`]),
  ];
  const head = code`const ${names.program}${typeOnly(code`: ${runtimeType('Program')}`)} = {`;
  return linesOnly(bodyOnly, [line(head), ...fields.map((field) => line(`  ${field},`)), line('};'), blank]);
}

export function modelClass(context: ClassContext): readonly Line[] {
  const { lowered, names } = context;
  const { model } = lowered;
  const own = names.class;
  const isExported = own === names.exported;
  const trains = lowered.training !== undefined;
  const parts = ['Inputs', 'Outputs', ...(trains ? ['Batch', 'Scores'] : [])].map((part) => `${own}.${part}`);
  const types = typeOnly(code`<${join([...parts, `typeof ${names.spec}.weights`], ', ')}>`);
  const base = trains ? helper('TrainableModel') : helper('Model');
  const prefix = isExported ? 'export ' : '';
  return [
    ...docComment(classDoc(model)),
    line(code`${prefix}${declarationOnly('declare ')}class ${own} extends ${base}${types} {`, model.origin),
    ...indented([
      ...memberFields(context),
      line(
        code`static ${typeOnly('readonly ')}spec${bodyOnly(code` = ${names.spec}`)}${declarationOnly(`: typeof ${names.spec}`)};`,
      ),
      blank,
      line(
        '/** A network with fresh weights, the same for the same seed on every backend, or with those of `from` that fit. */',
      ),
      ...factory(
        own,
        'create',
        code`options${typeOnly(code`?: ${runtimeType('CreateOptions')}`)}`,
        `${own}, ${names.program}, options`,
      ),
      blank,
      line('/** A network with the weights of a file. */'),
      ...factory(
        own,
        'load',
        code`source${typeOnly(code`: ${runtimeType('WeightsSource')}`)}, options${typeOnly(code`?: ${runtimeType('LoadOptions')}`)}`,
        `${own}, ${names.program}, source, options`,
      ),
      blank,
      line('/** A network as its `checkpoint` was taken; training goes on to the same numbers. */'),
      ...factory(
        own,
        'resume',
        code`source${typeOnly(code`: ${runtimeType('WeightsSource')}`)}`,
        `${own}, ${names.program}, source`,
      ),
    ]),
    line('}'),
    blank,
    ...linesOnly(typeOnly, namespace(context)),
    ...(isExported ? [] : [line(`export { ${own} as ${names.exported} };`), blank]),
  ];
}

function factory(own: string, name: 'create' | 'load' | 'resume', parameters: Code, values: string): readonly Line[] {
  return [
    line(code`static ${name}(${parameters})${typeOnly(`: Promise<${own}>`)}${bodyOnly(' {')}${declarationOnly(';')}`),
    ...linesOnly(bodyOnly, [...indented([line(code`return ${helper(name)}(${values});`)]), line('}')]),
  ];
}

/** What the user wrote, and what the model takes and gives. */
function classDoc(model: ModelGraph): string {
  const fixed = Object.entries(model.arguments).map(([name, value]) => `${name} = ${value}`);
  return [
    ...(model.doc === undefined ? [] : [model.doc.trim(), '']),
    `${model.inputs.map(({ node }) => shown(node.name, node.outputs[0]!)).join(', ')} → ${model.outputs.map(({ name, value }) => shown(name, value.type)).join(', ')}`,
    ...(fixed.length === 0 ? [] : ['', `Built with ${fixed.join(', ')}.`]),
  ].join('\n');
}

/** `image [28, 28, 1]`, one example. */
const shown = (name: string, { dtype, shape }: TensorType): string =>
  `\`${name}\` ${dtype === 'float32' ? '' : dtype}${displayShape(shape)}`;

function namespace({ lowered, names }: ClassContext): readonly Line[] {
  const { model, training } = lowered;
  const isExported = names.class === names.exported;
  const targets = model.training?.targets ?? [];
  return [
    line(code`${isExported ? 'export ' : ''}${declarationOnly('declare ')}namespace ${names.class} {`, model.origin),
    ...indented([
      ...recordType('Inputs', '', model.inputs.map(inputField)),
      ...recordType(
        'Outputs',
        '',
        model.outputs.map(({ name, value, doc, origin }) =>
          field(name, outputType(value.type), value.type, doc, origin),
        ),
      ),
      ...(training === undefined
        ? []
        : [
            ...recordType('Batch', 'Inputs & ', targets.map(inputField)),
            ...recordType(
              'Scores',
              '',
              training.report.map(({ name }) => [line(`readonly ${propertyKey(name)}: number;`)]),
            ),
          ]),
      ...(lowered.members ?? []).flatMap(({ model: member }) => {
        const types = memberNamesOf(names, member).types;
        return [
          ...recordType(`${types}Inputs`, '', member.inputs.map(inputField)),
          ...recordType(
            `${types}Outputs`,
            '',
            member.outputs.map(({ name, value, doc, origin }) =>
              field(name, outputType(value.type), value.type, doc, origin),
            ),
          ),
        ];
      }),
      line(`export type WeightName = keyof typeof ${names.spec}.weights;`),
    ]),
    line('}'),
    blank,
  ];
}

type Field = readonly Line[];

function recordType(name: string, base: string, fields: readonly Field[]): readonly Line[] {
  if (fields.length === 0) return [line(`export type ${name} = ${base === '' ? '{}' : base.replace(/ & $/, '')};`)];
  return [line(`export type ${name} = ${base}{`), ...indented(fields.flat()), line('};')];
}

const outputType = ({ dtype }: TensorType): Code => code`${runtimeType('TypedTensor')}<${quoted(dtype)}>`;

const inputField = ({ node, doc, defaultValue }: GraphInput): Field =>
  field(node.name, code`${runtimeType('TensorLike')}`, node.outputs[0]!, doc, node.origin, defaultValue !== undefined);

function field(
  name: string,
  type: Code,
  tensor: TensorType,
  doc: string | undefined,
  place: Place | undefined,
  optional = false,
): Field {
  const shape = displayShape(tensor.shape);
  const text = [`${tensor.dtype} ${shape} per example.`, ...(doc === undefined ? [] : [doc.trim()])]
    .reverse()
    .join('\n\n');
  return [
    ...docComment(text),
    line(code`readonly ${propertyKey(name)}${optional ? '?' : ''}: ${type}${optional ? ' | undefined' : ''};`, place),
  ];
}
