/** Where what stands at a place is declared, and where what it is made by is described. */
import { LocationLink, type Location } from 'vscode-languageserver';
import { definitionAt, documentationUri, typeDefinitionAt, type Definition } from '../language-service/index.ts';
import { answeringAt } from './answer.ts';
import type { ServerContext } from './context.ts';
import { rangeOf } from './positions.ts';
import type { SourceFile } from '../../grammar/source.ts';

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
