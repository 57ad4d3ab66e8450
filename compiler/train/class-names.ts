/** The names of classes that training data had, in the metadata of a file of weights: what index 0, 1, … meant. */
import { readSafetensors, writeSafetensors } from '../../runtime/safetensors.ts';

type ClassNames = Readonly<Record<string, readonly string[]>>;

const key = 'classes';

/** By target; nothing where the file tells none. */
export function classNamesIn(bytes: Uint8Array): ClassNames {
  const text = readSafetensors(bytes).metadata[key];
  if (text === undefined) return {};
  const names = namesIn(text);
  const entries = typeof names === 'object' && names !== null ? Object.entries(names) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string[]] => isListOfTexts(entry[1])));
}

/** Another program may have put something else there. */
function namesIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isListOfTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

export function withClassNames(bytes: Uint8Array, names: ClassNames): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  return writeSafetensors(tensors, { ...metadata, [key]: JSON.stringify(names) });
}
