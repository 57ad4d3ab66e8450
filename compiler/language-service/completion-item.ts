/** What may be written at a place, as data; and the pieces that its text is made of. */
import type { Span } from '../../grammar/source.ts';
import { isKeyword } from '../../grammar/tokens.ts';
import type { Slot } from './callees.ts';
import type { Edit } from './plain.ts';

export type CompletionKind =
  | 'layer' | 'function' | 'block' | 'model' | 'constant' | 'parameter' | 'size' | 'tensor' | 'made-layer' | 'value'
  | 'option' | 'activation' | 'initializer' | 'regularizer' | 'constraint' | 'schedule' | 'callback' | 'optimizer'
  | 'loss' | 'metric' | 'label' | 'field' | 'member' | 'weight' | 'type' | 'keyword' | 'snippet' | 'file' | 'folder' | 'axis'; // prettier-ignore

/** How `resolveCompletion` finds what an item is about. Plain, so that it can go to a client and come back. */
export type CompletionData =
  | { readonly about: 'word'; readonly name: string; readonly kind: CompletionKind }
  | {
      readonly about: 'definition';
      readonly name: string;
      readonly kind: CompletionKind;
    }
  | {
      readonly about: 'argument';
      readonly path: string;
      readonly of: string;
      readonly at: number;
      readonly name: string;
    }
  | { readonly about: 'symbol'; readonly path: string; readonly name: string }
  | {
      readonly about: 'local';
      readonly path: string;
      readonly name: string;
      readonly at: number;
    };

export interface CompletionItem {
  readonly label: string;
  /** Right behind the label: a shape or type. */
  readonly detail?: string;
  /** At the end of the line, weaker: what it is, or where it comes from. */
  readonly labelDescription?: string;
  readonly kind: CompletionKind;
  readonly sortText: string;
  /** How well it fits; lower is better, and items of one rank stay in their order. */
  readonly rank: number;
  /** Where something else than the label may be typed to find it. */
  readonly filterText?: string;
  readonly insertText: string;
  /** The text has `${1:place}` holders, in the way of TextMate. */
  readonly isSnippet: boolean;
  /** What the text replaces. */
  readonly span: Span;
  /** Made together with it elsewhere: an import. */
  readonly additionalEdits?: readonly Edit[];
  /** Letters that accept it as they are typed. */
  readonly commitCharacters?: readonly string[];
  /** When it is accepted, the next completion should open by itself. */
  readonly opensNext?: boolean;
  readonly data?: CompletionData;
}

export interface CompletionList {
  readonly items: readonly CompletionItem[];
  /** Whether more letters would give other items. */
  readonly isIncomplete: boolean;
}

/** An item before it is known where it goes and how it is sorted. */
export interface Suggestion extends Omit<CompletionItem, 'sortText' | 'insertText' | 'isSnippet' | 'span'> {
  /** The label itself unless given. */
  readonly insertText?: string;
  readonly isSnippet?: boolean;
  readonly span?: Span;
}

/** Sorted for good, one of each label and kind of name. */
export function completionItems(suggestions: readonly Suggestion[], span: Span): readonly CompletionItem[] {
  const seen = new Set<string>();
  const own = suggestions.filter(({ label, labelDescription }) => {
    const key = `${label}\n${labelDescription ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
  const sorted = own.map((item, i) => ({ item, i })).sort((a, b) => a.item.rank - b.item.rank || a.i - b.i);
  return sorted.map(({ item }, i) => ({
    ...item,
    insertText: item.insertText ?? item.label,
    isSnippet: item.isSnippet ?? false,
    span: item.span ?? span,
    sortText: String(i).padStart(4, '0'),
  }));
}

/** Text that stands for itself in a snippet. */
export const escaped = (text: string): string => text.replaceAll(/[\\$}]/g, String.raw`\$&`);

/** Numbers the holders of one snippet. */
export class Holders {
  #next = 1;

  holder(text: string): string {
    return `\${${this.#next++}:${escaped(text)}}`;
  }

  choice(options: readonly string[]): string {
    return `\${${this.#next++}|${options.map((option) => option.replaceAll(/[\\$},|]/g, String.raw`\$&`)).join(',')}|}`;
  }
}

/** What stands for an argument until it is written. */
export function slotHolder(slot: Slot, holders: Holders): string {
  const type = slot.definition?.type;
  switch (type?.kind) {
    case 'option':
      return holders.choice(type.options);
    case 'dtype':
      return holders.choice(['float32', 'int32', 'bool']);
    case 'bool':
      return holders.choice(['true', 'false']);
    case 'string':
      return `"${holders.holder(slot.name)}"`;
    case 'activation':
      return holders.holder('relu');
    default:
      // A keyword is no name: what stands for `layer` is `Layer`.
      return holders.holder(isKeyword(slot.name) ? slot.name.charAt(0).toUpperCase() + slot.name.slice(1) : slot.name);
  }
}

/** `(${1:filters}, ${2:kernelSize})`: what must be given; empty where that is nothing. */
export function requiredArguments(slots: readonly Slot[], holders: Holders): string {
  const left = slots.filter(({ isPositional }) => isPositional);
  const required = left.filter(({ isRequired }) => isRequired);
  // What stands behind something that is left out must say its name.
  const texts = required.map((slot) => {
    const isInPlace = left.slice(0, left.indexOf(slot)).every(({ isRequired }) => isRequired);
    return `${isInPlace ? '' : `${slot.name}: `}${slotHolder(slot, holders)}`;
  });
  return texts.length === 0 ? '' : `(${texts.join(', ')})`;
}
