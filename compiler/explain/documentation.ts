/** A definition or diagnostic → its documentation as data, which the terminal and the pages render. */
import type { FunctionDefinition, PairDefinition } from '../definitions/define-function.ts';
import type { DefinitionExample, LayerDefinition } from '../definitions/define-layer.ts';
import type { Parameters } from '../definitions/parameters.ts';
import type { DiagnosticDefinition, Severity } from '../diagnostics/diagnostic.ts';
import { definitionsOf, diagnosticDefinitions, kinds, type Definition, type DefinitionKind } from './kinds.ts';
import { exampleText, typeText } from './examples.ts';
import { defaultText, parameterTypeText } from './parameter-type.ts';
import { shapesOf, type ShapeDoc, type WeightDoc } from './shapes.ts';

export interface ParameterDoc {
  readonly name: string;
  readonly type: string;
  /** Absent where it must be given. */
  readonly default?: string;
  /** Only by name, never by position. */
  readonly named: boolean;
  readonly doc: string;
}
export interface ExampleDoc {
  /** `.nn` text of an expression. */
  readonly source: string;
  /** What it gives: `x: [n, 8] gives [n, 64]`. */
  readonly result: string;
}

export interface DefinitionDoc {
  readonly kind: 'definition';
  readonly name: string;
  /** What it may be: `layer`; `function`, `activation`. */
  readonly is: readonly string[];
  readonly signature: string;
  readonly summary: string;
  readonly doc?: string;
  readonly tensors: readonly string[];
  readonly parameters: readonly ParameterDoc[];
  /** Options of the call: `LSTM(64)(x, mask: m)`. */
  readonly callParameters: readonly ParameterDoc[];
  /** How targets must look and which activation is expected; losses and metrics. */
  readonly fit: readonly string[];
  /** In symbols: with the usual options first, then what other options give. Layers and functions. */
  readonly shapes: readonly ShapeDoc[];
  readonly weights: readonly WeightDoc[];
  readonly examples: readonly ExampleDoc[];
}
export interface DiagnosticDoc {
  readonly kind: 'diagnostic';
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly explanation: string;
  readonly bad: string;
  readonly good: string;
}
export type Documentation = DefinitionDoc | DiagnosticDoc;

export const singular: Readonly<Record<DefinitionKind, string>> = {
  layers: 'layer',
  functions: 'function',
  activations: 'activation',
  losses: 'loss',
  metrics: 'metric',
  optimizers: 'optimizer',
  schedules: 'learning-rate schedule',
  callbacks: 'callback',
  initializers: 'initializer',
  regularizers: 'regularizer',
  constraints: 'constraint',
};

/** Everything of this name. `randomNormal` is a function and an initializer. */
export function documentationOf(name: string): readonly Documentation[] {
  const diagnostic = diagnosticDefinitions().find(({ slug }) => slug === name);
  if (diagnostic) return [diagnosticDoc(diagnostic)];
  const found = new Map<Definition, string[]>();
  for (const kind of kinds) {
    if (kind === 'diagnostics') continue;
    const definition = definitionsOf(kind).find((candidate) => candidate.name === name);
    if (definition) found.set(definition, [...(found.get(definition) ?? []), singular[kind]]);
  }
  return merged([...found].map(([definition, is]) => definitionDoc(definition, is)));
}

/** A loss and the metric of its name are one thing where they read the same. */
function merged(docs: readonly DefinitionDoc[]): readonly DefinitionDoc[] {
  const bySelf = new Map<string, DefinitionDoc>();
  for (const doc of docs) {
    const key = JSON.stringify({ ...doc, is: [] });
    const before = bySelf.get(key);
    bySelf.set(key, before ? { ...before, is: [...before.is, ...doc.is] } : doc);
  }
  return [...bySelf.values()];
}

/** What a kind (`layers`) or an area of diagnostics (`lint`) holds. */
export function membersOf(name: string): readonly { readonly name: string; readonly summary: string }[] {
  if (name === 'diagnostics' || diagnosticDefinitions().some(({ slug }) => slug.startsWith(`${name}/`)))
    return diagnosticDefinitions()
      .filter(({ slug }) => name === 'diagnostics' || slug.startsWith(`${name}/`))
      .map(({ slug, summary }) => ({ name: slug, summary }));
  const kind = kinds.find((candidate) => candidate === name);
  return kind && kind !== 'diagnostics' ? definitionsOf(kind).map(({ name, summary }) => ({ name, summary })) : [];
}

