/** What stands beside the text: inlay hints as the settings want them, and how a call that is being written is called. */
import { InlayHintKind, MarkupKind, type InlayHint, type SignatureHelp } from 'vscode-languageserver';
import { inlayHints, signatureHelp } from '../language-service/index.ts';
import { answering, answeringAt } from './answer.ts';
import type { ServerContext } from './context.ts';
import { positionOf, spanOf } from './positions.ts';

export function answerHints(context: ServerContext): void {
  const { connection, workspace } = context;
  connection.languages.inlayHint.on(
    answering(context, 'inlay hints', ({ textDocument, range }, token): InlayHint[] => {
      const path = workspace.uris.pathOf(textDocument.uri);
      const file = workspace.source(path);
      if (!file) return [];
      const { inlayHints: options } = context.settings();
      const hints = inlayHints(workspace.project, path, spanOf(file, range), options, () => token.isCancellationRequested); // prettier-ignore
      return hints.map(({ offset, text, kind, padding }) => ({
        position: positionOf(file, offset),
        label: text,
        kind: kind === 'parameter' ? InlayHintKind.Parameter : InlayHintKind.Type,
        // `digit: [10]` reads as if it were written.
        paddingLeft: padding === 'left' && !text.startsWith(':'),
        paddingRight: padding === 'right',
      }));
    }, []),
  ); // prettier-ignore
  connection.onSignatureHelp(
    answeringAt(context, 'signature help', ({ path, offset }): SignatureHelp | null => {
      const help = signatureHelp(workspace.project, path, offset);
      if (!help) return null;
      return {
        activeSignature: help.activeSignature,
        signatures: help.signatures.map(({ label, documentation, parameters, activeParameter }) => ({
          label,
          ...(documentation === undefined ? {} : { documentation: markdown(documentation) }),
          parameters: parameters.map(({ span, documentation: meaning }) => ({ label: [span.start, span.end], documentation: markdown(meaning) })),
          activeParameter: activeParameter ?? null,
        })),
      };
    }, null),
  ); // prettier-ignore
}

export const markdown = (value: string): { readonly kind: typeof MarkupKind.Markdown; readonly value: string } => ({
  kind: MarkupKind.Markdown,
  value,
});
