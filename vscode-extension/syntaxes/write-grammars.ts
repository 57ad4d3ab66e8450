/** `npm run grammar`: writes the two grammars beside this file. A test compares them. */
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { markdownInjection, nnGrammar, type Grammar } from './text-mate-grammar.ts';

export const grammarFiles: Readonly<Record<string, () => Grammar>> = {
  'nn.tmLanguage.json': nnGrammar,
  'nn-markdown.tmLanguage.json': markdownInjection,
};

export const grammarText = (grammar: Grammar): Promise<string> =>
  format(JSON.stringify(grammar), { parser: 'json', printWidth: 120 });

if (process.argv[1] === import.meta.filename)
  for (const [name, grammar] of Object.entries(grammarFiles))
    writeFileSync(new URL(name, import.meta.url), await grammarText(grammar()));
