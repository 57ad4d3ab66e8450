/**
 * Addresses of documents ↔ the compiler's paths: absolute with forward slashes for files on disk, and the whole address,
 * decoded, for everything else (`vscode-vfs://github/…`), so that relative imports work in both.
 */
import { URI } from 'vscode-uri';

/** Keeps the spelling of each address as the client sent it: editors encode differently, and compare as text. */
export class Uris {
  readonly #uriByPath = new Map<string, string>();

  pathOf(uri: string): string {
    const path = pathOfUri(uri);
    this.#uriByPath.set(path, uri);
    return path;
  }

  uriOf(path: string): string {
    return this.#uriByPath.get(path) ?? uriOfPath(path);
  }
}

function pathOfUri(uri: string): string {
  const parsed = URI.parse(uri);
  if (parsed.scheme !== 'file') return parsed.toString(true);
  // `/c:/models/a.nn` is `c:/models/a.nn` to Node; a server's name stays in front.
  const path = parsed.authority === '' ? parsed.path : `//${parsed.authority}${parsed.path}`;
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}

function uriOfPath(path: string): string {
  const isAddress = /^[A-Za-z][\w+.-]+:/.test(path);
  return isAddress ? URI.parse(path).toString() : URI.file(path).toString();
}
