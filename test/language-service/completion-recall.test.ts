/** What people went on to write in real programs is among what is offered there, and what they put behind `->` is near the top. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completions, Project } from '../../compiler/language-service/index.ts';
import { createNodeHost } from '../../compiler/project/node-host.ts';
import type { Node } from '../../grammar/ast.ts';
import { childrenOf } from '../../grammar/visit.ts';

const cases = new URL('../cases/', import.meta.url).pathname;
const programs = ['architectures', 'zoo', 'mistakes/good'].flatMap((folder) =>
  readdirSync(join(cases, folder))
    .filter((name) => name.endsWith('.nn'))
    .sort()
    .map((name) => join(cases, folder, name)),
);

interface Use {
  readonly name: string;
  readonly at: number;
  readonly isStage: boolean;
}

/** The names that are used, without those that are made: sizes of inputs are made where they are first written. */
function usesIn(node: Node, above?: Node): readonly Use[] {
  if (node.kind === 'Input') return node.defaultValue ? usesIn(node.defaultValue, node) : [];
  const use = (name: string, isStage = false): readonly Use[] => (name === '' ? [] : [{ name, at: node.span.start, isStage }]); // prettier-ignore
  if (node.kind === 'Name') return use(node.name, above?.kind === 'CallStage');
  const isUse = above?.kind === 'Argument' || above?.kind === 'Member' || above?.kind === 'TrainField';
  if (node.kind === 'Identifier') return isUse ? use(node.name) : [];
  return childrenOf(node).flatMap((child) => usesIn(child, node));
}

const every = 11;

describe('what programs go on with', () => {
  it('is offered, and first of all what flows on to', () => {
    const project = new Project(createNodeHost());
    const missing: string[] = [];
    const places: number[] = [];
    let count = 0;
    for (const path of programs) {
      const file = project.file(path)!;
      const { text } = file.source;
      const uses = file.units.flatMap(({ node }) => usesIn(node));
      for (const { name, at, isStage } of uses) {
        if (count++ % every !== 0) continue;
        // Half-written: the word is not there yet, nor the rest of its line.
        const end = text.indexOf('\n', at);
        project.setText(path, text.slice(0, at) + (end < 0 ? '' : text.slice(end)));
        const { items } = completions(project, path, at, { paths: [path] });
        const place = items.findIndex(({ label }) => label === name || label === `${name}:`);
        if (place < 0) missing.push(`${text.slice(Math.max(0, at - 40), at)}¦${name}`);
        if (isStage) places.push(place);
        project.setText(path, text);
      }
    }
    expect(missing).toEqual([]);
    expect(places.length).toBeGreaterThan(80);
    const among = (most: number): number => places.filter((place) => place < most).length / places.length;
    expect(among(3)).toBeGreaterThan(0.55);
    expect(among(12)).toBeGreaterThan(0.8);
  });
});
