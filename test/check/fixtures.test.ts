/**
 * Programs with their diagnostics marked below the blamed text, matched both ways:
 *
 *     output y = x -> Dens(3)
 *     //              ^^^^ error+fix name/unknown-layer
 *
 * `+fix` says that a fix is attached. A span of several lines is marked to the end of its first line. Diagnostics in
 * imported files are matched by the markers of those files. Lints have their own tests.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { checkOnDisk } from './checking.ts';

const folder = new URL('./fixtures/', import.meta.url).pathname;
const marker = /(\^+) (error|warning|hint)(\+fix)? ([a-z]+\/[a-z-]+)/g;

/** `4:16-20 error+fix name/unknown-layer` for every marker, in order. */
function markersOf(text: string): readonly string[] {
  const found: string[] = [];
  let line = 0;
  text.split('\n').forEach((content, index) => {
    if (!/^\s*\/\/.*\^/.test(content)) line = index + 1;
    else
      for (const match of content.matchAll(marker))
        found.push(
          `${line}:${match.index + 1}-${match.index + match[1]!.length} ${match[2]}${match[3] ?? ''} ${match[4]}`,
        );
  });
  return found.sort();
}

function seen(diagnostic: Diagnostic): string {
  const { file, span, severity, fixes, code } = diagnostic;
  const { line, column } = file.positionAt(span.start);
  const firstLine = file.lineText(line);
  const end = Math.min(column + Math.max(1, span.end - span.start) - 1, firstLine.trimEnd().length);
  return `${line}:${column}-${end} ${severity}${fixes.length > 0 ? '+fix' : ''} ${code}`;
}

describe('marked programs', () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.nn')))
    it(name, () => {
      const path = `${folder}${name}`;
      const { diagnostics } = checkOnDisk(path);
      const own = diagnostics.filter((d) => d.file.path === path && !d.code.startsWith('lint/'));
      expect(own.map(seen).sort()).toEqual(markersOf(readFileSync(path, 'utf8')));
    });
});
