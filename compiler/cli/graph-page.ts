/**
 * Views → one page that needs nothing else: the editor's page of the model graph, with its script, style sheet and data
 * written into it. It is built with the command line, into `dist/webview/`.
 */
import { escaped } from '../graph-view/draw.ts';
import type { Folds } from '../graph-view/fold.ts';
import type { GraphView } from '../graph-view/graph-view.ts';
import { builtText, dataText, scriptText } from '../project/built-text.ts';

export function htmlText(views: readonly GraphView[], foldsOf: ((view: GraphView) => Folds) | undefined): string {
  const folds = foldsOf && Object.fromEntries(views.map((view) => [view.name, Object.fromEntries(foldsOf(view))]));
  const data = { type: 'graph', view: views, ...(folds ? { folds } : {}) };
  const title = views.find(({ name }) => !name.includes('.'))?.title ?? views[0]!.title;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${builtText('graph.css')}</style>
</head>
<body>
<script type="application/json" id="nn-graph">${dataText(data)}</script>
<script>${scriptText('graph.js')}</script>
</body>
</html>
`;
}
