/** What is added to a module in Vite's development server, so that an edit of the `.nn` reaches the networks that are running. */
import { baseName } from '../resolve/paths.ts';

export function hotCode(code: string, path: string): string {
  const classes = [...code.matchAll(/^export class (\w+) |^export \{ (\w+) as (\w+) \};/gm)].map(
    ([, own, local, exported]) => (own === undefined ? `${exported}: ${local}` : own),
  );
  return `
import { hotModels } from 'nnlang/runtime/hot';
if (import.meta.hot) {
  import.meta.hot.accept();
  hotModels(import.meta.hot.data, ${JSON.stringify(baseName(path))}, { ${classes.join(', ')} });
}
`;
}
