/**
 * How wide a text is, about: layouts are made where no browser measures. Widths are those of Helvetica and some more, so
 * that what is set in a wider face still fits.
 */

/** In thousandths of the size; what is not listed is as wide as a digit. */
const narrow = new Map<string, number>([
  ...[...'ijl|.,:;\'!'].map((c) => [c, 260] as const),
  ...[...'ft()[] r/-'].map((c) => [c, 340] as const),
  ...[...'cksvxyzJ'].map((c) => [c, 500] as const),
  ...[...'ABDEFKLPSTVXYZ&'].map((c) => [c, 680] as const),
  ...[...'CGHNOQRUw'].map((c) => [c, 740] as const),
  ...[...'mMW@→'].map((c) => [c, 900] as const),
]); // prettier-ignore

const slack = 1.13;

export type Face = 'text' | 'bold' | 'code';

export function textWidth(text: string, size: number, face: Face = 'text'): number {
  if (face === 'code') return [...text].length * size * 0.602;
  const thousandths = [...text].reduce((sum, character) => sum + (narrow.get(character) ?? 560), 0);
  return (thousandths / 1000) * size * slack * (face === 'bold' ? 1.08 : 1);
}
