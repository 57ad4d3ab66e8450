/**
 * A handler → one that can neither kill the server nor answer too late. A request that was cancelled, or whose document has
 * been edited since, is dropped before any work; a fault of ours is one line in the log and an empty answer.
 */
import {
  LSPErrorCodes, ResponseError, type CancellationToken, type Connection, type TextDocumentIdentifier, type TextDocumentPositionParams,
} from 'vscode-languageserver'; // prettier-ignore
import type { SourceFile } from '../../grammar/source.ts';
import { offsetOf } from './positions.ts';
import type { Workspace } from './workspace.ts';

export type Answer<P, R> = (params: P, token: CancellationToken) => Promise<R>;

export interface AnswerContext {
  readonly connection: Connection;
  readonly workspace: Workspace;
}

/** Lets everything that has arrived be read first: a cancellation, or the edit that makes this request pointless. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

export function answering<P, R>(
  { connection, workspace }: AnswerContext,
  name: string,
  handler: (params: P, token: CancellationToken) => R | Promise<R>,
  empty: R,
): Answer<P, R> {
  return async (params, token) => {
    const uri = uriIn(params);
    const version = uri === undefined ? undefined : workspace.documents.get(uri)?.version;
    await turn();
    dropIfCancelled(token);
    if (uri !== undefined && workspace.documents.get(uri)?.version !== version)
      throw new ResponseError(LSPErrorCodes.ContentModified, 'The document has been edited since.');
    try {
      return await handler(params, token);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      connection.console.error(`${name}: ${described(error)}`);
      return empty;
    }
  };
}

/** @throws ResponseError */
export function dropIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
}

/** On one line: the message, and where it was thrown. */
export function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line));
  return `${error.message.replaceAll(/\s*\n\s*/g, ' ')}${frame === undefined ? '' : ` (${frame.trim()})`}`;
}

function uriIn(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('textDocument' in params)) return undefined;
  return (params.textDocument as TextDocumentIdentifier).uri;
}

/** A place in a document: what most questions are about. */
export interface Place {
  readonly path: string;
  readonly file: SourceFile;
  readonly offset: number;
}

/** The same for questions about a place; nothing is there in a file that does not exist. */
export function answeringAt<P extends TextDocumentPositionParams, R>(
  context: AnswerContext,
  name: string,
  handler: (place: Place, params: P, token: CancellationToken) => R | Promise<R>,
  empty: R,
): Answer<P, R> {
  const { workspace } = context;
  return answering(
    context,
    name,
    (params, token) => {
      const path = workspace.uris.pathOf(params.textDocument.uri);
      const file = workspace.source(path);
      return file ? handler({ path, file, offset: offsetOf(file, params.position) }, params, token) : empty;
    },
    empty,
  );
}
