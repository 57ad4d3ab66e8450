/** The parts of the page by their ids, and what is written into them. */
export const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
export const button = (id: string): HTMLButtonElement => element<HTMLButtonElement>(id);
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Writes only what is new: what reads the page aloud would say the same again and again. */
export function say(id: string, text: string): void {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}
