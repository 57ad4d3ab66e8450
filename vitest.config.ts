import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Emitted modules import `nnlang/runtime`; tests run the sources, not the build.
    alias: [
      { find: /^nnlang\/runtime$/, replacement: fileURLToPath(new URL('./runtime/index.ts', import.meta.url)) },
      { find: /^nnlang$/, replacement: fileURLToPath(new URL('./compiler/index.ts', import.meta.url)) },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    maxWorkers: '100%',
  },
});
