/** A picture as a Mermaid flowchart, which GitHub and many others draw in Markdown: groups are subgraphs. */
import { countText, headTexts, leafTexts } from './box-texts.ts';
import { seenGraph, type Box, type Folds, type LeafBox } from './fold.ts';
import { light } from './graph-style.ts';
import { families, type GraphView, type ViewNode } from './graph-view.ts';

/** In quotes Mermaid reads entities, Markdown and a few tags. */
const quoted = (...texts: readonly string[]): string =>
  `"${texts
    .filter((text) => text !== '')
    .map((text) =>
      text
        .replaceAll('&', '&amp;')
        .replaceAll('"', '&quot;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('`', "'")
        .replaceAll('**', '*\u200b*'),
    ) // prettier-ignore
    .join('<br>')}"`;

export function mermaidText(view: GraphView, folds: Folds): string {
  const seen = seenGraph(view, folds);
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    const name = names.get(id) ?? `n${names.size}`;
    names.set(id, name);
    return name;
  };
  const classes = new Set<string>();
  const boxes = seen.boxes.flatMap((box) => boxLines(box, '  ', nameOf, classes));
  const edges = seen.edges.map(({ from, to, type }) => `  ${nameOf(from)} -->|${quoted(type)}| ${nameOf(to)}`);
  return `flowchart TB\n${[...boxes, ...edges, ...styles(classes)].join('\n')}\n`;
}

function boxLines(box: Box, indent: string, nameOf: (id: string) => string, classes: Set<string>): readonly string[] {
  // prettier-ignore
  const name = nameOf(box.id);
  if (box.kind === 'leaf') {
    const style = classOf(box);
    if (style !== undefined) classes.add(style);
    return [`${indent}${name}${shaped(box)}${style === undefined ? '' : `:::${style}`}`];
  }
  const { title, detail, count } = headTexts(box);
  return [
    `${indent}subgraph ${name} [${quoted([title, detail, countText(count)].filter((text) => text !== '').join(' · '))}]`,
    ...box.children.flatMap((child) => boxLines(child, `${indent}  `, nameOf, classes)),
    `${indent}end`,
  ];
}

function shaped(box: LeafBox): string {
  const { form, title, detail, count } = leafTexts(box);
  if (form === 'pill') return `(${quoted([title, detail].filter((text) => text !== '').join(' '))})`;
  const text = quoted(title, detail, countText(count));
  return form === 'stack' ? `[[${text}]]` : form === 'end' ? `([${text}])` : `[${text}]`;
}

function classOf({ node }: LeafBox): string | undefined {
  if (!node) return undefined;
  const { kind, family }: ViewNode = node;
  return kind === 'layer' || kind === 'function' ? family : undefined;
}

const styles = (used: ReadonlySet<string>): readonly string[] =>
  families
    .filter((family) => used.has(family))
    .map((family) => {
      const { fill, line } = light.families[family];
      return `  classDef ${family} fill:${fill},stroke:${line},color:${light.text}`;
    });
