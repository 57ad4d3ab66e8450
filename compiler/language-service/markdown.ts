/** Pieces of Markdown for hovers and documentation. */
import { plainFormula } from '../explain/formula.ts';

/** `.nn` text in a box of its own. */
export const code = (...lines: readonly string[]): string => `\`\`\`nn\n${lines.join('\n')}\n\`\`\``;

/** A piece of `.nn` text inside a sentence. */
export const quoted = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

/** One below the other; what is empty is left out. */
export const paragraphs = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part.trim() !== '').join('\n\n');

/** What is at this place, and below a line what there is to say of it in general. */
export function withRule(above: string, below: string): string {
  return above === '' || below === '' ? `${above}${below}` : `${above}\n\n---\n\n${below}`;
}

/** On one line. */
export const inlineText = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Documentation with its formulas in plain letters, since editors show no TeX. */
export const proseOf = (markdown: string): string =>
  markdown.replaceAll(/(?<!\\)\$([^$]+)\$/g, (_, tex: string) => quoted(plainFormula(tex)));

/** With a capital letter in front, unless it begins with code. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
