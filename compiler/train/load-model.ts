/**
 * Emitted JavaScript → a class that runs in this process. The files are put into a temporary folder while they are
 * needed. They import `nnlang/runtime`, which nothing can resolve from there (nor from the user's
 * folder, if `nn` is installed globally), so the address of our own runtime is put in its place.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bug } from '../diagnostics/diagnostic.ts';
import type { EmittedFile } from '../emit/emitted.ts';
import type * as Runtime from '../../runtime/index.ts';
import type { PredictingClass, TrainableClass } from './trainable.ts';

/** The sources are `.ts` and run from there in tests; the build is `.js`. */
const runtimeUrl = (): string => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`../../runtime/index.${extension}`, import.meta.url).href;
};

export interface LoadedModel<Class> {
  readonly model: Class;
  /** Takes the files away. The training module is loaded on first use, so they must stay until the training is over. */
  close(): void;
}

export async function loadModel<Class>(
  files: readonly EmittedFile[],
  name: string,
  isClass: (value: unknown) => value is Class,
): Promise<LoadedModel<Class>> {
  const folder = mkdtempSync(join(tmpdir(), 'nnlang-run-'));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const file of files) writeFileSync(join(folder, file.name), withRuntime(file.code));
    const main = files.find((file) => file.name.endsWith('.js')) ?? bug('no JavaScript was emitted');
    const module: Record<string, unknown> = await import(pathToFileURL(join(folder, main.name)).href);
    const model = module[name];
    return isClass(model) ? { model, close } : bug(`the emitted module has no class ${name} that does what is asked`);
  } catch (error) {
    close();
    throw error;
  }
}

const withRuntime = (code: string): string =>
  code.replace(/(['"])nnlang\/runtime\1/g, () => JSON.stringify(runtimeUrl()));

export const isTrainableClass = (value: unknown): value is TrainableClass =>
  typeof value === 'function' && 'create' in value && 'fit' in (value.prototype ?? {});

export const isPredictingClass = (value: unknown): value is PredictingClass =>
  typeof value === 'function' && 'load' in value && 'predict' in (value.prototype ?? {});

/** Loads the backend of the same runtime that the emitted module uses. */
export async function startBackend(name: 'wasm' | 'cpu'): Promise<void> {
  const runtime: typeof Runtime = await import(runtimeUrl());
  await runtime.useBackend(name);
}
