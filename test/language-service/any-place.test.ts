/**
 * Whatever stands in a text and wherever the cursor is, nothing throws, and what is said lies inside the text. Programs
 * of the cases, whole, cut off, and with pieces taken out and put in.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  codeLenses,
  hover,
  inlayHints,
  resolveCodeLens,
  signatureHelp,
  type Project,
} from '../../compiler/language-service/index.ts';
import { projectWith } from './marked.ts';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Each gives the places that it speaks of. */
const questions: Readonly<Record<string, (project: Project, path: string, at: number) => readonly Span[]>> = {
  hover: (project, path, at) => {
    const found = hover(project, path, at);
    expect(found?.markdown.trim()).not.toBe('');
    expect(found?.markdown ?? '').not.toMatch(/undefined|\[object|NaN/);
    return found ? [found.span] : [];
  },
  'signature help': (project, path, at) => {
    const [signature] = signatureHelp(project, path, at)?.signatures ?? [];
    const { label = '', parameters = [], activeParameter = 0 } = signature ?? {};
    for (const { span } of parameters) expect(label.slice(span.start, span.end)).not.toBe('');
    expect(activeParameter).toBeLessThan(Math.max(1, parameters.length));
    return [];
  },
};

const folder = new URL('../cases/', import.meta.url).pathname;
const programs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.nn'));

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state;
  }
}

const pieces = ['(', ')', '{', '}', '"', ' -> ', ', ', ': ', '[', 'Conv2D(', ' repeat ', '// ', 'x', '3'];

/** A piece taken out and another put in, three times. */
function mutated(text: string, random: Generator<number, never>): string {
  let result = text;
  for (let i = 0; i < 3; i++) {
    const at = random.next().value % (result.length + 1);
    const removed = random.next().value % 8;
    result = result.slice(0, at) + pieces[random.next().value % pieces.length]! + result.slice(at + removed);
  }
  return result;
}

function askAll(text: string, places: readonly number[], what: string): void {
  const path = '/a.nn';
  const project = projectWith({ [path]: text });
  for (const hint of inlayHints(project, path, { start: 0, end: text.length }, { shapes: true, rounds: true, parameterNames: 'all' })) {
    expect(hint.offset).toBeGreaterThanOrEqual(0);
    expect(hint.offset).toBeLessThanOrEqual(text.length);
  }
  for (const lens of codeLenses(project, path)) {
    expect(text.slice(lens.span.start, lens.span.end)).toBe(lens.name);
    expect(resolveCodeLens(project, lens).title).not.toMatch(/^$|undefined|NaN/);
  }
  for (const at of places)
    for (const [name, ask] of Object.entries(questions))
      try {
        for (const { start, end } of ask(project, path, at)) expect(start <= at && at <= end && end <= text.length).toBe(true);
      } catch (cause) {
        throw new Error(`${name} at ${at} of ${what}:\n${text.slice(0, at)}¦${text.slice(at)}`, { cause });
      }
} // prettier-ignore

it('answers at any place of any program', () => {
  const random = numbers(7);
  for (const [i, path] of programs.entries()) {
    const text = readFileSync(folder + path, 'utf8');
    const places = (count: number, length: number): readonly number[] => Array.from({ length: count }, () => random.next().value % (length + 1)); // prettier-ignore
    if (i % 6 === 2) askAll(text, places(30, text.length), path);
    if (i % 6 === 0) {
      const cut = text.slice(0, random.next().value % (text.length + 1));
      askAll(cut, [...places(5, cut.length), cut.length], `${path}, cut off`);
    }
    if (i % 6 === 1) {
      const other = mutated(text, random);
      askAll(other, places(15, other.length), `${path}, mutated`);
    }
  }
});
