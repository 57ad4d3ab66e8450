/** Counts of parameters, FLOPs and bytes → short texts for people. */
import { asInteger, display, sumTerms, type Dim } from '../shapes/index.ts';
import { shortBytes, shortCount } from './units.ts';

export const isZero = (size: Dim): boolean => size.terms.length === 0;

/** `34,826`, exact; an expression where sizes are open. */
export const grouped = (count: Dim): string => asInteger(count)?.toLocaleString('en-US') ?? display(count);

/** An expression longer than this makes a table that no terminal shows. */
const widestCell = 36;

/** The whole where it is short, else what counts most as the sizes grow; the total below is never shortened. */
export function inCell(size: Dim, text: (size: Dim) => string): string {
  const whole = text(size);
  if (whole.length <= widestCell) return whole;
  const degree = ({ factors }: Dim['terms'][number]): number => factors.reduce((sum, { power }) => sum + power, 0);
  const most = Math.max(...size.terms.map(degree));
  return `≈ ${text(sumTerms(size.terms.filter((term) => degree(term) === most)))}`;
}

/** `1.2 M`; an expression where sizes are open; nothing for 0. */
export function shortened(size: Dim): string {
  const value = asInteger(size);
  if (value === undefined) return display(size);
  return value === 0 ? '' : shortCount(value);
}

/** `84.5 KiB`; an expression where sizes are open; nothing for 0. */
export function bytes(size: Dim): string {
  const value = asInteger(size);
  if (value === undefined) return `${display(size)} B`;
  return value === 0 ? '' : shortBytes(value);
}
