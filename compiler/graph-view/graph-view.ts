/**
 * A model as a picture, as plain data: what `nn graph --json` prints and the editor's page is sent. It is complete and says
 * nothing of what is folded or where things stand; `fold.ts` and `layout.ts` do.
 *
 * Ids are paths through the groups (`repeat/0/PreNorm/dense`): the same part of a program keeps its id while the text
 * around it is edited, and of a loop's rounds all but the index is alike.
 */

/** A number, or an expression in sizes that the model leaves open. */
export type ViewSize = number | string;

/** Offsets in UTF-16 units. */
export interface ViewSpan {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** What something is coloured by. */
export type Family = (typeof families)[number];
export const families = [
  'convolution',
  'dense',
  'embedding',
  'attention',
  'recurrent',
  'normalization',
  'activation',
  'pooling',
  'merging',
  'reshaping',
  'regularization',
  'other',
] as const;

export interface ViewArgument {
  readonly name: string;
  /** In `.nn` syntax. */
  readonly value: string;
}

export interface ViewNode {
  readonly id: string;
  readonly kind: 'input' | 'output' | 'loss' | 'layer' | 'function' | 'weight';
  readonly family: Family;
  /** `Conv2D`, `relu`, `+`; the name of an input, output, loss or weight. */
  readonly label: string;
  /** What matters of its arguments, `64, 7×7, strides 2`; the type of an input, output or weight. */
  readonly detail: string;
  /** The layer's path, or the weight's. */
  readonly path?: string;
  /** The innermost group that it stands in. */
  readonly group?: string;
  /** Types of its results, without the batch. */
  readonly results: readonly string[];
  /** Those that are not the defaults. */
  readonly arguments: readonly ViewArgument[];
  /** Paths of the weights that it uses. */
  readonly weights: readonly string[];
  /** Numbers in them. */
  readonly parameters: ViewSize;
  /** Per example. */
  readonly flops: ViewSize;
  /** One line of what it does. */
  readonly summary?: string;
  /** The stage, call or statement. */
  readonly source: ViewSpan;
}

export interface ViewGroup {
  readonly id: string;
  readonly kind: 'block' | 'layers' | 'loop' | 'round';
  /** `Bottleneck`, `tower`, `repeat`; of a round its number, from 1. */
  readonly label: string;
  /** Arguments of a block; what is in the rounds of a loop. */
  readonly detail: string;
  readonly group?: string;
  /** Of loops: how many, and whether all are alike but for their weights, so that one stands for all. */
  readonly rounds?: number;
  readonly alike?: boolean;
  /** Of all weights that are used in it, each once. */
  readonly parameters: ViewSize;
  readonly flops: ViewSize;
  /** The stage that uses it, and the block's declaration. */
  readonly source: ViewSpan;
  readonly declared?: ViewSpan;
}

export interface ViewEdge {
  /** Ids of nodes. */
  readonly from: string;
  /** Which of its results. */
  readonly result: number;
  readonly to: string;
  /** `[26, 26, 32]`; with the dtype where that is not float32. */
  readonly type: string;
}

export interface ViewWeight {
  readonly path: string;
  readonly shape: string;
  readonly parameters: ViewSize;
  readonly trainable: boolean;
}

export interface GraphView {
  /** `Digits`; of a member `VAE.decoder`. */
  readonly name: string;
  /** With its arguments: `Digits(classes: 10)`. */
  readonly title: string;
  readonly doc?: string;
  readonly parameters: ViewSize;
  readonly flops: ViewSize;
  /** In `.nn` syntax. */
  readonly requirements: readonly string[];
  readonly source: ViewSpan;
  /** In the order of the text. */
  readonly nodes: readonly ViewNode[];
  /** Outer ones before what is in them. */
  readonly groups: readonly ViewGroup[];
  readonly edges: readonly ViewEdge[];
  readonly weights: readonly ViewWeight[];
}

/** The same with files called as the reader knows them. */
export function withFiles(view: GraphView, display: (path: string) => string): GraphView {
  const shown = (span: ViewSpan): ViewSpan => ({ ...span, file: display(span.file) });
  return {
    ...view,
    source: shown(view.source),
    nodes: view.nodes.map((node) => ({ ...node, source: shown(node.source) })),
    groups: view.groups.map((group) => ({
      ...group,
      source: shown(group.source),
      ...(group.declared ? { declared: shown(group.declared) } : {}),
    })),
  };
}
