/**
 * Views → one page that needs nothing else: the editor's page of the model graph, with its script, style sheet and data
 * written into it. It is built with the command line, into `dist/webview/`.
 */
import { readFileSync } from 'node:fs';
import { bug } from '../diagnostics/diagnostic.ts';
import { escaped } from '../graph-view/draw.ts';
import type { Folds } from '../graph-view/fold.ts';
import type { GraphView } from '../graph-view/graph-view.ts';

export function htmlText(views: readonly GraphView[], foldsOf: ((view: GraphView) => Folds) | undefined): string {
  const folds = foldsOf && Object.fromEntries(views.map((view) => [view.name, Object.fromEntries(foldsOf(view))]));
  const data = JSON.stringify({ type: 'graph', view: views, ...(folds ? { folds } : {}) });
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
<script type="application/json" id="nn-graph">${data.replaceAll('<', '\\u003c')}</script>
<script>${builtText('graph.js').replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

/** In the build this file is one folder further away than in the sources. */
function builtText(name: string): string {
  for (const folder of ['../../webview/', '../../dist/webview/']) {
    try {
      return readFileSync(new URL(folder + name, import.meta.url), 'utf8');
    } catch {
      continue;
    }
  }
  return bug(`its page of the graph is missing: ${name}`);
}
