/** What a project configures holds for its bundles, unless the plugin itself is told otherwise. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { build as vite, createServer, type Rolldown } from 'vite';
import { describe, expect, it } from 'vitest';
import { backendNames } from '../../compiler/emit/backends/backend-names.ts';
import { configProblems } from '../../compiler/configuration/config-options.ts';
import { configuredOptions } from '../../compiler/plugins/configured-options.ts';
import esbuildPlugin from '../../compiler/plugins/esbuild.ts';
import { checkedOptions, type PluginOptions } from '../../compiler/plugins/plugin-options.ts';
import vitePlugin from '../../compiler/plugins/vite.ts';
import { project } from './project.ts';

const config = `export default { backends: ['cpu'], bundle: { types: false, sourceMap: false } };`;

/** The backends that are in a bundle. */
async function bundled(folder: string, options?: PluginOptions): Promise<readonly string[]> {
  const result = await vite({ root: folder, configFile: false, logLevel: 'silent', build: { rolldownOptions: { input: 'app.js' }, write: false, minify: false }, plugins: [vitePlugin(options)] }); // prettier-ignore
  const { output } = result as Rolldown.RolldownOutput;
  const modules = output.flatMap((one) => (one.type === 'chunk' ? Object.keys(one.modules) : []));
  return backendNames.filter((name) => modules.some((id) => id.includes(`tfjs-backend-${name}/`)));
}

describe('nn.config', () => {
  it('holds in Vite, and what the plugin is given goes before it', async () => {
    const folder = project('config-vite', { 'nn.config.mjs': config });
    expect(await bundled(folder)).toEqual(['cpu']);
    expect(existsSync(join(folder, 'digits.d.nn.ts'))).toBe(false);
    // Which takes some functions of the other along.
    expect(await bundled(folder, { backends: ['wasm'], types: true })).toContain('wasm');
    expect(existsSync(join(folder, 'digits.d.nn.ts'))).toBe(true);
  });

  it('makes Vite begin anew when it changes', async () => {
    const folder = project('config-serve', { 'nn.config.mjs': config });
    const server = await createServer({ root: folder, configFile: false, logLevel: 'silent', server: { middlewareMode: true, ws: false }, plugins: [vitePlugin()] }); // prettier-ignore
    try {
      expect(server.config.configFileDependencies).toContain(join(folder, 'nn.config.mjs'));
      expect(server.config.optimizeDeps.include).toContain('@tensorflow/tfjs-backend-cpu');
    } finally {
      await server.close();
    }
  });

  it('is shown with its line where it is wrong', async () => {
    const folder = project('config-wrong', { 'nn.config.mjs': `export default {\n  backends: ['gpu'],\n};\n` });
    const said = `nn.config.mjs:2:14\n  There is no backend 'gpu'.\n\n  2 |   backends: ['gpu'],\n    |              ^^^^^\n\n  help: `;
    await expect(bundled(folder)).rejects.toThrow(said);
    const built = esbuild({ absWorkingDir: folder, entryPoints: ['app.js'], bundle: true, write: false, outdir: 'out', format: 'esm', logLevel: 'silent', plugins: [esbuildPlugin()] }); // prettier-ignore
    await expect(built).rejects.toThrow(said);
  });

  it('and the plugin can be right apart and wrong together', async () => {
    const folder = project('config-together', { 'package.json': '{ "type": "module", "nnlang": { "backends": ["webgl"] } }' });
    await expect(configuredOptions({ tensors: false }, folder)).rejects.toThrow(`but \`backends\` has 'webgl', which computes with tfjs's engine. Take \`backends: ['wasm']\`, or leave \`tensors\` as it is. Some of its options are from ${join(folder, 'package.json')}.`);
  }); // prettier-ignore

  it('takes for `bundle` what a plugin takes', () => {
    const all = { backends: ['wasm'], target: 'packages', sourceMap: false, tensors: true, types: false };
    expect(Object.keys(all).sort()).toEqual(Object.keys(checkedOptions(all)).filter((name) => name !== 'targetIsGiven').sort()); // prettier-ignore
    expect(configProblems({ bundle: all })).toEqual([]);
    for (const name of Object.keys(all)) {
      const wrong = { [name]: 7 };
      expect(() => checkedOptions(wrong)).toThrow();
      expect(configProblems({ bundle: wrong })).toHaveLength(1);
    }
  });
});
