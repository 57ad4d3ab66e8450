/** The page of training reports as one script and one style sheet, which `nn train` writes into its reports. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, transform, type Metafile } from 'esbuild';

/** Writes `report.js` and `report.css`; gives what went into the script. */
export async function buildReportPage(out: string): Promise<Metafile> {
  mkdirSync(out, { recursive: true });
  const { metafile } = await build({
    metafile: true,
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    outfile: join(out, 'report.js'),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const charts = join(dirname(createRequire(import.meta.url).resolve('uplot')), 'uPlot.min.css');
  const css = readFileSync(charts, 'utf8') + readFileSync(join(import.meta.dirname, 'page.css'), 'utf8');
  writeFileSync(join(out, 'report.css'), (await transform(css, { loader: 'css', minify: true })).code);
  return metafile;
}
