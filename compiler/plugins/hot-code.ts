/**
 * What is added to a module in development, so that an edit of the `.nn` reaches the networks that are running: in Vite's server, and where webpack and Rspack
 * replace modules (`devServer.hot`).
 */
import { baseName } from '../resolve/paths.ts';

/** How a bundler replaces modules: by `import.meta.hot`, or `import.meta.webpackHot`. */
export type HotWay = 'vite' | 'webpack';

export function hotCode(code: string, path: string, way: HotWay): string {
  const classes = [...code.matchAll(/^export class (\w+) |^export \{ (\w+) as (\w+) \};/gm)].map(
    ([, own, local, exported]) => (own === undefined ? `${exported}: ${local}` : own),
  );
  const told = `${JSON.stringify(baseName(path))}, { ${classes.join(', ')} }`;
  return `\nimport { hotModels } from 'nnlang/runtime/hot';\n${way === 'vite' ? viteCode(told) : webpackCode(told)}`;
}

const viteCode = (told: string): string => `if (import.meta.hot) {
  import.meta.hot.accept();
  hotModels(import.meta.hot.data, ${told});
}
`;

/** Here data is handed from one version to the next when the one goes. Not in what is built for use, where there is no such object. */
const webpackCode = (told: string): string => `if (import.meta.webpackHot) {
  const data = { ...import.meta.webpackHot.data };
  import.meta.webpackHot.dispose((next) => Object.assign(next, data));
  import.meta.webpackHot.accept();
  hotModels(data, ${told});
}
`;
