/** Blocks, models and constants → their signatures: `block Down(filters: int, rate = 0.1)`, inputs and outputs below. */
import type { Block, Input, Model, ModelAlias, Output, Parameter } from '../../grammar/ast.ts';
import { displayCondition, type Condition } from '../shapes/index.ts';
import type { Unit } from '../../grammar/unit.ts';
import { describeType } from '../check/values.ts';
import type { SummaryTensor } from '../summary/summarize.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import { summaryOfGraph } from './costs.ts';
import { inlineText } from './markdown.ts';
import type { Project } from './project.ts';
import { sightsText } from './seen-text.ts';

/** The lines of a declaration's signature. */
export function signatureLines(project: Project, symbol: FileSymbol): readonly string[] {
  const { node } = symbol;
  if (node.kind === 'Const') return [constText(symbol)];
  if (node.kind === 'ModelAlias') return aliasLines(project, symbol, node);
  const word = node.kind === 'Block' ? 'block' : 'model';
  const parameters = node.parameters.map((parameter) => parameterText(symbol, parameter));
  return [...headLines(`${word} ${node.name.name}`, parameters), ...tensorLines(project, symbol, node)];
}

/** A line wider than this is broken after each parameter. */
const widestLine = 80;

function headLines(head: string, parameters: readonly string[]): readonly string[] {
  if (parameters.length === 0) return [head];
  const line = `${head}(${parameters.join(', ')})`;
  if (line.length <= widestLine) return [line];
  return [`${head}(`, ...parameters.map((parameter) => `  ${parameter},`), ')'];
}

/** `filters: int = 32` */
export const parameterText = ({ file }: FileSymbol, { name, type, defaultValue }: Parameter): string => {
  const written = (node: { readonly span: Parameter['span'] }): string => inlineText(file.source.textOf(node.span));
  return `${name.name}${type ? `: ${written(type)}` : ''}${defaultValue ? ` = ${written(defaultValue)}` : ''}`;
};

/** What it stands for, and what goes in and comes out. */
function aliasLines(project: Project, { file, name }: FileSymbol, { value }: ModelAlias): readonly string[] {
  const graph = project.checkOf(file).graphAnywhere(name);
  const line = ({ name: own, dtype, shape }: SummaryTensor): string => `${own}: ${describeType({ dtype, shape, batched: true })}`;
  const tensors = graph && summaryOfGraph(graph);
  return [
    `model ${name} = ${inlineText(file.source.textOf(value.span))}`,
    ...(tensors?.inputs ?? []).map((tensor) => `  input ${line(tensor)}`),
    ...(tensors?.outputs ?? []).map((tensor) => `  output ${line(tensor)}`),
  ];
} // prettier-ignore

/** Inputs as declared, outputs as declared or as they come out. */
function tensorLines(project: Project, symbol: FileSymbol, { body }: Block | Model): readonly string[] {
  return body.statements.flatMap((statement) => {
    if (statement.kind === 'Input') return [`  input ${inputText(symbol, statement)}`];
    return statement.kind === 'Output' ? [`  output ${outputText(project, symbol, statement)}`] : [];
  });
}

export function inputText({ file }: FileSymbol, { name, type, defaultValue }: Input): string {
  const standard = defaultValue ? ` = ${inlineText(file.source.textOf(defaultValue.span))}` : '';
  return `${name.name}: ${inlineText(file.source.textOf(type.span))}${standard}`;
}

function outputText(project: Project, { file, unit }: FileSymbol, { name, type }: Output): string {
  const seen = project.sightsOf(file, unit)?.at('name', name.span, unit) ?? [];
  const text = type ? inlineText(file.source.textOf(type.span)) : sightsText(seen);
  return text === undefined ? name.name : `${name.name}: ${text}`;
}

function constText({ file, node }: FileSymbol): string {
  const text = inlineText(file.source.textOf(node.span));
  return text.length <= 2 * widestLine ? text : `${text.slice(0, 2 * widestLine - 1)}…`;
}

/** What a block or model needs of its inputs. */
export function requirementsOf(project: Project, symbol: FileSymbol): readonly string[] {
  const check = project.checkOf(symbol.file);
  const graph = check.graphAnywhere(symbol.name);
  if (graph) return summaryOfGraph(graph).requirements;
  const found = check.blocks.find(({ name }) => name === symbol.name);
  return (found?.requirements ?? []).map(displayCondition);
}

/** The conditions on the sizes of a declaration. */
export function requirementsOn(project: Project, file: FileScope, unit: Unit): readonly Condition[] {
  const check = project.checkOf(file);
  const { name } = unit.name;
  const ofModel = check.graphAnywhere(name)?.requirements.map(({ condition }) => condition);
  return ofModel ?? check.blocks.find((block) => block.name === name)?.requirements ?? [];
}
