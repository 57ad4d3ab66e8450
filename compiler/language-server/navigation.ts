/** Where what stands at a place is declared, described, and meant elsewhere; and where imports lead. */
import { DocumentHighlightKind, LocationLink, type Location } from 'vscode-languageserver';
import type { SourceFile } from '../../grammar/source.ts';
import {
  definitionAt, documentationUri, documentLinks, highlightsAt, linkedEditingAt, linkedWord, referencesAt, typeDefinitionAt, type Definition, type Highlight,
} from '../language-service/index.ts'; // prettier-ignore
import { answering, answeringAt } from './answer.ts';
import type { ServerContext } from './context.ts';
import { rangeOf } from './positions.ts';

const highlightKinds: Readonly<Record<Highlight['kind'], DocumentHighlightKind>> = {
  read: DocumentHighlightKind.Read,
  write: DocumentHighlightKind.Write,
  text: DocumentHighlightKind.Text,
};

export function answerNavigation(context: ServerContext): void {
  const { connection, workspace } = context;
  const { project } = workspace;
  connection.onDefinition(
    answeringAt(context, 'definition', ({ path, file, offset }) => {
      const found = definitionAt(project, path, offset);
      return found ? inForm(context.client.textDocument?.definition?.linkSupport, linksOf(context, file, found)) : null;
    }, null),
  ); // prettier-ignore
  connection.onTypeDefinition(
    answeringAt(context, 'type definition', ({ path, file, offset }) => {
      const found = typeDefinitionAt(project, path, offset);
      if (!found) return null;
      const pages = context.client.workspace?.textDocumentContent ? found.documentation : [];
      const links = [...linksOf(context, file, found), ...pages.map((name) => pageLink(file, found, name))];
      return inForm(context.client.textDocument?.typeDefinition?.linkSupport, links);
    }, null),
  ); // prettier-ignore
}

export function answerMentions(context: ServerContext): void {
  const { connection, workspace } = context;
  const { project } = workspace;
  connection.onReferences(
    answeringAt(context, 'references', async ({ path, offset }, { context: { includeDeclaration } }, token): Promise<Location[]> => {
      const options = { includeDeclaration, paths: await workspace.files() };
      const found = referencesAt(project, path, offset, options, () => token.isCancellationRequested);
      return found.flatMap(({ path: other, span }) => {
        const source = workspace.source(other);
        return source ? [{ uri: workspace.uris.uriOf(other), range: rangeOf(source, span) }] : [];
      });
    }, []),
  ); // prettier-ignore
  connection.onDocumentHighlight(
    answeringAt(context, 'highlights', ({ path, file, offset }) =>
      highlightsAt(project, path, offset).map(({ span, kind }) => ({ range: rangeOf(file, span), kind: highlightKinds[kind] })), []),
  ); // prettier-ignore
  connection.languages.onLinkedEditingRange(
    answeringAt(context, 'linked editing', ({ path, file, offset }) => {
      const spans = linkedEditingAt(project, path, offset);
      return spans ? { ranges: spans.map((span) => rangeOf(file, span)), wordPattern: linkedWord.source } : null;
    }, null),
  ); // prettier-ignore
  connection.onDocumentLinks(
    answering(context, 'links', ({ textDocument }) => {
      const path = workspace.uris.pathOf(textDocument.uri);
      const file = workspace.source(path);
      if (!file) return [];
      return documentLinks(project, path).map((link) => ({ range: rangeOf(file, link.span), target: workspace.uris.uriOf(link.path) }));
    }, []),
  ); // prettier-ignore
}

function linksOf({ workspace }: ServerContext, file: SourceFile, { origin, targets }: Definition): LocationLink[] {
  return targets.flatMap(({ path, nameSpan, fullSpan }) => {
    const target = workspace.source(path);
    if (!target) return [];
    const range = rangeOf(target, fullSpan);
    return [LocationLink.create(workspace.uris.uriOf(path), range, rangeOf(target, nameSpan), rangeOf(file, origin))];
  });
}

function pageLink(file: SourceFile, { origin }: Definition, name: string): LocationLink {
  const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  return LocationLink.create(documentationUri(name), start, start, rangeOf(file, origin));
}

/** Clients that know no links get the places alone. */
function inForm(hasLinks: boolean | undefined, links: LocationLink[]): LocationLink[] | Location[] {
  return hasLinks ? links : links.map(({ targetUri, targetSelectionRange }) => ({ uri: targetUri, range: targetSelectionRange })); // prettier-ignore
}
