/** A picture as a graph for Graphviz: groups are clusters, shapes stand on the edges. */
import { countText, headTexts, leafTexts } from './box-texts.ts';
import { seenGraph, type Box, type Folds, type LeafBox } from './fold.ts';
import { light } from './graph-style.ts';
import type { GraphView, ViewNode } from './graph-view.ts';

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const lines = (...texts: readonly string[]): string =>
  `"${texts.filter((text) => text !== '').map((text) => quoted(text).slice(1, -1)).join('\\n')}"`; // prettier-ignore

export function dotText(view: GraphView, folds: Folds): string {
  const seen = seenGraph(view, folds);
  const edges = seen.edges.map(({ from, to, type }) => `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(type)}];`);
  return `digraph ${quoted(view.name)} {
  graph [label=${quoted(view.title)}, labelloc=t, labeljust=l, fontname="Helvetica", fontsize=15, ranksep=0.35, nodesep=0.3];
  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, height=0.35, color="${light.endLine}", fillcolor="${light.end}", fontcolor="${light.text}"];
  edge [fontname="Courier", fontsize=9, color="${light.wire}", fontcolor="${light.faint}", arrowsize=0.6];
${seen.boxes.flatMap((box) => boxLines(box, '  ', 0)).join('\n')}
${edges.join('\n')}
}
`;
}

function boxLines(box: Box, indent: string, depth: number): readonly string[] {
  if (box.kind === 'leaf') return [`${indent}${quoted(box.id)} [${attributes(box).join(', ')}];`];
  const { title, detail, count } = headTexts(box);
  return [
    `${indent}subgraph ${quoted(`cluster_${box.id}`)} {`,
    `${indent}  graph [label=${lines([title, detail].filter((text) => text !== '').join('  '), countText(count))}, labelloc=t, labeljust=l, fontsize=11, style="rounded,filled", color="${light.frameLine}", fillcolor="${light.frames[depth % 2]}"];`,
    ...box.children.flatMap((child) => boxLines(child, `${indent}  `, depth + 1)),
    `${indent}}`,
  ];
}

function attributes(box: LeafBox): readonly string[] {
  const { title, detail, count, form } = leafTexts(box);
  const label = form === 'pill' ? lines([title, detail].filter((text) => text !== '').join(' ')) : lines(title, detail, countText(count)); // prettier-ignore
  const style = box.node ? styleOf(box.node) : form === 'stack' ? ['peripheries=2'] : [];
  return [`label=${label}`, ...style];
}

function styleOf({ kind, family }: ViewNode): readonly string[] {
  if (kind === 'weight') return ['style="rounded,dashed"'];
  if (kind === 'loss') return [`color="${light.loss}"`];
  if (kind === 'input' || kind === 'output') return ['shape=oval', 'style=filled'];
  const { fill, line } = light.families[family];
  return [`fillcolor="${fill}"`, `color="${line}"`];
}
