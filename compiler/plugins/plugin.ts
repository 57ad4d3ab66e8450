/**
 * One plugin for all bundlers, over unplugin. What imports mean and what is in the modules is in `bundling.ts`; here is what differs from bundler to
 * bundler: where the project is, how a file goes with the bundle, how an error is shown.
 */
import { createUnplugin, type UnpluginBuildContext, type UnpluginContext } from 'unplugin';
import { Bundling, type LoadedCode, type Mode } from './bundling.ts';
import { assetOf, type Bundler } from './assets.ts';
import { importsOfInterest, setUpEsbuild } from './esbuild-side.ts';
import { loadedFile } from './loaded-file.ts';
import { baseName } from '../resolve/paths.ts';
import { fileModule, virtualName, workerScript, type FileModule } from './module-ids.ts';
import { isPluginError, placeOf, pluginError, warningText, withFrame } from './plugin-error.ts';
import type { PluginOptions } from './plugin-options.ts';
import { ofBackend, shakeable } from './shakeable.ts';
import { configureVite, devModuleText, viteMode, type ViteState } from './vite-side.ts';
import { importsWorker, spawnByUrl, withWorkerImports, type Spawn } from './worker-modules.ts';

type Context = UnpluginBuildContext & UnpluginContext;

const name = 'nnlang';

/** Where a program may import a `.nn`. */
const ofProgram = /\.([cm]?[jt]sx?|vue|svelte|astro)(\?|$)/;

export const nnPlugin = createUnplugin<PluginOptions | undefined, false>((given, meta) => {
  const bundling = new Bundling(given ?? {});
  const framework = meta.framework;
  bundling.again = () => (framework === 'esbuild' ? nnPlugin.esbuild(given) : nnPlugin.vite(given));
  const bundler: Bundler = { framework, format: undefined, hasExternalPackages: false };
  const vite: ViteState = { config: undefined };
  const modeOf = (context: unknown): Mode => {
    const { options } = bundling;
    if (framework === 'vite') return viteMode(vite, context, options);
    return bundler.hasExternalPackages && !options.targetIsGiven ? 'packages' : options.target;
  };
  const virtual = (id: string, context: unknown): string | undefined =>
    virtualName(id) === 'dev-backends'
      ? devModuleText(bundling)
      : bundling.virtual(id, (path) => assetOf(path, bundler, context));
  if (framework === 'esbuild') {
    return { name, esbuild: { setup: (build) => setUpEsbuild(build, bundling, bundler, () => modeOf(undefined)) } };
  }
  return {
    name,
    enforce: 'pre',
    resolveId: {
      filter: { id: importsOfInterest },
      async handler(id, importer) {
        await bundling.configured();
        return bundling.resolved(id, importer, modeOf(this));
      },
    },
    load: {
      filter: { id: /\.nn(\?|$)|\.nn\.worker\.js|nnlang[/\\]/ },
      async handler(id) {
        const module = fileModule(id);
        await bundling.configured();
        try {
          return module ? await load(this, id, module, modeOf(this), bundling, framework) : virtual(id, this);
        } catch (error) {
          // These show nothing but the message.
          throw isPluginError(error) && /webpack|rspack/.test(framework) ? withFrame(error, bundling.root) : error;
        }
      },
    },
    transform: {
      filter: { id: [ofBackend, ofProgram] },
      handler(code, id) {
        if (ofBackend.test(id)) {
          if (framework !== 'webpack' || modeOf(this) !== 'bundle') return undefined;
          return { code: shakeable(code, bundling.packages), map: null };
        }
        if (/[\\/]node_modules[\\/]/.test(id) || !importsWorker.test(code)) return undefined;
        const changed = withWorkerImports(code);
        return changed === undefined ? undefined : { code: changed, map: null };
      },
    },
    vite: configureVite(vite, bundling),
    webpack: (compiler) => {
      bundling.root = compiler.context;
      bundling.isDeveloped = compiler.options.mode === 'development';
    },
    rspack: (compiler) => {
      bundling.root = compiler.context;
      bundling.isDeveloped = compiler.options.mode === 'development';
    },
  };
});

/** How a worker is started: Rollup and Rolldown are told of its script as of a further entry. */
function spawnIn(framework: string, context: unknown, module: FileModule): Spawn {
  if (framework === 'vite') return () => spawnByUrl(`./${baseName(workerScript(module.path))}`);
  if (framework !== 'rollup' && framework !== 'rolldown') return spawnByUrl;
  const { emitFile } = context as { emitFile(file: object): string };
  return () => {
    const reference = emitFile.call(context, { type: 'chunk', id: `${module.path}?nn=worker` });
    return `new Worker(import.meta.ROLLUP_FILE_URL_${reference}, { type: 'module' })`;
  };
}

async function load(
  context: Context,
  id: string,
  module: FileModule,
  mode: Mode,
  bundling: Bundling,
  framework: string,
) {
  const hot = mode === 'dev' ? 'vite' : bundling.isDeveloped ? 'webpack' : undefined;
  const loaded = await loadedFile(module, mode, bundling, spawnIn(framework, context, module), hot);
  for (const path of loaded.dependencies) if (path !== module.path) context.addWatchFile(path);
  if (loaded.errors.length > 0) {
    const error = pluginError(loaded.errors, bundling.root);
    const before = bundling.lastGood.get(id);
    if (before === undefined) throw error;
    context.error(withFrame(error, bundling.root));
    return before;
  }
  for (const problem of loaded.warnings) {
    context.warn({ message: warningText(problem, bundling.root), id, plugin: 'nnlang', loc: placeOf(problem) });
  }
  for (const note of loaded.notes) context.warn(note);
  const map = loaded.map === undefined ? null : (JSON.parse(loaded.map) as LoadedCode['map']);
  if (bundling.isDeveloped) bundling.lastGood.set(id, { code: loaded.code, map });
  return { code: loaded.code, map };
}
