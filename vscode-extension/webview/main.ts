/**
 * The page of the model graph. It needs a document with a `body`, this bundle and its style sheet, nothing else:
 *
 *     <link rel="stylesheet" href="graph.css"> … <body><script src="graph.js"></script></body>
 *
 * `buildWebview(folder)` in `build.ts`, or `npm run build:webview` into `dist/webview/`, writes `graph.js` and `graph.css`.
 * It keeps to `Content-Security-Policy: default-src 'none'; style-src ${webview.cspSource}; script-src ${webview.cspSource}`:
 * no inline styles or scripts, no fetching. Colours follow VS Code's, by the classes and variables that a webview's body has.
 *
 * What it is told, by `webview.postMessage` (`messages.ts` has the types):
 * - `{ type: 'graph', view, show?, folds? }`: `view` is what `graphViews(model)` of `compiler/graph-view/index.ts` gives, all
 *   of its views or one. Sent again after every edit: folds, zoom and focus stay.
 * - `{ type: 'select', file, offset }`: where the cursor is; `file` as in the spans of the view, `offset` in UTF-16 units.
 * - `{ type: 'message', text }`: there is no graph of the text as it is now, and why.
 *
 * What it tells, through `acquireVsCodeApi()` where there is one:
 * - `{ type: 'ready' }`: once, when it listens. What is sent earlier is lost.
 * - `{ type: 'reveal', file, start, end }`: the reader has chosen something. The editor should show it without taking the
 *   focus, so that the arrow keys go on; the `select` that follows from it does no harm.
 *
 * Keys: arrows along the edges, Escape to the group around, Enter or Space to the text of a node or to fold a group, with
 * Alt to the text of a group, R for every round of a loop, + - 0 to zoom. With the mouse: click, Alt-click, drag, wheel.
 *
 * A page that stands alone has its graph in an element `#nn-graph`, as the JSON of a `graph` message.
 */
import { GraphPage, type Host } from './graph-page.ts';
import type { ToPage } from './messages.ts';
import type { PageState } from './page-state.ts';
import { makeParts } from './parts.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare global {
  var acquireVsCodeApi: (() => VsCodeApi) | undefined;
}

function hostOfPage(): Host {
  const api = globalThis.acquireVsCodeApi?.();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's takes none
    post: (message) => api?.postMessage(message),
    load: () => api?.getState() as PageState | undefined,
    keep: (state) => api?.setState(state),
  };
}

const host = hostOfPage();
const embedded = document.querySelector('#nn-graph')?.textContent;
const page = new GraphPage(makeParts(document.body), host);
window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => page.receive(data));
if (embedded) page.receive(JSON.parse(embedded) as ToPage);
host.post({ type: 'ready' });
