/** What this server can do beyond the protocol: emitted code, the list of documentation, files sent by a client. */
import { RequestType } from 'vscode-languageserver';
import type { ServerContext } from './context.ts';
import { answering } from './answer.ts';
import { fileDiagnostics } from './diagnostics.ts';
import { messages, type EmittedCode, type GraphAnswer, type NamedDocumentation, type SavedFile } from './messages.ts';
import { emitModule } from '../emit/emit-module.ts';
import { lowerModel } from '../lower/lower-model.ts';
import { withFiles } from '../graph-view/graph-view.ts';
import { graphViews } from '../graph-view/view-of-model.ts';
import { kinds, definitionsOf, diagnosticDefinitions } from '../explain/kinds.ts';
import { singular } from '../explain/documentation.ts';

export function answerOwnRequests(context: ServerContext, version: string, refresh: () => void): void {
  const { connection, workspace } = context;
  const failed: EmittedCode = { problem: 'The compiler failed; the output of the language server says how.' };
  const emitted = answering<{ readonly uri: string }, EmittedCode>(context, 'emitted code', ({ uri }) => emittedCode(context, workspace.uris.pathOf(uri), version), failed); // prettier-ignore
  connection.onRequest(new RequestType<{ readonly uri: string }, EmittedCode, void>(messages.emitted), emitted);
  const none: GraphAnswer = { problem: 'The graph could not be made; the output of the language server says how.' };
  const graph = answering<{ readonly uri: string }, GraphAnswer>(context, 'graph', ({ uri }) => graphsOf(context, workspace.uris.pathOf(uri)), none); // prettier-ignore
  connection.onRequest(new RequestType<{ readonly uri: string }, GraphAnswer, void>(messages.graph), graph);
  const names = answering<object, readonly NamedDocumentation[]>(context, 'names', () => documentedNames(), []);
  connection.onRequest(new RequestType<object, readonly NamedDocumentation[], void>(messages.names), names);
  connection.onNotification(messages.files, (files: readonly SavedFile[]) => {
    for (const { uri, text } of files) workspace.environment.setFile?.(workspace.uris.pathOf(uri), text);
    workspace.changed(files.map(({ uri }) => workspace.uris.pathOf(uri)));
    refresh();
  });
}

async function emittedCode(context: ServerContext, path: string, version: string): Promise<EmittedCode> {
  const source = context.workspace.source(path);
  if (!source) return { problem: 'There is no such file.' };
  const errors = fileDiagnostics(context, path).filter(({ severity }) => severity === 'error').length;
  if (errors > 0) return { problem: `${errors === 1 ? 'An error keeps' : `${errors} errors keep`} this file from being compiled.` }; // prettier-ignore
  const { backends = ['wasm', 'webgl', 'webgpu', 'cpu'] } = (await context.workspace.configured()) ?? {};
  const models = (context.workspace.project.check(path)?.models ?? []).map((model) => lowerModel(model));
  const [main] = emitModule(source, models, { target: 'ts', backends, sourceMap: false, version }); // prettier-ignore
  return main ? { code: main.code, map: main.map } : { problem: 'There is no model in this file that can be compiled by itself.' }; // prettier-ignore
}

/** Of models that have errors there are none, of the others there are. */
function graphsOf({ workspace }: ServerContext, path: string): GraphAnswer {
  const check = workspace.source(path) && workspace.project.check(path);
  if (!check) return { problem: 'There is no such file.' };
  const views = check.models
    .flatMap((model) => graphViews(model))
    .map((view) => withFiles(view, (file) => workspace.uris.uriOf(file)));
  if (views.length > 0) return { views };
  const hasErrors = check.diagnostics.some(({ severity }) => severity === 'error');
  return { problem: hasErrors ? 'There are errors in this file.' : 'There is no model in this file that can be drawn: write one, or give its parameters defaults.' }; // prettier-ignore
}

function documentedNames(): readonly NamedDocumentation[] {
  const definitions = kinds.flatMap((kind) =>
    kind === 'diagnostics'
      ? []
      : definitionsOf(kind).map(({ name, summary }) => ({ name, kind: singular[kind], summary })),
  );
  const diagnostics = diagnosticDefinitions().map(({ slug, summary }) => ({ name: slug, kind: 'diagnostic', summary }));
  const seen = new Set<string>();
  return [...definitions, ...diagnostics].filter(({ name }) => !seen.has(name) && seen.add(name));
}
