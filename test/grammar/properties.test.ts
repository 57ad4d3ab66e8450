/** What holds for any text: parsing never throws, and spans fit the text and each other. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { childrenOf, type Node } from '../../grammar/index.ts';
import { lex } from '../../grammar/lexer.ts';
import { NnParser } from '../../grammar/parser.ts';
import { SourceFile } from '../../grammar/source.ts';
import { KEYWORDS, VOCABULARY } from '../../grammar/tokens.ts';
import { caseFiles, caseText, parseText } from './helpers.ts';

function checkSpans(node: Node, text: string): void {
  let before = node.span.start;
  for (const child of childrenOf(node)) {
    const { start, end } = child.span;
    const isInside = node.span.start <= start && start <= end && end <= node.span.end;
    if (!isInside)
      throw new Error(`${child.kind} ${start}–${end} is not inside ${node.kind} ${node.span.start}–${node.span.end}`);
    // The value of a shorthand argument has the place of its label; declarations in bodies are kept beside them.
    if (node.kind !== 'Argument' && node.kind !== 'File' && start < before)
      throw new Error(`${child.kind} overlaps in ${node.kind}`);
    before = end;
    if ((child.kind === 'Name' || child.kind === 'Identifier') && text.slice(start, end) !== child.name) {
      throw new Error(`${child.name} is not what stands at its place: ${text.slice(start, end)}`);
    }
    checkSpans(child, text);
  }
}

function check(text: string): void {
  const { file, problems } = parseText(text);
  checkSpans(file, text);
  for (const { span, related, fixes } of problems) {
    for (const { start, end } of [
      span,
      ...related.map((r) => r.span),
      ...(fixes ?? []).flatMap((f) => f.edits.map((e) => e.span)),
    ]) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(end).toBeLessThanOrEqual(text.length);
    }
  }
}

const words = [
  ...KEYWORDS, ...VOCABULARY.operators, ...VOCABULARY.punctuation, 'x', 'relu', 'Dense', 'A', '_', '3', '0.5', '"s"',
  '\n', '\n  ', "'q'", '"', '# c', '// c\n', '/// d\n', '/*', ';', '3x', 'é', '?', '&', '=>', 'return', 'def',
]; // prettier-ignore
const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(' '));

describe('any text', () => {
  test('parses', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 500 });
    fc.assert(fc.property(fc.string({ maxLength: 200 }), check), { numRuns: 500 });
  });

  test('of tokens parses', () => {
    fc.assert(fc.property(soup, check), { numRuns: 1500 });
    fc.assert(
      fc.property(soup, (text) => check(`model M {\n  input x: [3]\n  ${text}\n}`)),
      { numRuns: 1500 },
    );
  });

  test('that is hopelessly deep or long parses', () => {
    const times = 3000;
    for (const part of ['(', '[', '{', 'f(', '-', '!', '3 ** ', '3 + ', 'if a { 1 } else ', 'x -> repeat 3 { ']) {
      check(`model A { let a = ${part.repeat(times)}`);
    }
    for (const part of ['[0]', '.a', '(b)', ' -> f', ' a', ' relu\n'])
      check(`model A { let a = x${part.repeat(times)} }`);
    for (const part of ['const a: (', 'const a: int[][]', 'model A {', 'block ', '} ', 'let '])
      check(part.repeat(times));
  });
});

describe('case files', () => {
  test.each(caseFiles)('%s has no problem', (path) => {
    const text = caseText(path);
    expect(parseText(text).problems).toEqual([]);
    check(text);
  });

  test('changed at random still parse', () => {
    const texts = caseFiles.map(caseText);
    const change = fc.record({
      text: fc.constantFrom(...texts),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(12),
      added: fc.constantFrom('', ...words),
    });
    const property = fc.property(change, ({ text, at, removed, added }) => {
      const offset = Math.floor(at * text.length);
      check(`${text.slice(0, offset)}${added}${text.slice(offset + removed)}`);
      check(text.slice(0, offset));
    });
    fc.assert(property, { numRuns: 1500 });
  });
});

describe('the grammar', () => {
  test('is unambiguous with two tokens of lookahead', () => {
    expect(() => new NnParser(false)).not.toThrow();
  });

  test('keeps nothing from one file to the next', () => {
    const good = 'model M { let y = 3 }';
    const before = parseText(good);
    parseText('model M { let y = f((("');
    expect(parseText(good)).toEqual(before);
  });

  test('loses no character: tokens, comments and what is skipped make up the text', () => {
    for (const path of caseFiles) {
      const text = caseText(path);
      const { tokens, comments } = lex(new SourceFile(path, text));
      const rest = [...text];
      for (const token of tokens) rest.fill(' ', token.startOffset, token.startOffset + token.image.length);
      for (const { span } of comments) rest.fill(' ', span.start, span.end);
      expect(rest.join('').trim()).toBe('');
    }
  });
});
