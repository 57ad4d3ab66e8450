/** What Vite needs besides: its configuration, development without a bundle, server code. */
import { resolve } from 'node:path';
import type { Plugin, ResolvedConfig, UserConfig } from 'vite';
import type { Bundling, Mode } from './bundling.ts';
import type { CheckedOptions } from './plugin-options.ts';

export interface ViteState {
  config: ResolvedConfig | undefined;
}

/** Whether a module is for the server: there the packages are as they are installed. */
export const isServer = (context: unknown): boolean =>
  (context as { environment?: { config?: { consumer?: string } } }).environment?.config?.consumer === 'server';

export function viteMode({ config }: ViteState, context: unknown, options: CheckedOptions): Mode {
  if (options.target === 'packages') return 'packages';
  if (isServer(context)) return config?.command === 'build' && config.ssr.noExternal === true ? 'bundle' : 'packages';
  return config?.command === 'serve' ? 'dev' : 'bundle';
}

export function configureVite(state: ViteState, bundling: Bundling): Partial<Plugin> {
  return {
    config: async (user: UserConfig, { command }): Promise<UserConfig> => {
      bundling.root = resolve(user.root ?? '.');
      await bundling.configured();
      return {
        ...(command === 'serve' && bundling.options.target === 'bundle' ? { optimizeDeps: developedPackages(bundling) } : {}), // prettier-ignore
        worker: workerConfig(user, bundling),
      };
    },
    configResolved: async (config) => {
      state.config = config;
      bundling.root = config.root;
      const path = await bundling.configured();
      // As for its own configuration, Vite then begins anew when it changes.
      if (path !== undefined) config.configFileDependencies.push(path);
    },
  };
}

/** Told beforehand, else Vite finds them one by one and loads the page again each time. */
const developedPackages = ({ options: { backends } }: Bundling): UserConfig['optimizeDeps'] & object => ({
  exclude: ['nnlang', 'nnlang/runtime'],
  include: ['@tensorflow/tfjs-core', ...backends.map((name) => `@tensorflow/tfjs-backend-${name}`)],
});

/** Workers are built apart, by plugins of their own; and training is loaded later, which only modules can. */
function workerConfig(user: UserConfig, bundling: Bundling): NonNullable<UserConfig['worker']> {
  const own = user.worker?.plugins;
  return { format: user.worker?.format ?? 'es', plugins: () => [...(own?.() ?? []), bundling.again() as Plugin] };
}

/** The backends in development: whole packages, as Vite prepares them, and where it serves their `.wasm` files. */
export function devModuleText({ options: { backends }, packages }: Bundling): string {
  const files = ['', '-simd', '-threaded-simd'].map((kind) => `tfjs-backend-wasm${kind}.wasm`);
  const loaders = backends.map((name) => {
    const load = `import('@tensorflow/tfjs-backend-${name}')`;
    if (name !== 'wasm') return `  ${name}: async () => { await ${load}; },`;
    return `  wasm: async ({ wasmPaths = files }) => (await ${load}).setWasmPaths(wasmPaths),`;
  });
  const imports = files.map((file, i) => `import file${i} from ${JSON.stringify(`${packages.file('tfjs-backend-wasm', `dist/${file}`)}?url`)};`); // prettier-ignore
  return [
    ...(backends.includes('wasm')
      ? [
          ...imports,
          `const files = { ${files.map((file, i) => `'${file}': new URL(file${i}, import.meta.url).href`).join(', ')} };`,
        ]
      : []),
    'export const backendPackages = {',
    ...loaders,
    '};',
    '',
  ].join('\n');
}
