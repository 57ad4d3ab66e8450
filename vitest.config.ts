import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const filesOf = (...folders: readonly string[]): string => `test/{${folders.join(',')}}/**/*.test.ts`;

/**
 * Tests that can share what is imported, which is half a second of processor for each file. Nothing in the compiler or in the runtime is changed by being
 * used, but tfjs is: it computes on the backend that was started last, so each file begins on cpu.
 */
const compiler = filesOf('check', 'diagnostics', 'differentiate', 'explain', 'format', 'graph', 'graph-view', 'grammar', 'language-service', 'lint', 'lower', 'metrics', 'summary', 'types'); // prettier-ignore
const tensors = filesOf('functions', 'layers', 'optimise');
const networks = filesOf('attention', 'elementwise', 'emit', 'examples', 'members', 'numerics', 'ops', 'plans', 'recurrent', 'runtime', 'training'); // prettier-ignore

/** What others would see: fake backends, spies, a database; or which would see what others have left in memory. */
const apart = [
  'test/check/memory.test.ts',
  'test/numerics/matrix.test.ts',
  'test/runtime/{device,hot,fit,products-in-memory,convolutions-in-memory,wasm-instance,worker}.test.ts',
  'test/training/{callbacks,reading}.test.ts',
];

const without = (...globs: readonly string[]): string[] => [...configDefaults.exclude, ...globs];

const together = (name: string, include: string, setupFiles: string[] = []): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, isolate: false, include: [include], exclude: without(...apart), setupFiles },
});

export default defineConfig({
  resolve: {
    // Emitted modules import `nnlang/runtime`; tests run the sources, not the build.
    alias: [
      { find: /^nnlang\/runtime$/, replacement: fileURLToPath(new URL('./runtime/index.ts', import.meta.url)) },
      { find: /^nnlang$/, replacement: fileURLToPath(new URL('./compiler/index.ts', import.meta.url)) },
    ],
  },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    maxWorkers: '100%',
    projects: [
      together('compiler', compiler),
      together('tensors', tensors, ['test/on-cpu.ts']),
      together('networks', networks, ['test/on-cpu.ts']),
      { extends: true, test: { name: 'apart', include: apart } },
      { extends: true, test: { name: 'others', include: ['test/**/*.test.ts'], exclude: without(compiler, tensors, networks) } },
    ],
  },
}); // prettier-ignore
