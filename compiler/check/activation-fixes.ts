/** Edits that make the activation of an output fit its loss. */
import type { Fix, Place } from '../diagnostics/diagnostic.ts';
import type { FoundActivation } from './activations.ts';

/** Another activation where the output gets its own; for a layer without one, also `fromLogits: true` in the loss. */
export function otherActivation(found: FoundActivation, wanted: string, loss: Place): readonly Fix[] {
  const { file, span } = found.place;
  if (file !== loss.file) return [];
  const text = file.textOf(span);
  const edit = (at: number, length: number, newText: string, title: string): Fix => ({
    title,
    safe: false,
    edits: [{ span: { start: span.start + at, end: span.start + at + length }, newText }],
  });
  if (found.name !== 'none') {
    const written = new RegExp(`(?<=^|activation:\\s*)${found.name}\\b`).exec(text);
    return written ? [edit(written.index, found.name.length, wanted, `Use \`${wanted}\``)] : [];
  }
  const isPlain = /^\w+\([^()]*\)$/.test(text) && !text.includes('activation');
  const activation = isPlain ? [edit(text.length - 1, 0, `, activation: ${wanted}`, `Give it \`activation: ${wanted}\``)] : []; // prettier-ignore
  const end = loss.span.end - 1;
  const isCall = /^\w+\([^()]*\)$/.test(loss.file.textOf(loss.span));
  const logits: readonly Fix[] = isCall ? [{ title: 'Say `fromLogits: true`', safe: false, edits: [{ span: { start: end, end }, newText: ', fromLogits: true' }] }] : []; // prettier-ignore
  return [...activation, ...logits];
}

/** A loss over an activation is computed from the logits underneath anyway, so nothing changes but the contradiction. */
export function withoutFromLogits({ file, span }: Place): readonly Fix[] {
  const found = /,\s*fromLogits:\s*true/.exec(file.textOf(span));
  if (!found) return [];
  const start = span.start + found.index;
  return [{ title: 'Remove `fromLogits: true`', safe: true, edits: [{ span: { start, end: start + found[0].length }, newText: '' }] }]; // prettier-ignore
}
