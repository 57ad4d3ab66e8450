import nn from 'nnlang/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [nn({ backends: ['wasm', 'webgl', 'webgpu'] })],
});
