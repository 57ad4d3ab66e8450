/** Pictures as text: Graphviz and Mermaid against goldens, SVG by a parser. */
import { readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { allOpen, defaultFolds, everything } from '../../compiler/graph-view/default-folds.ts';
import { dotText } from '../../compiler/graph-view/dot.ts';
import { seenGraph, type Folds } from '../../compiler/graph-view/fold.ts';
import type { GraphView } from '../../compiler/graph-view/index.ts';
import { mermaidText } from '../../compiler/graph-view/mermaid.ts';
import { svgText } from '../../compiler/graph-view/svg.ts';
import { itMatchesGoldens } from '../emit/golden-files.ts';
import { viewOf } from './views.ts';

const example = (path: string): GraphView =>
  viewOf(readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8'));

/** Everything in it that a format may stumble over. */
const awkward = viewOf(`block Step(scale = 1.5) { input x: [n, 4]  output y = x -> Dense(4) -> relu -> add(x * scale) }
model Awkward(heads = 2) {
  input tokens: int32[n]
  layer embed = Embedding(10, 4)
  weight positions: [16, 4]
  let x = embed(tokens) + positions[:n] -> repeat 3 { Step } -> rearrange("n (h d) -> h n d", h: heads) -> rearrange("h n d -> n (h d)", h: heads)
  loss small = mean(x ** 2)
  output y = x
}`); // prettier-ignore

describe('goldens', () => {
  const programs = { iris: example('iris/iris.nn'), digits: example('mnist/digits.nn'), awkward };
  const files = Object.entries(programs).flatMap(([name, view]) => [
    [`${name}.dot`, dotText(view, defaultFolds(view))] as const,
    [`${name}.mmd`, mermaidText(view, defaultFolds(view))] as const,
  ]);
  itMatchesGoldens('graph', new Map(files));
});

interface Read {
  readonly elements: readonly string[];
  readonly texts: readonly string[];
}

/** Throws where it is not well-formed. */
function readSvg(svg: string): Read {
  const elements: string[] = [];
  const texts: string[] = [];
  const open: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, uri }) => {
    expect(uri).toBe('http://www.w3.org/2000/svg');
    elements.push(local);
    open.push('');
  });
  parser.on('text', (text) => {
    if (open.length > 0) open[open.length - 1] += text;
  });
  parser.on('closetag', ({ local }) => {
    const text = open.pop()!;
    if (local === 'text' || local === 'tspan') texts.push(text);
    if (local === 'tspan') open[open.length - 1] += ` ${text}`;
  });
  parser.write(svg).close();
  return { elements, texts };
}

describe('svg', () => {
  const views = [awkward, example('vae/vae.nn'), example('unet/unet.nn')];
  const ways: readonly (readonly [string, (view: GraphView) => Folds])[] = [
    ['as it is at first', defaultFolds],
    ['all open', () => allOpen],
    ['every round', everything],
  ];

  it.each(ways)('%s: well-formed, with every name and every shape that is seen', (_, foldsOf) => {
    for (const view of views) {
      const folds = foldsOf(view);
      const { texts } = readSvg(svgText(view, folds));
      const seen = seenGraph(view, folds);
      const all = texts.join('\n');
      const shown = new Set(seen.leafOf.values());
      for (const { id, label, detail } of view.nodes) {
        if (!shown.has(id)) continue;
        expect(all).toContain(label);
        expect(all).toContain(detail);
      }
      for (const { type } of seen.edges) expect(texts).toContain(type);
    }
  });

  it('stands alone', () => {
    const svg = svgText(awkward, allOpen);
    expect(svg).not.toMatch(/href|url\(|@import|<script|var\(/);
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    expect(svg).toContain('aria-label="The model Awkward(heads: 2): ');
  });

  it('keeps everything inside', () => {
    const svg = svgText(views[2]!, allOpen);
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
    const [, left, top] = /translate\((-?\d+) (\d+)\)/.exec(svg)!.map(Number);
    const bodies = [
      ...svg.matchAll(/class="(?:body|frame)[^"]*" x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g),
    ].map((found) => found.slice(1).map(Number));
    expect(bodies.length).toBeGreaterThan(40);
    for (const [x, y, w, h] of bodies) {
      expect(left! + x!).toBeGreaterThanOrEqual(0);
      expect(left! + x! + w!).toBeLessThanOrEqual(width!);
      expect(top! + y!).toBeGreaterThan(0);
      expect(top! + y! + h!).toBeLessThanOrEqual(height!);
    }
  });
});
