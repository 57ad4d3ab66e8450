import { describe, expect, it } from 'vitest';
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import { checkText } from './checking.ts';

describe('every catalogue entry', () => {
  for (const [slug, { example, summary, explanation, severity }] of catalogue) {
    it(`${slug} has an example that gives exactly it, and one that gives nothing`, () => {
      const bad = checkText(example.bad).diagnostics;
      expect(bad.map((d) => d.code)).toEqual([slug]);
      expect(bad[0]!.severity).toBe(severity);
      expect(bad[0]!.message.length).toBeGreaterThan(10);
      expect(checkText(example.good).diagnostics.map((d) => `${d.code}: ${d.message}`)).toEqual([]);
      expect(summary).toMatch(/\.$/);
      expect(explanation.length).toBeGreaterThan(20);
    });

    it(`${slug}: each fix removes the problem and adds none`, () => {
      const [diagnostic] = checkText(example.bad).diagnostics;
      for (const fix of diagnostic!.fixes) {
        const edits = [...fix.edits].sort((a, b) => b.span.start - a.span.start);
        const fixed = edits.reduce(
          (text, e) => text.slice(0, e.span.start) + e.newText + text.slice(e.span.end),
          example.bad,
        );
        expect(checkText(fixed).diagnostics.filter((d) => d.code === slug)).toEqual([]);
      }
    });
  }
});
