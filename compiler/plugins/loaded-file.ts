/** The module of a `.nn` file that a bundler asks for, or what is wrong with it; types are written by the way. */
import type { Problem } from '../api.ts';
import type { EmittedFile } from '../emit/emitted.ts';
import { errorCode } from '../project/node-host.ts';
import { UserError } from '../project/user-error.ts';
import type { Bundling, Mode } from './bundling.ts';
import { hotCode, type HotWay } from './hot-code.ts';
import { emittedName, type FileModule } from './module-ids.ts';
import { writeTypeFiles } from './write-type-files.ts';
import { clientText, exportedModels, spawnByUrl, workerText, type Spawn } from './worker-modules.ts';

export interface LoadedFile {
  /** Empty where there are errors. */
  readonly code: string;
  readonly map: string | undefined;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** What else to tell. */
  readonly notes: readonly string[];
  /** Absolute paths, its own among them. */
  readonly dependencies: readonly string[];
}

export async function loadedFile(
  module: FileModule,
  mode: Mode,
  bundling: Bundling,
  spawn: Spawn = spawnByUrl,
  hotWay?: HotWay,
): Promise<LoadedFile> {
  const { problems, dependencies, files } = await bundling.report(module.path, mode);
  const isMain = module.part === 'main';
  const warnings = isMain ? problems.filter(({ severity }) => severity === 'warning') : [];
  if (!files) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    return { code: '', map: undefined, errors, warnings, notes: [], dependencies };
  }
  if (module.part === 'client' || module.part === 'worker') {
    const main = files.find(({ name }) => name === `${emittedName({ ...module, part: 'main' })}.js`);
    const models = exportedModels(main?.code ?? '');
    const code = module.part === 'client' ? clientText(module.path, models, spawn) : workerText(module.path, models);
    return { code, map: undefined, errors: [], warnings, notes: [], dependencies };
  }
  const file = files.find(({ name }) => name === `${emittedName(module)}.js`);
  if (!file) throw new Error(`${module.path} has no module for ${module.part}.`);
  const declared = files.find(({ name }) => name === `${emittedName(module)}.d.ts`);
  const notes = isMain && declared && bundling.options.types ? refreshedTypes(module.path, declared) : [];
  const hot = isMain && hotWay !== undefined ? hotCode(file.code, module.path, hotWay) : '';
  const map = bundling.options.sourceMap ? file.map : undefined;
  const code = mode === 'bundle' ? bundling.finer(file.code) : file.code;
  return { code: code + hot, map, errors: [], warnings, notes, dependencies };
}

/** A folder that cannot be written to is no reason to stop: types are for the editor. */
function refreshedTypes(path: string, declarations: EmittedFile): readonly string[] {
  if (/[\\/]node_modules[\\/]/.test(path)) return [];
  try {
    writeTypeFiles(path, declarations);
    return [];
  } catch (error) {
    if (!(error instanceof UserError) && errorCode(error) === undefined) throw error;
    return [`nnlang: ${(error as Error).message}. The option \`types: false\` leaves types out.`];
  }
}
