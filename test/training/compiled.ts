/** Compiles `.nn` text the whole way and imports the emitted TypeScript, for tests. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCompiler } from '../../compiler/compile.ts';
import type { EmitOptions } from '../../compiler/emit/emitted.ts';
import type {
  CreateOptions,
  LoadOptions,
  ModelSpec,
  TrainableModel,
  TrainingProgram,
  WeightsSource,
} from '../../runtime/index.ts';

export interface CompiledClass {
  create(options?: CreateOptions): Promise<TrainableModel>;
  load(source: WeightsSource, options?: LoadOptions): Promise<TrainableModel>;
  resume(source: WeightsSource): Promise<TrainableModel>;
  readonly spec: ModelSpec;
}

const folder = fileURLToPath(new URL('../.tmp/compiled/', import.meta.url));

/** The emitted files of a program, by name. What it imports lies in `imports`. */
export async function emitted(text: string, options: Partial<EmitOptions> = {}, imports = '') {
  const onDisk = (path: string): boolean => imports !== '' && existsSync(imports + path);
  const host = {
    readFile: (path: string) => (path === 'program.nn' ? text : onDisk(path) ? readFileSync(imports + path, 'utf8') : undefined), // prettier-ignore
    exists: (path: string) => path === 'program.nn' || onDisk(path),
    resolvePackage: () => undefined,
  };
  const complete: EmitOptions = { target: 'ts', backends: ['wasm', 'cpu'], sourceMap: false, version: '0', ...options };
  const { diagnostics, files } = await createCompiler(host).build('program.nn', complete);
  if (!files) throw new Error(diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'));
  return files;
}

/** Writes the emitted files where Vitest can import them; gives the path of the first without its extension. */
async function written(text: string, options: Partial<EmitOptions>, imports = ''): Promise<string> {
  const files = await emitted(text, options, imports);
  const key = createHash('sha1')
    .update(JSON.stringify([text, options]))
    .digest('hex')
    .slice(0, 12);
  const target = `${folder}${key}/`;
  mkdirSync(target, { recursive: true });
  for (const file of files) writeFileSync(target + file.name, file.code);
  return `${target}program`;
}

/** The classes of a program, running. */
export async function compiled<Name extends string>(text: string, options: Partial<EmitOptions> = {}) {
  return (await import(/* @vite-ignore */ `${await written(text, options)}.ts`)) as Record<Name, CompiledClass>;
}

/** The same with the second module, and with imports from a folder. */
export async function compiledWithTraining(text: string, imports: string) {
  const path = await written(text, {}, imports);
  const models = (await import(/* @vite-ignore */ `${path}.ts`)) as Record<string, CompiledClass>;
  if (!existsSync(`${path}.train.ts`)) return { models, training: undefined };
  const training = (await import(/* @vite-ignore */ `${path}.train.ts`)) as Record<string, Partial<TrainingProgram>>;
  return { models, training };
}
