/** The head of an emitted function: on one line where it is short, a parameter to a line where it is not. */
import type { Place } from '../diagnostics/diagnostic.ts';
import {
  code,
  indented,
  join,
  lengthOf,
  line,
  linesOnly,
  runtimeType,
  scriptOnly,
  sourceTypeOnly,
  typeOnly,
  type Code,
  type Line,
} from './code.ts';
import { quoted } from './identifiers.ts';
import { fieldsText } from './kernel-call.ts';
import type { FunctionBody } from './tensor-function.ts';

export function functionHead(name: string, parameters: readonly Code[], result: Code, place: Place): readonly Line[] {
  const type = typeOnly(code`: ${result}`);
  const short = code`function ${name}(${join(parameters, ', ')})${type} {`;
  if (lengthOf(short) <= 120) return [line(short, place)];
  const long = [
    line(`function ${name}(`, place),
    ...indented(parameters.map((parameter) => line(code`${parameter},`))),
    line(code`)${type} {`),
  ];
  // Without types it is short again.
  return [...linesOnly(sourceTypeOnly, long), ...linesOnly(scriptOnly, [line(short, place)])];
}

export const deviceParameter = (body: FunctionBody): Code =>
  code`${body.used.has('device') ? body.parameters.device : '_d'}${typeOnly(code`: ${runtimeType('Device')}`)}`;

export const weightsParameter = (body: FunctionBody, names: string): Code =>
  code`${body.used.has('weights') ? body.parameters.weights : '_w'}${typeOnly(code`: ${runtimeType('DataRecord')}<${names}>`)}`;

/** Inputs by their names; those that nothing uses are left out of the pattern. */
export function recordParameter(unused: string, body: FunctionBody, names: readonly string[]): Code {
  const used = [...body.inputs].filter(([name]) => names.includes(name));
  const pattern = used.length === 0 ? unused : fieldsText(used);
  return code`${pattern}${typeOnly(code`: ${runtimeType('DataRecord')}<${unionOf(names)}>`)}`;
}

export const recordType = (names: string): Code => code`${runtimeType('DataRecord')}<${names}>`;

/** `'image' | 'label'`; `never` where there are none. */
export const unionOf = (names: Iterable<string>): string => [...names].map(quoted).join(' | ') || 'never';
