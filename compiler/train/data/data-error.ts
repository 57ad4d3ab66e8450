/**
 * Something is wrong with the data: says which file, which column and line, what was expected, what to do.
 */
import { UserError } from '../../project/user-error.ts';

export const dataError = (file: string, message: string, help?: string): UserError =>
  new UserError(`${file}: ${message}`, help, 'files');

/** `3, 17 and 40`, cut after five. */
export function listed(items: readonly (string | number)[], most = 5): string {
  const shown = items.slice(0, most).map(String);
  if (items.length > most) return `${shown.join(', ')} and ${items.length - most} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
