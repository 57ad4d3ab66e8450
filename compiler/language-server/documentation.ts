/**
 * Pages of the documentation as documents that are nowhere on disk: `nnlang-doc:/shape/rank.md`, `nnlang-doc:/Conv2D.md`. A client
 * that can show such documents asks for their text; diagnostics link to them.
 */
import { documentationPage } from '../language-service/index.ts';

export const documentationScheme = 'nnlang-doc';

/** Undefined where nothing has this name. */
export function documentationText(uri: string): string | undefined {
  const name = /^nnlang-doc:\/+(.*)\.md$/.exec(uri)?.[1];
  return name === undefined ? undefined : documentationPage(name);
}
