/** The second parameter of training functions: an object, taken apart into the fields that the body uses. */
import type { Place } from '../diagnostics/diagnostic.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { code, indented, line, linesOnly, scriptOnly, sourceTypeOnly, type Code, type Line } from './code.ts';
import type { ParameterRole } from './function-parameters.ts';
import { fieldsText } from './kernel-call.ts';
import { deviceParameter, functionHead, recordType, unionOf } from './signature.ts';
import type { FunctionBody } from './tensor-function.ts';

/** `weights: w`, and its type. */
export interface FieldParameter {
  readonly pattern: string;
  readonly type: Code;
}

/** A field that has a parameter's role, if the body uses it. */
export function roleField(body: FunctionBody, role: ParameterRole, type: Code | string): readonly FieldParameter[] {
  if (!body.used.has(role)) return [];
  const name = body.parameters[role];
  return [{ pattern: name === role ? name : `${role}: ${name}`, type: code`${role}: ${type}` }];
}

/** Whether each layer that keeps statistics is frozen, by its path. */
export function frozenField(body: FunctionBody, { weights }: ModelGraph): readonly FieldParameter[] {
  const states = weights.filter(({ trainable }) => trainable === false);
  const layers = new Set(states.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('.')))));
  return roleField(body, 'frozen', recordType(unionOf(layers)));
}

/** Tensors by the user's names: `inputs: { image }`. */
export function tensorsField(body: FunctionBody, field: string, names: readonly string[]): readonly FieldParameter[] {
  const used = [...body.inputs].filter(([name]) => names.includes(name));
  if (used.length === 0) return [];
  return [{ pattern: `${field}: ${fieldsText(used)}`, type: code`${field}: ${recordType(unionOf(names))}` }];
}

export interface FieldFunction {
  readonly name: string;
  readonly body: FunctionBody;
  readonly fields: readonly FieldParameter[];
  readonly result: Code;
  readonly place: Place;
}

/** Everything up to the opening brace. */
export function fieldFunctionHead({ name, body, fields, result, place }: FieldFunction): readonly Line[] {
  const inputs = code`${fields.length === 0 ? '_inputs' : `{ ${fields.map((f) => f.pattern).join(', ')} }`}`;
  const typed = [
    line(`function ${name}(`, place),
    ...indented([
      line(code`${deviceParameter(body)},`),
      ...(fields.length === 0
        ? [line(code`${inputs}: object,`)]
        : [line(code`${inputs}: {`), ...indented(fields.map(({ type }) => line(code`readonly ${type};`))), line('},')]),
    ]),
    line(code`): ${result} {`),
  ];
  return [
    ...linesOnly(sourceTypeOnly, typed),
    ...linesOnly(scriptOnly, functionHead(name, [deviceParameter(body), inputs], result, place)),
  ];
}
