/** Scripts and style sheets that are written into pages: built with the command line, into `dist/webview/`. */
import { readFileSync } from 'node:fs';
import { bug } from '../diagnostics/diagnostic.ts';

/** In the build this file is in `compiler/chunks/`, one folder further away than in the sources. */
export function builtText(name: string): string {
  for (const folder of ['../../webview/', '../../dist/webview/']) {
    try {
      return readFileSync(new URL(folder + name, import.meta.url), 'utf8');
    } catch {
      continue;
    }
  }
  return bug(`a part of its pages is missing: ${name}`);
}

/** As the content of a script element, which ends where the text says so. */
export const scriptText = (name: string): string => builtText(name).replaceAll('</script', '<\\/script');
export const dataText = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c');
