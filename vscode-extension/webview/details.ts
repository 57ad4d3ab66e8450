/** What there is to say of one box that its few words leave out, as rows of a list. */
import { groupDetail, groupTitle, parametersText } from '../../compiler/graph-view/box-texts.ts';
import type { GraphView, ViewSize } from '../../compiler/graph-view/graph-view.ts';
import { shortCount } from '../../compiler/summary/units.ts';

const workText = (flops: ViewSize): string =>
  typeof flops === 'string' ? flops : flops === 0 ? '' : shortCount(flops);

/** `dt` and `dd` elements; none for what is no part of the graph. */
export function detailsOf(view: GraphView, id: string | undefined): readonly HTMLElement[] {
  const node = view.nodes.find((one) => one.id === id);
  if (node) {
    const name = [node.label, node.path].filter((text) => text !== undefined && text !== '').join('  ');
    return rows([
      [node.kind, name],
      ['', node.summary ?? ''],
      ...node.arguments.map(({ name: argument, value }): [string, string] => [argument, value]),
      ['gives', (node.kind === 'output' || node.kind === 'loss' ? [node.detail] : node.results).join(', ')],
      ['parameters', parametersText(node.parameters)],
      ['FLOPs', workText(node.flops)],
    ]);
  }
  const group = view.groups.find((one) => one.id === id);
  if (!group) return [];
  return rows([
    [group.kind === 'layers' ? 'layers' : group.kind, groupTitle(group)],
    ['', groupDetail(group)],
    ['parameters', parametersText(group.parameters)],
    ['FLOPs', workText(group.flops)],
    ['', group.alike ? 'All rounds are alike; R shows each of them.' : ''],
  ]);
}

const rows = (pairs: readonly (readonly [string, string])[]): readonly HTMLElement[] =>
  pairs.filter(([, text]) => text !== '').flatMap(([name, text]) => [element('dt', name), element('dd', text)]);

function element(tag: 'dt' | 'dd', text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
