/**
 * Tables of measured times in pages that are otherwise written by hand: what lies between `<!-- bench:NAME -->` and
 * `<!-- /bench:NAME -->` comes from `bench/results.json`.
 */
import { readFileSync } from 'node:fs';
import { readResults, type Results } from '../bench/results.ts';
import { briefCells, cellsOf, circumstances, reasonsOf, tableNames } from '../bench/tables.ts';

const pagesWithTables = ['performance.md', '../README.md'];

/** Those pages by their path below `docs/`, with the tables as they are now, not yet formatted. */
export function measuredPages(results = readResults()): ReadonlyMap<string, string> {
  const blocks = blocksOf(results);
  return new Map(pagesWithTables.map((path) => [path, withBlocks(readFileSync(new URL(path, import.meta.url), 'utf8'), blocks)])); // prettier-ignore
}

function blocksOf(results: Results): ReadonlyMap<string, string> {
  const blocks = new Map<string, string>([
    ['machine', circumstances(results)],
    ['brief', markdown(briefCells(results))],
  ]);
  for (const name of tableNames) {
    const reasons = reasonsOf(results, name).map((line) => `- ${line}`);
    blocks.set(name, [markdown(cellsOf(results, name)), reasons.join('\n')].join('\n\n').trim());
  }
  return blocks;
}

/** Times stand to the right. */
function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const sides = head.map((name, i) => (i === 0 || name === 'aim' || name === 'on' ? ':--' : '--:'));
  return [head, sides, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @throws Error for a name that nothing is measured under, and where an end is missing. */
function withBlocks(page: string, blocks: ReadonlyMap<string, string>): string {
  const marked = /<!-- bench:(\w+) -->[^]*?<!-- \/bench:\1 -->/g;
  if (page.match(marked)?.length !== page.match(/<!-- bench:/g)?.length)
    throw new Error('A table that begins with <!-- bench:NAME --> ends with <!-- /bench:NAME -->.');
  return page.replaceAll(marked, (_, name: string) => {
    const block = blocks.get(name);
    if (block === undefined) throw new Error(`bench/results.json has no ${name}.`);
    return `<!-- bench:${name} -->\n\n${block}\n\n<!-- /bench:${name} -->`;
  });
}
