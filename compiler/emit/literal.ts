/**
 * Plain data as code, twice over: as a literal, and as the type of that literal for declaration files. What is short
 * stays on one line.
 */
import { code, join, lengthOf, toCode, type Code, type Line } from './code.ts';
import { propertyKey, quoted } from './identifiers.ts';

/** Code among data, e.g. a function, and its type. */
export interface RawValue {
  readonly code: Code;
  readonly type: Code;
}
export type Value = string | number | boolean | readonly Value[] | RawValue | ValueRecord;
export interface ValueRecord {
  readonly [key: string]: Value | undefined;
}
type Style = 'value' | 'type';

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
const isRaw = (value: Value): value is RawValue =>
  typeof value === 'object' && !isList(value) && 'code' in value && 'type' in value && isList(value.code as Value);

const widest = 130;

/** `value` with `before` and `after` around it, over as many lines as it takes. */
export function valueLines(value: Value, before: Code, after: Code, style: Style = 'value'): readonly Line[] {
  const oneLine = code`${before}${inline(value, style)}${after}`;
  const isFlat = typeof value !== 'object' || isRaw(value);
  if (isFlat || lengthOf(oneLine) <= widest) return [{ indent: 0, code: oneLine }];
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  const separator = isList(value) || style === 'value' ? ',' : ';';
  const inner = isList(value)
    ? value.flatMap((item) => valueLines(item, [], toCode(','), style))
    : entries(value).flatMap(([key, item]) => {
        if (isNamesake(key, item)) return [{ indent: 0, code: code`${key}${separator}` }];
        return valueLines(item, toCode(keyText(key, style)), toCode(separator), style);
      });
  const readonly = isList(value) && style === 'type' ? 'readonly ' : '';
  return [
    { indent: 0, code: code`${before}${readonly}${open}` },
    ...inner.map((l) => ({ ...l, indent: l.indent + 1 })),
    { indent: 0, code: code`${close}${after}` },
  ];
}

export function inline(value: Value, style: Style = 'value'): Code {
  if (typeof value === 'string') return toCode(quoted(value));
  if (typeof value === 'number') return toCode(Object.is(value, -0) ? '-0' : String(value));
  if (typeof value === 'boolean') return toCode(String(value));
  if (isRaw(value)) return style === 'value' ? value.code : value.type;
  if (isList(value)) {
    const list = code`[${join(
      value.map((item) => inline(item, style)),
      ', ',
    )}]`;
    return style === 'value' ? list : code`readonly ${list}`;
  }
  const fields = entries(value).map(([key, item]) =>
    isNamesake(key, item) ? toCode(key) : code`${keyText(key, style)}${inline(item, style)}`,
  );
  return fields.length === 0 ? toCode('{}') : code`{ ${join(fields, style === 'value' ? ', ' : '; ')} }`;
}

const entries = (value: ValueRecord): readonly (readonly [string, Value])[] =>
  Object.entries(value).filter((entry): entry is [string, Value] => entry[1] !== undefined);

/** `{ evaluate }` for `{ evaluate: evaluate }`. */
const isNamesake = (key: string, item: Value): boolean =>
  typeof item === 'object' && isRaw(item) && item.code.length === 1 && item.code[0]!.text === key;

const keyText = (key: string, style: Style): string => `${style === 'type' ? 'readonly ' : ''}${propertyKey(key)}: `;
