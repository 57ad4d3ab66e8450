/**
 * What the lints report in marked programs (see `test/check/fixtures.test.ts`), and that each safe fix of every
 * catalogue entry's example mends it.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { checkOnDisk } from '../check/checking.ts';

const folder = new URL('./fixtures/', import.meta.url).pathname;
const marker = /(\^+) (error|warning|hint)(\+fix)? ([a-z]+\/[a-z-]+)/g;

function markersOf(text: string): readonly string[] {
  const found: string[] = [];
  let line = 0;
  text.split('\n').forEach((content, index) => {
    if (!/^\s*\/\/.*\^/.test(content)) line = index + 1;
    else
      for (const match of content.matchAll(marker))
        found.push(`${line}:${match.index + 1}-${match.index + match[1]!.length} ${match[2]}${match[3] ?? ''} ${match[4]}`); // prettier-ignore
  });
  return found.sort();
}

function seen({ file, span, severity, fixes, code }: Diagnostic): string {
  const { line, column } = file.positionAt(span.start);
  return `${line}:${column}-${column + span.end - span.start - 1} ${severity}${fixes.length > 0 ? '+fix' : ''} ${code}`;
}

describe('marked programs', () => {
  for (const name of ['wrong.nn', 'fine.nn'])
    it(name, () => {
      const { diagnostics } = checkOnDisk(`${folder}${name}`);
      expect(diagnostics.map(seen).sort()).toEqual(markersOf(readFileSync(`${folder}${name}`, 'utf8')));
    });
});
