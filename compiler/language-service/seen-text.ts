/** What the checker saw → short texts for editors: `[26, 26, 32]`, `int32[seq]`, `(output: [128], state: [64])`. */
import { describeType } from '../check/values.ts';
import type { Seen, Sight } from '../check/sights.ts';
import { asNumber, display, displayCondition } from '../shapes/index.ts';

/** The type or value in few letters; undefined where there is nothing to say. */
export function seenText(seen: Seen): string | undefined {
  switch (seen.kind) {
    case 'tensor':
      return describeType(seen.shown);
    case 'tuple':
      return tupleText(seen.elements, seen.names);
    case 'list':
      return joined(seen.elements, '[', ']');
    case 'exact':
      return display(seen.dim);
    case 'float':
      return String(seen.value);
    case 'bool':
      return displayCondition(seen.condition);
    case 'string':
      return JSON.stringify(seen.value);
    case 'option':
    case 'builtin':
      return seen.name;
    case 'recipe':
    case 'instance':
      return seen.label;
    case 'cases':
      return casesText(seen.cases);
    case 'open':
      return seen.options?.join(' | ');
    case 'unknown':
      return undefined;
  }
}

function tupleText(elements: readonly Seen[], names: readonly string[] | undefined): string | undefined {
  const texts = elements.map(seenText);
  if (texts.every((text) => text === undefined)) return undefined;
  return `(${texts.map((text, i) => (names?.[i] === undefined ? (text ?? '?') : `${names[i]}: ${text ?? '?'}`)).join(', ')})`;
}

function joined(elements: readonly Seen[], open: string, close: string): string {
  const texts = elements.map((element) => seenText(element) ?? '?');
  const shown = texts.length > mostElements ? [...texts.slice(0, mostElements), '…'] : texts;
  return `${open}${shown.join(', ')}${close}`;
}

const mostElements = 8;

/** Case by case, the conditions behind: `[h, w, 8] if mode == same, else [h - 2, w - 2, 8]`. */
function casesText(cases: Extract<Seen, { kind: 'cases' }>['cases']): string | undefined {
  const texts = cases.map(({ value }) => seenText(value) ?? '?');
  if (cases.length > mostCases) return `one of ${cases.length}`;
  return texts
    .map((text, i) => (i === cases.length - 1 ? `else ${text}` : `${text} if ${displayCondition(cases[i]!.condition)}`))
    .join(', ');
}

const mostCases = 3;

/** What all runs of a text gave: one text, or that of the first and of the last round. */
export function sightsText(sights: readonly Sight[]): string | undefined {
  const texts = sights.map(({ value }) => seenText(value));
  const first = texts[0];
  const last = texts.at(-1);
  if (first === undefined || last === undefined) return first ?? last;
  return texts.every((text) => text === first) ? first : `${first} … ${last}`;
}

/** Whether this is a number that the program writes down itself. */
export const isPlainNumber = (seen: Seen): boolean =>
  seen.kind === 'float' || (seen.kind === 'exact' && asNumber(seen.dim) !== undefined);
