/**
 * JSON → a data set: a list of records `[{ "image": [[…]], "label": 3 }, …]`, or lists by name
 * `{ "image": […], "label": […] }`. Nested arrays keep their shape, which must be the same in every record.
 */
import type { Dataset, Field, LoadOptions } from '../fields.ts';
import { dataError } from './data-error.ts';
import { numberOf, type Cell } from './cells.ts';
import { createTableLoader, wantedText } from './table-loader.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonRecord = Readonly<Record<string, Json>>;

export function loadJson(text: string, file: string, fields: readonly Field[], options: LoadOptions = {}): Dataset {
  const records = recordsOf(parseJson(text, file), file, fields);
  const first = records[0];
  if (!first) throw dataError(file, 'it has no examples');
  const names = Object.keys(first);
  const shapes = names.map((name) => shapeOf(first[name]!, name, 0, file));
  const columns = names.map((name, i) => ({
    name,
    width: shapes[i]!.reduce((product, size) => product * size, 1),
    text: typeof first[name] === 'string' && numberOf(first[name]) === undefined,
    ...(shapes[i]!.length > 0 ? { shape: shapes[i]! } : {}),
  }));
  const place = { noun: 'record', number: (row: number) => row + 1 };
  const loader = createTableLoader(fields, { file, columns, place }, options);
  for (const [row, record] of records.entries()) {
    loader.addRow(names.map((name, i) => cellsOf(record[name], name, shapes[i]!, row, file)));
  }
  return loader.finish();
}

function parseJson(text: string, file: string): Json {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw dataError(file, `it is no valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function recordsOf(json: Json, file: string, fields: readonly Field[]): readonly JsonRecord[] {
  if (Array.isArray(json)) {
    const wrong = json.findIndex((record) => !isRecord(record));
    if (wrong < 0) return json as readonly JsonRecord[];
    throw dataError(file, `entry ${wrong + 1} of its list is no object`, `Each example is an object with ${wantedText(fields)}.`); // prettier-ignore
  }
  if (!isRecord(json)) throw dataError(file, 'it is neither a list of examples nor an object of lists');
  const lists = Object.entries(json);
  const count = Array.isArray(lists[0]?.[1]) ? lists[0][1].length : 0;
  const uneven = lists.find(([, list]) => !Array.isArray(list) || list.length !== count);
  if (uneven) {
    throw dataError(file, Array.isArray(uneven[1]) ? `${uneven[0]} has ${uneven[1].length} entries where ${lists[0]![0]} has ${count}` : `${uneven[0]} is no list`); // prettier-ignore
  }
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(lists.map(([name, list]) => [name, (list as readonly Json[])[i]!])),
  );
}

const isRecord = (json: Json): json is JsonRecord => typeof json === 'object' && json !== null && !Array.isArray(json);

function shapeOf(json: Json, name: string, row: number, file: string): readonly number[] {
  if (Array.isArray(json)) {
    const list = json as readonly Json[];
    return list.length === 0 ? [0] : [list.length, ...shapeOf(list[0]!, name, row, file)];
  }
  if (!isRecord(json)) return [];
  throw dataError(
    file,
    `${name} is an object in record ${row + 1}; it must be a number, a text, or an array of numbers`,
  );
}

function cellsOf(json: Json | undefined, name: string, shape: readonly number[], row: number, file: string): Cell | readonly Cell[] {
  if (shape.length === 0 && !Array.isArray(json)) {
    if (json !== undefined && isRecord(json)) shapeOf(json, name, row, file);
    return json as Cell;
  }
  const cells: Cell[] = [];
  const visit = (part: Json | undefined, depth: number): boolean => {
    if (depth === shape.length) {
      cells.push(part as Cell);
      return part === undefined || part === null || typeof part !== 'object';
    }
    return Array.isArray(part) && part.length === shape[depth] && part.every((inner) => visit(inner, depth + 1));
  };
  if (visit(json, 0)) return cells;
  throw dataError(
    file,
    `${name} in record ${row + 1} has not the shape [${shape.join(', ')}] that it has in record 1`,
    'All examples must have the same shape: pad shorter ones, or split the file by length.',
  );
} // prettier-ignore
