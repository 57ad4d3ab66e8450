/**
 * Every case of the matrix: the program that holds a model for each, and what the reference evaluator expects of it. The
 * rows are what the registry has, so that a new layer joins by being registered.
 */
import type { SourceFile } from '../../grammar/source.ts';
import { createCompiler } from '../../compiler/compile.ts';
import { registry } from '../../compiler/definitions/registry.ts';
import { emitModule } from '../../compiler/emit/emit-module.ts';
import type { BackendName } from '../../compiler/emit/backends/index.ts';
import type { EmittedFile } from '../../compiler/emit/emitted.ts';
import { lowerModel } from '../../compiler/lower/lower-model.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import type { CaseData, CaseHead } from './case-data.ts';
import { exampleModel, extraModel } from './example-model.ts';
import { extraCases } from './extra-cases.ts';
import { passCase, scoreCase, stepsCase } from './expectations.ts';
import { lossModels, metricModels, optimizerModels, type TrainingModel } from './training-models.ts';

interface Draft {
  readonly head: CaseHead;
  readonly text: string;
  readonly dataOf: (lowered: LoweredModel) => CaseData;
}

export interface Matrix {
  readonly cases: readonly CaseData[];
  /** The emitted files of all models, for one backend alone. */
  readonly emit: (backend: BackendName) => readonly EmittedFile[];
}

type Rest = {
  readonly about: string;
  readonly text: string;
  readonly dataOf: (head: CaseHead, l: LoweredModel) => CaseData;
};

function* exampleDrafts(): Generator<readonly [Pick<CaseHead, 'kind' | 'name'>, Rest]> {
  for (const [kind, definitions] of [['layers', registry.layers], ['functions', registry.functions]] as const)
    for (const definition of definitions.values()) {
      const models = [...definition.examples.map((example) => exampleModel(definition, example)), ...extraCases(definition.name).map(extraModel)];
      for (const { about, body, inputs } of models)
        yield [
          { kind, name: definition.name },
          { about, text: `model NAME ${body}`, dataOf: (head, lowered) => passCase(head, lowered, inputs) },
        ];
    }
} // prettier-ignore

type DataOf = (head: CaseHead, lowered: LoweredModel, model: TrainingModel) => CaseData;

function* trainingDrafts(): Generator<readonly [Pick<CaseHead, 'kind' | 'name'>, Rest]> {
  const rest = (model: TrainingModel, dataOf: DataOf): Rest => ({
    about: model.about,
    text: model.text,
    dataOf: (head, lowered) => dataOf(head, lowered, model),
  });
  for (const d of registry.losses.values())
    for (const model of lossModels(d)) yield [{ kind: 'losses', name: d.name }, rest(model, (...given) => scoreCase(...given, true))]; // prettier-ignore
  for (const d of registry.metrics.values())
    for (const model of metricModels(d)) yield [{ kind: 'metrics', name: d.name }, rest(model, (...given) => scoreCase(...given, false))]; // prettier-ignore
  for (const d of registry.optimizers.values())
    for (const model of optimizerModels(d)) yield [{ kind: 'optimizers', name: d.name }, rest(model, stepsCase)];
}

function drafts(only: (head: CaseHead) => boolean): readonly Draft[] {
  return [...exampleDrafts(), ...trainingDrafts()].flatMap(([row, { about, text, dataOf }], i): readonly Draft[] => {
    const head = { ...row, about, id: `Case${i}` };
    if (!only(head)) return [];
    return [{ head, text: text.replaceAll('NAME', head.id), dataOf: (lowered) => dataOf(head, lowered) }];
  });
}

/** What there is to run, without running or compiling anything. */
export const caseHeads = (): readonly CaseHead[] => drafts(() => true).map(({ head }) => head);

const path = '/cases.nn';

/** @param only Fewer cases, for looking into one. */
export function makeMatrix(only: (head: CaseHead) => boolean = () => true): Matrix {
  const all = drafts(only);
  if (all.length === 0) return { cases: [], emit: () => [{ name: 'cases.js', code: '', map: '', helpers: [] }] };
  const text = all.map((draft) => draft.text).join('\n\n');
  const { models, diagnostics } = createCompiler(createMemoryHost({ [path]: text })).check(path);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    throw new Error(errors.map(({ code, message, file, span }) => `${code}: ${message} (${file.textOf(span)})`).join('\n'));
  const source: SourceFile = models[0]!.origin.file;
  const lowered = new Map(models.map((model) => [model.name, lowerModel(model)]));
  return {
    cases: all.map(({ head, dataOf }) => dataOf(lowered.get(head.id)!)),
    emit: (backend) =>
      emitModule(source, [...lowered.values()], { target: 'js', backends: [backend], sourceMap: false, version: '0' }),
  };
} // prettier-ignore
