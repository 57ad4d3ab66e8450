/**
 * The modules of one `.nn` file: `digits.ts` with inference and a class for each model, `digits.train.ts` with training,
 * and `digits.pass.ts` with forward and backward as two halves; further families of backends have `digits.train.webgpu.ts` and so on. The runtime
 * loads all but the first when they are first needed.
 */
import type { SourceFile } from '../../grammar/source.ts';
import type { LoweredModel } from '../lower/lowered.ts';
import { variable } from '../shapes/index.ts';
import { familiesOf, type Family } from './backends/index.ts';
import { blank, bodyOnly, line, linesOnly, type Line, type Mode } from './code.ts';
import { declarations, headerOf } from './declarations.ts';
import type { EmitOptions, EmittedFile } from './emitted.ts';
import { quoted } from './identifiers.ts';
import { inferenceFunction, isUndivided, leavesOf, type Leaves } from './inference-function.ts';
import { modelClass, programConstant, specConstant, type ClassContext } from './model-class.ts';
import { memberCode, type PreparedMember } from './member-code.ts';
import { modelNames, type ModelNames } from './model-names.ts';
import { ModuleScope } from './module-scope.ts';
import { prepare, type PreparedProgram, type PrepareOptions } from './prepare.ts';
import { printCode } from './print-code.ts';
import { moduleName } from './source-names.ts';
import { passCode, type PreparedPasses } from './pass-functions.ts';
import { halvesOf } from './split-pass.ts';
import { gradientParts, trainingCode, type PreparedTraining } from './training-functions.ts';
import { updateParts } from './update-function.ts';

interface PreparedModel {
  readonly lowered: LoweredModel;
  readonly names: ModelNames;
  readonly leaves: Leaves;
  readonly inference: PreparedProgram;
  readonly members: readonly PreparedMember[];
}

export function emitModule(
  source: SourceFile,
  models: readonly LoweredModel[],
  options: EmitOptions,
): readonly EmittedFile[] {
  const file = moduleName(source.path);
  const prepared = preparedModels(models, options);
  const types = [`import type * as models from './${file}.js';`];
  const families = familiesOf(options.backends);
  const module = (name: string, lines: readonly Line[]): readonly EmittedFile[] =>
    lines.length === 0 ? [] : printed(name, lines, types, source, prepared.length, options);
  return [
    ...printed(file, inferenceModule(source, prepared, file, families), [], source, prepared.length, options, () =>
      declarations(
        source,
        models.map(({ model }) => model),
        options,
      ),
    ),
    ...families.flatMap(({ suffix, backends }) => [
      ...module(`${file}.train${suffix}`, laterModule(prepared, trainingOf, backends)),
      ...module(`${file}.pass${suffix}`, laterModule(prepared, passesOf, backends)),
    ]),
  ];
}

function preparedModels(models: readonly LoweredModel[], options: EmitOptions): readonly PreparedModel[] {
  const names = modelNames(
    models.map(({ model }) => model),
    new ModuleScope().reserved,
    options.kernelsFrom !== undefined,
  );
  return models.map((lowered): PreparedModel => {
    const { model, builder, inference } = lowered;
    const ready = (outputs: LoweredModel['inference']): PreparedProgram =>
      prepare(outputs, builder, { backends: options.backends, weightsStay: true });
    return {
      lowered,
      names: names.get(model)!,
      leaves: leavesOf(lowered.model, variable(lowered.batch), [inference, ...programsOf(lowered)]),
      inference: ready(inference),
      members: (lowered.members ?? []).map((member) => ({ ...member, program: ready(member.inference) })),
    };
  });
}

/** Everything but inference that reads inputs. */
export function programsOf({ training, passes }: LoweredModel): readonly LoweredModel['inference'][] {
  const programs = [
    training?.gradients,
    training?.thawed,
    training?.evaluate,
    training?.adapt,
    passes?.training,
    passes?.inference,
  ];
  return programs.filter((outputs) => outputs !== undefined);
}

/** What is declared at the top of both modules. */
function reservedNames(models: readonly PreparedModel[]): readonly string[] {
  return models.flatMap(({ names: { members, ...names } }) => [
    ...Object.values<unknown>(names).filter((name) => typeof name === 'string'),
    ...[...members.values()].flatMap(({ infer, program }) => [infer, program]),
  ]);
}