export const diagnosticDoc = (definition: DiagnosticDefinition): DiagnosticDoc => ({
  kind: 'diagnostic',
  name: definition.slug,
  severity: definition.severity,
  summary: definition.summary,
  explanation: definition.explanation,
  bad: definition.example.bad,
  good: definition.example.good,
});

export function definitionDoc(definition: Definition, is: readonly string[]): DefinitionDoc {
  const isApplied = definition.kind === 'layer' || definition.kind === 'function';
  const calls = definition.kind === 'layer' ? definition.callParameters : undefined;
  const symbols = isApplied ? shapesOf(definition) : undefined;
  return {
    kind: 'definition',
    name: definition.name,
    is,
    signature: signature(definition),
    summary: definition.summary,
    ...(definition.doc === undefined ? {} : { doc: definition.doc }),
    tensors: isApplied ? definition.tensors.map(tensorText) : [],
    parameters: parameterDocs(definition.parameters),
    callParameters: parameterDocs(calls ?? {}),
    fit: definition.kind === 'loss' || definition.kind === 'metric' ? fitOf(definition) : [],
    shapes: symbols?.shapes ?? [],
    weights: symbols?.weights ?? [],
    examples: isApplied ? definition.examples.map((example) => exampleDoc(definition, example)) : [],
  };
}

const parameterDocs = (parameters: Parameters): readonly ParameterDoc[] =>
  Object.entries(parameters).map(([name, parameter]) => {
    const standard = defaultText(parameter);
    return {
      name,
      type: parameterTypeText(parameter),
      ...(standard === undefined ? {} : { default: standard }),
      named: parameter.named ?? false,
      doc: parameter.doc,
    };
  });

const tensorText = (name: string): string => {
  if (name.startsWith('...')) return `${name} (one or more)`;
  return name.endsWith('?') ? `${name.slice(0, -1)} (may be left out)` : name;
};

/** How it is written, with its defaults: `Dense(units, activation: linear)(x)`. */
export function signature(definition: Definition): string {
  const given = argumentsText(definition.parameters);
  const { name } = definition;
  switch (definition.kind) {
    case 'layer': {
      const options = [...definition.tensors.map(plainTensor), ...argumentsText(definition.callParameters ?? {})];
      return `${name}${given.length > 0 ? `(${given.join(', ')})` : ''}(${options.join(', ')})`;
    }
    case 'function':
      return `${name}(${[...definition.tensors.map(plainTensor), ...given].join(', ')})`;
    case 'loss':
    case 'metric':
      return `${name}(${['target', 'output', ...given].join(', ')})`;
    default:
      return given.length > 0 ? `${name}(${given.join(', ')})` : name;
  }
}

const plainTensor = (name: string): string => (name.endsWith('?') ? `${name.slice(0, -1)}: none` : name);

const argumentsText = (parameters: Parameters): readonly string[] =>
  Object.entries(parameters).map(([name, parameter]) => {
    const standard = defaultText(parameter);
    return standard === undefined ? name : `${name}: ${standard}`;
  });

function fitOf({ targets, expects }: PairDefinition): readonly string[] {
  const target = {
    same: 'The target has the shape of the output (`[]` and `[1]` fit each other).',
    oneHot: 'The target has the shape of the output; its last axis is one-hot, or probabilities.',
    classIndex: 'The target holds class indices: `int32`, of the shape of the output without its last axis.',
    label: 'The target holds the number of a class, `int32`; the output is one vector per example.',
    sequence: 'The target is `int32[labels]`, filled up with 0; the output is `[time, classes]`.',
  }[targets];
  if (expects === 'logits') return [target, 'The output has no activation, or `softmax`.'];
  return [target, ...(expects === 'any' ? [] : [`The output comes from \`${expects}\`.`])];
}

function exampleDoc(definition: LayerDefinition | FunctionDefinition, example: DefinitionExample): ExampleDoc {
  const source = exampleText(definition, example);
  const others = Object.entries(example.tensors ?? {}).map(([name, type]) => `${name}: ${typeText(type)}`);
  const given = [
    ...(/\bx\b/.test(source) && !example.tensors?.['x'] ? [`x: ${typeText(example.input)}`] : []),
    ...others,
  ];
  const result = typeText({ dtype: example.dtype ?? 'float32', shape: example.output });
  return { source, result: given.length === 0 ? result : `${given.join(', ')} gives ${result}` };
}
