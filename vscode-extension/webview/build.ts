/** `npm run build:webview`: the page of the model graph as one script and one style sheet. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform, type Metafile } from 'esbuild';
import { colours, dark, graphShapes, light } from '../../compiler/graph-view/graph-style.ts';

const folder = import.meta.dirname;

/** A page alone follows the system, a webview the editor's theme: its body says which kind that is. */
const themes = (): string => `${graphShapes}${colours(light)}
@media (prefers-color-scheme: dark) { ${colours(dark, 'body:not([class*="vscode-"]) ')} }
${colours(dark, 'body.vscode-dark ')}
${colours(dark, 'body.vscode-high-contrast:not(.vscode-high-contrast-light) ')}
`;

/** What is no family's colour is the editor's own. */
const themed = (): string => {
  const own = 'body[class*="vscode-"] .nn-graph.nn-graph.nn-graph';
  const mixed = (part: number): string =>
    `color-mix(in srgb, var(--vscode-editor-foreground) ${part}%, var(--vscode-editor-background))`;
  const frames = [4, 8, 4].map((part, i) => `${own} .frame.depth${i} { fill: ${mixed(part)}; stroke: ${mixed(24)}; } ${own} .paper.in${i} { fill: ${mixed(part)}; }`); // prettier-ignore
  return `${own} .paper:not([class*="in"]) { fill: var(--vscode-editor-background); }
${own} text { fill: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); }
${own} .detail, ${own} .shape { font-family: var(--vscode-editor-font-family, monospace); }
${own} .detail, ${own} .shape, ${own} .count { fill: var(--vscode-descriptionForeground); }
${own} .end > .body { fill: var(--vscode-editor-background); }
${own} .folded > .body, ${own} .folded > .behind { fill: ${mixed(9)}; stroke: ${mixed(45)}; }
${frames.join('\n')}
`;
};

/** Writes `graph.js` and `graph.css`; gives what went into the script. */
export async function buildWebview(out: string): Promise<Metafile> {
  mkdirSync(out, { recursive: true });
  const { metafile } = await build({
    metafile: true,
    entryPoints: [join(folder, 'main.ts')],
    outfile: join(out, 'graph.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  // What the page itself says of the graph comes last, and wins.
  const css = themes() + themed() + readFileSync(join(folder, 'page.css'), 'utf8');
  writeFileSync(join(out, 'graph.css'), (await transform(css, { loader: 'css', minify: true })).code);
  return metafile;
}

if (process.argv[1] === import.meta.filename) await buildWebview(join(folder, '../../dist/webview'));
