/** In bundles: registers with tfjs the kernels that a module computes with, and only these. */
import { type KernelConfig, getKernel, registerKernel } from '@tensorflow/tfjs-core';
import type { Device } from './device.ts';

/** Kernels of a backend, at hand or in a script of their own. */
export type KernelSet = readonly KernelConfig[] | (() => Promise<{ readonly kernels: readonly KernelConfig[] }>);

/** Registers the kernels of the device's backend that are not registered yet. */
export async function registerKernels(device: Device, sets: Readonly<Record<string, KernelSet>>): Promise<void> {
  const set = Object.hasOwn(sets, device.name) ? sets[device.name]! : [];
  const configs = typeof set === 'function' ? (await set()).kernels : set;
  for (const config of configs) {
    if (getKernel(config.kernelName, device.name) !== undefined) continue;
    registerKernel(config);
    // tfjs does so for all when it sets a backend; this one is set already.
    config.setupFunc?.(device.backend);
  }
}
