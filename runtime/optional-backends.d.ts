/** Backends that a user may or may not have installed; only loaded, never used by name. */
declare module '@tensorflow/tfjs-backend-webgl' {}
declare module '@tensorflow/tfjs-backend-webgpu' {}
