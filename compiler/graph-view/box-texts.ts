/** What is written in boxes, and how large boxes have to be for it. */
import { shortCount } from '../summary/units.ts';
import type { LeafBox, OpenBox } from './fold.ts';
import type { GraphView, ViewGroup, ViewNode, ViewSize } from './graph-view.ts';
import { textWidth } from './text-width.ts';

export const fontSizes = { title: 13, detail: 11, count: 10.5, edge: 10.5 } as const;

export interface LeafTexts {
  /** `box`: a name and what it is made of; `pill`: a function, in one line; `end`: an input, output, loss or weight. */
  readonly form: 'box' | 'pill' | 'end' | 'stack';
  readonly title: string;
  readonly detail: string;
  /** Parameters, in short. */
  readonly count: string;
  readonly width: number;
  readonly height: number;
}

/** Thousands in full, because people compare them with papers. */
export const parametersText = (parameters: ViewSize): string => {
  if (typeof parameters === 'string') return parameters;
  if (parameters === 0) return '';
  return parameters < 100_000 ? parameters.toLocaleString('en-US') : shortCount(parameters);
};

/** `34,826 parameters · 4.94 M FLOPs per example` */
export function totalsOf({ parameters, flops }: GraphView): string {
  const count = parametersText(parameters);
  const work = typeof flops === 'number' ? (flops === 0 ? '' : shortCount(flops)) : flops;
  return [count === '' ? 'no parameters' : `${count} parameters`, ...(work === '' ? [] : [`${work} FLOPs per example`])].join(' · '); // prettier-ignore
}

/** Where nothing else tells what the number is. */
export const countText = (count: string): string => (count === '' ? '' : `${count} parameters`);

/** `12 × PreNorm` where one round stands for all, else `4 rounds`. */
export function groupTitle({ label, rounds, alike, detail, kind }: ViewGroup, only?: ViewGroup): string {
  if (kind === 'round') return `round ${label}`;
  if (rounds === undefined) return label;
  return alike ? `${rounds} × ${only?.label ?? detail}` : `${rounds} rounds`;
}

export const groupDetail = ({ detail, alike }: ViewGroup, only?: ViewGroup): string =>
  only ? only.detail : alike ? '' : detail;

const sides = 14;

export function leafTexts(box: LeafBox): LeafTexts {
  if (box.group) return groupLeaf(box.group);
  return nodeLeaf(box.node!);
}

function groupLeaf(group: ViewGroup): LeafTexts {
  const [title, detail, count] = [groupTitle(group), groupDetail(group), parametersText(group.parameters)];
  const form = group.rounds === undefined ? 'box' : 'stack';
  return { form, title, detail, count, ...twoLines(title, detail, count, 18) };
}

function nodeLeaf({ kind, label, detail, parameters }: ViewNode): LeafTexts {
  const count = kind === 'layer' || kind === 'weight' ? parametersText(parameters) : '';
  if (kind === 'layer') return { form: 'box', title: label, detail, count, ...twoLines(label, detail, count, 0) };
  if (kind === 'function') {
    const width = textWidth(label, fontSizes.title) + (detail === '' ? 0 : 8 + textWidth(detail, fontSizes.detail, 'code')); // prettier-ignore
    return { form: 'pill', title: label, detail, count, width: Math.max(34, Math.ceil(width + 24)), height: 26 };
  }
  return { form: 'end', title: label, detail, count: '', ...twoLines(label, detail, '', 8) };
}

function twoLines(title: string, detail: string, count: string, extra: number): { readonly width: number; readonly height: number } {
  const first = textWidth(title, fontSizes.title, 'bold') + (count === '' ? 0 : 14 + textWidth(count, fontSizes.count));
  const second = textWidth(detail, fontSizes.detail, 'code');
  const width = Math.max(96, Math.ceil(Math.max(first, second) + 2 * sides + extra));
  return { width, height: detail === '' ? 32 : 46 };
} // prettier-ignore

export interface HeadTexts {
  readonly title: string;
  readonly detail: string;
  readonly count: string;
  /** Of title and detail. */
  readonly width: number;
  readonly countWidth: number;
}

/** What is written over an open group. */
export function headTexts({ group, only }: OpenBox): HeadTexts {
  const [title, detail, count] = [groupTitle(group, only), groupDetail(group, only), parametersText(group.parameters)];
  const second = detail === '' ? 0 : 8 + textWidth(detail, fontSizes.detail, 'code');
  const width = Math.ceil(textWidth(title, fontSizes.title, 'bold') + second);
  return { title, detail, count, width, countWidth: Math.ceil(textWidth(count, fontSizes.count)) };
}

/** Of the button that shows every round. */
export const roundsWidth = 38;

/** So that its head has room. */
export function frameWidth(box: OpenBox): number {
  const { width, countWidth } = headTexts(box);
  return width + countWidth + 56 + (box.group.alike ? roundsWidth : 0);
}
