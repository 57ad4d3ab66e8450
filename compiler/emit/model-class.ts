/**
 * The class of a model with its types: `spec`, `create`, `load`, `resume`, and the namespace of `Inputs`, `Outputs`, `Batch`,
 * `Scores` and `WeightName`. What it can do is inherited from the runtime's `Model` or `TrainableModel`.
 */
import type { TensorType } from '../definitions/types.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { memberModels } from '../graph/member-models.ts';
import type { GraphInput, ModelGraph } from '../graph/model-graph.ts';
import { displayShape, isSpread } from '../shapes/index.ts';
import type { Family } from './backends/index.ts';
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
import { modelSpec, scoreNames } from './spec-code.ts';

export interface ClassContext {
  readonly model: ModelGraph;
  readonly names: ModelNames;
  readonly sourcePath: string;
  /** The name that all modules begin with: `digits` of `digits.ts`, `digits.train.ts` … */
  readonly moduleFile: string;
  /** Whether declarations have what gives and takes tfjs's tensors. */
  readonly tensors: boolean;
}

export function specConstant({ model, names, sourcePath }: ClassContext): readonly Line[] {
  const spec = modelSpec(model, sourcePath);
  const tail = code`${sourceTypeOnly(code` as const satisfies ${runtimeType('ModelSpec')}`)};`;
  return [
    ...linesOnly(bodyOnly, valueLines(spec, code`const ${names.spec} = `, tail)),
    ...linesOnly(declarationOnly, valueLines(spec, code`declare const ${names.spec}: `, [{ text: ';' }], 'type')),
    blank,
  ];
}

export function programConstant(
  { model, names, moduleFile }: ClassContext,
  { hasPasses, undivided }: { readonly hasPasses: boolean; readonly undivided: boolean },
  families: readonly Family[],
): readonly Line[] {
  const later = (part: string): string => member(loadedLater(`${moduleFile}.${part}`, families), names.exported);
  const freeze = model.training?.freeze ?? [];
  const fields = [
    names.spec === 'spec' ? 'spec' : `spec: ${names.spec}`,
    names.infer === 'infer' ? 'infer' : `infer: ${names.infer}`,
    ...(undivided ? ['undivided: true'] : []),
    ...(names.kernels ? ['kernels'] : []),
    ...(freeze.length === 0 ? [] : [`freeze: [${freeze.map(quoted).join(', ')}]`]),
    ...(model.training === undefined ? [] : [`training: ${later('train')}`]),
    ...(hasPasses ? [`passes: ${later('pass')}`] : []),
  ];
  const head = code`const ${names.program}${typeOnly(code`: ${runtimeType('Program')}`)} = {`;
  return linesOnly(bodyOnly, [line(head), ...fields.map((field) => line(`  ${field},`)), line('};'), blank]);
}

/** A function that loads a module: where there are several, that of the backend. */
function loadedLater(module: string, families: readonly Family[]): string {
  const load = (suffix: string): string => `import('./${module}${suffix}.js')`;
  const [first, ...others] = families.map(({ suffix }) => suffix) as [string, ...string[]];
  if (others.length === 0) return `async () => (await ${load(first)})`;
  const chosen = others.reduceRight(
    (rest, suffix) => `backend === ${quoted(suffix.slice(1))} ? ${load(suffix)} : ${rest}`,
    load(first),
  );
  return `async (backend) => (await (${chosen}))`;
}

export function modelClass(context: ClassContext): readonly Line[] {
  const { model, names, tensors } = context;
  const own = names.class;
  const isExported = own === names.exported;
  const trains = model.training !== undefined;
  const parts = ['Inputs', 'Outputs', ...(trains ? ['Batch', 'Scores'] : [])].map((part) => `${own}.${part}`);
  const types = typeOnly(code`<${join([...parts, `typeof ${names.spec}.weights`], ', ')}>`);
  const base = trains ? helper('TrainableModel') : helper('Model');
  const withoutTensors = trains ? helper('TrainableArrayModel') : helper('ArrayModel');
  const declared = tensors ? base : code`${bodyOnly(base)}${declarationOnly(withoutTensors)}`;
  const prefix = isExported ? 'export ' : '';
  return [
    ...docComment(classDoc(model)),
    line(code`${prefix}${declarationOnly('declare ')}class ${own} extends ${declared}${types} {`, model.origin),
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

function namespace(context: ClassContext): readonly Line[] {
  const { model, names } = context;
  const isExported = names.class === names.exported;
  const inputs = (given: readonly GraphInput[]): readonly Field[] => given.map((input) => inputField(input, context));
  const outputs = ({ outputs: given }: ModelGraph): readonly Field[] =>
    given.map(({ name, value, doc, origin }) => field(name, outputType(value.type, context), value.type, doc, origin));
  const scores = scoreNames(model).map((name) => [line(`readonly ${propertyKey(name)}: number;`)]);
  return [
    line(code`${isExported ? 'export ' : ''}${declarationOnly('declare ')}namespace ${names.class} {`, model.origin),
    ...indented([
      ...recordType('Inputs', '', inputs(model.inputs)),
      ...recordType('Outputs', '', outputs(model)),
      ...(model.training === undefined
        ? []
        : [...recordType('Batch', 'Inputs & ', inputs(model.training.targets)), ...recordType('Scores', '', scores)]),
      ...memberModels(model).flatMap((member) => {
        const { types } = memberNamesOf(names, member);
        return [
          ...recordType(`${types}Inputs`, '', inputs(member.inputs)),
          ...recordType(`${types}Outputs`, '', outputs(member)),
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

/** `4`, with the batch; `undefined` where it is open or tfjs has no type of it. */
function axesOf({ shape }: TensorType): number | undefined {
  const axes = shape.length + 1;
  return shape.some(isSpread) || axes > mostAxes ? undefined : axes;
}
const mostAxes = 6;

/** `TypedTensor<'float32', 4>`. */
function outputType(type: TensorType, { tensors }: ClassContext): Code {
  const axes = axesOf(type);
  const tensor = code`${runtimeType('TypedTensor')}<${quoted(type.dtype)}${axes === undefined ? '' : `, ${axes}`}>`;
  const array = arrayTypes[type.dtype];
  return tensors ? tensor : code`${sourceTypeOnly(tensor)}${declarationOnly(array)}`;
}
const arrayTypes: { readonly [Type in TensorType['dtype']]: string } = { float32: 'Float32Array', int32: 'Int32Array', bool: 'Uint8Array' }; // prettier-ignore

/** `TensorLike<4>`. */
function inputField({ node, doc, defaultValue }: GraphInput, { tensors }: ClassContext): Field {
  const type = node.outputs[0]!;
  const axes = axesOf(type);
  const like = (name: 'TensorLike' | 'Numbers'): Code =>
    code`${runtimeType(name)}${axes === undefined ? '' : `<${axes}>`}`;
  const given = tensors
    ? like('TensorLike')
    : code`${sourceTypeOnly(like('TensorLike'))}${declarationOnly(like('Numbers'))}`;
  return field(node.name, given, type, doc, node.origin, defaultValue !== undefined);
}

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
