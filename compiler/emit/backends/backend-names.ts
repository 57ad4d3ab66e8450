/** What there is to compute with, the usual first. */
export const backendNames = ['wasm', 'cpu', 'webgl', 'webgpu'] as const;
export type BackendName = (typeof backendNames)[number];
