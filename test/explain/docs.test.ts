/** The generated pages are those of the definitions and the catalogue. `npm run docs` brings them up to date. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatted } from '../../docs/format.ts';
import { libraryReports } from '../../docs/known-mistakes.ts';
import { measuredPages } from '../../docs/measured.ts';
import { pages } from '../../docs/pages.ts';
import { pictures } from '../../docs/pictures.ts';

const folder = new URL('../../docs/', import.meta.url);
const all = pages();

describe('docs', () => {
  for (const [path, text] of all)
    it(`${path} is up to date (npm run docs)`, async () => {
      const file = new URL(path, folder);
      expect(existsSync(file)).toBe(true);
      expect(readFileSync(file, 'utf8')).toBe(await formatted(text));
    });

  for (const [path, text] of measuredPages())
    it(`${path} has the times of bench/results.json (npm run docs)`, async () => {
      expect(text).toContain('<!-- bench:');
      expect(readFileSync(new URL(path, folder), 'utf8')).toBe(await formatted(text));
    });

  for (const [path, svg] of pictures())
    it(`${path} is up to date (npm run docs)`, () => {
      expect(readFileSync(new URL(path, folder), 'utf8')).toBe(svg);
    });

  it('has no page that nothing generates', () => {
    const found = ['errors', 'layers', 'functions', 'reference'].flatMap((part) => readdirSync(new URL(part, folder)).map((name) => `${part}/${name}`)); // prettier-ignore
    expect(found.filter((path) => !all.has(path))).toEqual([]);
  });

  it('links lead somewhere', () => {
    for (const [path, text] of all)
      for (const [, target, anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
        const file = new URL(target === '' ? path : target!, new URL(path, folder));
        const at = target === '' ? new URL(path, folder) : file;
        expect(existsSync(at), `${path}: ${target}`).toBe(true);
        if (anchor) expect(readFileSync(at, 'utf8').toLowerCase().replaceAll('/', '').replaceAll('`', ''), `${path}: ${anchor}`).toContain(`## ${anchor}`); // prettier-ignore
      }
  });

  it('tells of every collected mistake what the library said', () => {
    const casesIn = (where: string) => JSON.parse(readFileSync(new URL(`../cases/${where}/expected.json`, import.meta.url), 'utf8')) as readonly { readonly id: string; readonly source: string }[]; // prettier-ignore
    const cases = ['bugs', 'mistakes'].flatMap(casesIn).filter(({ source }) => source !== 'own');
    expect(Object.keys(libraryReports).sort()).toEqual(cases.map(({ id }) => id).sort());
    expect(all.get('real-mistakes.md')).not.toMatch(/not known|\| nothing \|/);
  });
});
