/** Projects as a user would write them, one for each bundler, on the package as it is published. */

const nn = (bundler: string): string => `import nn from 'nnlang/${bundler}';`;

export interface Project {
  readonly files: Readonly<Record<string, string>>;
  /** Arguments of `node`. */
  readonly build: readonly string[];
  /** The script that runs in Node afterwards. */
  readonly output: string;
  /** A build of `small.js` alone, and its first script. */
  readonly small: readonly [build: readonly string[], output: string];
}

/** The same command with `small.js` in the place of `app.js`. */
const entry = "process.env.ENTRY ?? 'app'";

const viteConfig = `import { defineConfig } from 'vite';
${nn('vite')}
const entry = ${entry};
export default defineConfig({
  base: './',
  plugins: [nn()],
  build: { outDir: \`out/\${entry}\`, target: 'es2022', modulePreload: false, rolldownOptions: { input: \`\${entry}.js\`, preserveEntrySignatures: 'strict', output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', assetFileNames: '[name]-[hash][extname]' } } },
});
`;
const rollupConfig = `import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
${nn('rollup')}
const entry = ${entry};
export default { input: \`\${entry}.js\`, plugins: [nn(), nodeResolve({ browser: true }), commonjs(), terser()], output: { dir: \`out/\${entry}\`, format: 'es' } };
`;
const rolldownConfig = `${nn('rolldown')}
const entry = ${entry};
export default { input: \`\${entry}.js\`, platform: 'browser', plugins: [nn()], output: { dir: \`out/\${entry}\`, format: 'esm', minify: true } };
`;
const webpackLike = (pack: string): string => `${pack}
const entry = ${entry};
const options = {
  mode: 'production', context: process.cwd(), entry: \`./\${entry}.js\`, target: ['web', 'es2022'], performance: false,
  experiments: { outputModule: true },
  output: { path: \`\${process.cwd()}/out/\${entry}\`, filename: \`\${entry}.js\`, chunkFilename: '[name].chunk.js', module: true, chunkFormat: 'module', chunkLoading: 'import', library: { type: 'module' } },
  plugins: [nn()],
};
pack(options, (error, stats) => {
  if (error) throw error;
  if (stats.hasErrors() || stats.hasWarnings()) { console.error(stats.toString({ all: false, errors: true, warnings: true })); process.exitCode = 1; }
});
`;
const esbuildScript = `import { build } from 'esbuild';
${nn('esbuild')}
const entry = ${entry};
await build({ entryPoints: [\`\${entry}.js\`], outdir: \`out/\${entry}\`, bundle: true, splitting: true, minify: true, format: 'esm', target: 'es2022', plugins: [nn()] });
`;

const project = (name: string, text: string, build: readonly string[]): Project => ({
  files: { [name]: text },
  build,
  output: 'out/app/app.js',
  small: [build, 'out/small/small.js'],
});
const bin = (path: string): string => `../node_modules/${path}`;

export const projects: Readonly<Record<string, Project>> = {
  vite: project('vite.config.js', viteConfig, [bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn']),
  rollup: project('rollup.config.js', rollupConfig, [bin('rollup/dist/bin/rollup'), '-c', '--silent']),
  rolldown: project('rolldown.config.js', rolldownConfig, [bin('rolldown/bin/cli.mjs'), '-c', '--logLevel', 'warn']),
  webpack: project('build.js', webpackLike(`import pack from 'webpack';\n${nn('webpack')}`), ['build.js']),
  rspack: project('build.js', webpackLike(`import { rspack as pack } from '@rspack/core';\n${nn('rspack')}`), ['build.js']),
  esbuild: project('build.js', esbuildScript, ['build.js']),
}; // prettier-ignore

/** What else is shown of Vite: server code, with packages outside and inside. */
export const serverBuild = [bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn', '--ssr', 'app.js'];

/** The program that `projects` builds, as tf.layers has it. */
export const layersSmall = `import '@tensorflow/tfjs-backend-wasm';
import { setBackend, tensor } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
await setBackend('wasm');
const net = await loadLayersModel('model.json');
console.log(await net.predict(tensor(new Float32Array(784), [1, 784])).data());
`;
export const layersConfig = rolldownConfig.replace(nn('rolldown'), '').replace('plugins: [nn()], ', '');

export const small = `import { Digits } from './small.nn';
const net = await Digits.load('digits.safetensors');
console.log(await net.run(new Float32Array(784)));
`;
export const smallModel = `model Digits {
  input image: [784]
  output digit = image -> Dense(128, activation: relu) -> Dense(64, activation: relu) -> Dense(10, activation: softmax)
}
`;
