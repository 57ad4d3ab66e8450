/** What the page of the model graph and whoever shows it say to each other; how to show it is told in `main.ts`. */
import type { Fold } from '../../compiler/graph-view/fold.ts';
import type { GraphView } from '../../compiler/graph-view/graph-view.ts';

export interface GraphMessage {
  readonly type: 'graph';
  /** Several get a picker; the one that is shown stays, if it is still there. */
  readonly view: GraphView | readonly GraphView[];
  /** The name of the one to show, where that is to change. */
  readonly show?: string;
  /** What is folded at first, by the names of views and the ids of groups; what the reader has folded wins. */
  readonly folds?: Readonly<Record<string, Readonly<Record<string, Fold>>>>;
}

/** Where the cursor is: the innermost part of the graph there is marked and brought into view; the focus stays where it is. */
export interface SelectMessage {
  readonly type: 'select';
  readonly file: string;
  readonly offset: number;
}

/** Why there is no graph, or none of the text as it is now: shown above the last one, which is dimmed. */
export interface TextMessage {
  readonly type: 'message';
  readonly text: string;
}

export type ToPage = GraphMessage | SelectMessage | TextMessage;

/** The page is there and listens. */
export interface ReadyMessage {
  readonly type: 'ready';
}

/** The reader has chosen a part of the graph: its text is to be shown. */
export interface RevealMessage {
  readonly type: 'reveal';
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export type FromPage = ReadyMessage | RevealMessage;
