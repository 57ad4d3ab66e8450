export type { Family, GraphView, ViewArgument, ViewEdge, ViewGroup, ViewNode, ViewSize, ViewSpan, ViewWeight } from './graph-view.ts'; // prettier-ignore
export { graphViews } from './view-of-model.ts';