function inferenceModule(
  source: SourceFile,
  models: readonly PreparedModel[],
  moduleFile: string,
  families: readonly Family[],
): readonly Line[] {
  const scope = new ModuleScope();
  scope.reserve(reservedNames(models));
  const bodies = models.map(({ lowered, names, leaves, inference, members }) => {
    const context: ClassContext = { model: lowered.model, names, sourcePath: source.path, moduleFile, tensors: true };
    return [
      ...specConstant(context),
      ...inferenceFunction({
        model: lowered.model,
        program: inference,
        leaves,
        batch: variable(lowered.batch),
        names,
        scope,
      }),
      ...programConstant(
        context,
        { hasPasses: lowered.passes !== undefined, undivided: isUndivided(inference, variable(lowered.batch)) },
        families,
      ),
      ...memberCode(context, members, variable(lowered.batch), scope),
      ...modelClass(context),
    ];
  });
  const declared = scope.declarations();
  const body = bodies.flat();
  if (body.length === 0) return [line('export {};')];
  return [...linesOnly(bodyOnly, declared.length > 0 ? [...declared, blank] : []), ...body];
}

type Targets = EmitOptions['backends'];

/** A module that is loaded on first use: what it has of each model. Empty where no model has anything. */
function laterModule(
  models: readonly PreparedModel[],
  codeOf: (model: PreparedModel, scope: ModuleScope, targets: Targets) => readonly Line[],
  targets: Targets,
): readonly Line[] {
  const scope = new ModuleScope();
  scope.reserve(reservedNames(models));
  const bodies = models.flatMap((model) => codeOf(model, scope, targets));
  const declared = scope.declarations();
  return [...linesOnly(bodyOnly, declared.length > 0 ? [...declared, blank] : []), ...bodies];
}

/** Programs are prepared for the targets of the module that they stand in. */
const preparing =
  ({ builder }: LoweredModel, backends: Targets) =>
  (outputs: LoweredModel['inference'], rest: Omit<PrepareOptions, 'backends'> = {}): PreparedProgram =>
    prepare(outputs, builder, { backends, ...rest });

function trainingOf({ lowered, names, leaves }: PreparedModel, scope: ModuleScope, targets: Targets): readonly Line[] {
  const { model, training } = lowered;
  if (training === undefined) return [];
  const ready = preparing(lowered, targets);
  const sections: Pick<PrepareOptions, 'parts'> = { parts: (program) => gradientParts(model, program) };
  const prepared: PreparedTraining = {
    lowered: training,
    gradients: ready(training.gradients, sections),
    thawed: training.thawed && ready(training.thawed, sections),
    update: ready(training.update, { parts: (program) => updateParts(program.outputs) }),
    evaluate: ready(training.evaluate),
    adapt: training.adapt && ready(training.adapt),
  };
  return trainingCode({ model, leaves, batch: variable(lowered.batch), names, scope, training: prepared });
}

function passesOf({ lowered, names, leaves }: PreparedModel, scope: ModuleScope, targets: Targets): readonly Line[] {
  const { model, batch, builder, passes } = lowered;
  if (passes === undefined) return [];
  const ready = preparing(lowered, targets);
  const halves: Pick<PrepareOptions, 'parts'> = { parts: ({ outputs }) => halvesOf(outputs) };
  const prepared: PreparedPasses = {
    training: ready(passes.training, halves),
    inference: passes.inference && ready(passes.inference, halves),
  };
  return passCode({ model, leaves, batch: variable(batch), names, scope, builder, passes: prepared });
}

function printed(
  name: string,
  lines: readonly Line[],
  typeImports: readonly string[],
  source: SourceFile,
  models: number,
  options: EmitOptions,
  declared?: () => EmittedFile,
): readonly EmittedFile[] {
  const header = [headerOf(source, options.version)];
  const one = (mode: Mode, extension: string, sourceMap: boolean): EmittedFile => {
    const fileName = `${name}.${extension}`;
    const kernels = mode === 'dts' || models === 0 ? [] : kernelImport(name, options);
    const imports = [...kernels, ...(mode === 'ts' ? typeImports : [])];
    return {
      name: fileName,
      ...printCode(lines, { header, mode, fileName, sourcePath: source.path, sourceMap, imports }),
    };
  };
  if (options.target === 'ts') return [one('ts', 'ts', options.sourceMap)];
  return [one('js', 'js', options.sourceMap), declared?.() ?? one('dts', 'd.ts', false)];
}

const kernelImport = (module: string, { kernelsFrom }: EmitOptions): readonly string[] =>
  kernelsFrom === undefined ? [] : [`import { kernels } from ${quoted(kernelsFrom(module))};`];
