/** What may be given to a call → its text in a signature, and what it means in Markdown. */
import { defaultText, parameterTypeText } from '../explain/parameter-type.ts';
import type { Callee, Slot } from './callees.ts';
import { inlineText, proseOf, quoted, sentence } from './markdown.ts';

/** `filters`, `strides: 1`, `...xs`, `mask: none` */
export function slotText(slot: Slot): string {
  const { name, isVariadic, isRequired } = slot;
  if (isVariadic && slot.kind === 'tensor') return `...${name}`;
  const standard = isRequired ? undefined : (slotDefault(slot) ?? 'none');
  return standard === undefined ? name : `${name}: ${standard}`;
}

/** The default as written. */
export function slotDefault({ definition, declared }: Slot): string | undefined {
  if (definition) return defaultText(definition);
  return declared?.node.defaultValue && inlineText(declared.of.file.source.textOf(declared.node.defaultValue.span));
}

/** Type and range in words, or as declared. */
export function slotType({ definition, declared }: Slot): string | undefined {
  if (definition) return sentence(parameterTypeText(definition));
  return declared?.node.type && quoted(inlineText(declared.of.file.source.textOf(declared.node.type.span)));
}

/** Meaning, then type. */
export function slotDocumentation(slot: Slot): string {
  const { definition, declared, name, isPositional, kind } = slot;
  const isLayerName = name === 'name' && !definition && !declared;
  if (isLayerName) return 'A name for the layer, which its weights get too: `name: "logits"`.';
  const meaning = definition?.doc ?? declared?.node.doc?.text;
  const notes = [slotType(slot), isPositional || kind === 'tensor' ? undefined : 'only by name']; // prettier-ignore
  const type = notes.filter((note) => note !== undefined).join('; ');
  return [meaning === undefined ? '' : proseOf(meaning).trim(), type === '' ? '' : `_${type}_`].filter((part) => part !== '').join('\n\n'); // prettier-ignore
}

/** What is called, in a few sentences. */
export function summaryOf({ target }: Callee): string | undefined {
  if (target.kind === 'definition') return target.definition.summary;
  return target.kind === 'symbol' ? target.symbol.node.doc?.text : undefined;
}
