/**
 * The pipeline on one screen: text → syntax tree → resolved file → layer graph → tensor graph → TypeScript.
 * Checking never loads what comes after it.
 */
import { checkFile, type FileCheck, type Settings } from './check/check-file.ts';
import { KeptChecks } from './check/kept.ts';
import type { BuildResult, CheckResult, Compiler } from './compile-types.ts';
import type { EmitOptions } from './emit/emitted.ts';
import { MissingFile, type Host } from './project/host.ts';
import type { FileScope } from './resolve/file-scope.ts';
import { ProjectFiles } from './resolve/project-files.ts';

export function createCompiler(host: Host): Compiler {
  const files = new ProjectFiles(host);
  const checked = new WeakMap<FileScope, FileCheck>();
  const kept = new KeptChecks(files.placeNow);
  const fileAt = (path: string): FileScope => {
    const file = files.resolve(path);
    if (!file) throw new MissingFile(path);
    return file;
  };
  const checkPath = (path: string, settings?: Settings): FileCheck => {
    const file = fileAt(path);
    if (settings) return checkFile(file, settings);
    const known = checked.get(file) ?? checkFile(file, undefined, kept);
    checked.set(file, known);
    return known;
  };
  return {
    check: (path: string): CheckResult => checkPath(path),
    checkWith: (path, model, settings) => checkPath(path, { model, values: settings }),
    source: (path) => fileAt(path).source,
    build: async (path: string, options: EmitOptions): Promise<BuildResult> => {
      const { diagnostics, models } = checkPath(path);
      if (diagnostics.some((d) => d.severity === 'error')) return { diagnostics, files: undefined };
      const [{ lowerModel }, { emitModule }] = await Promise.all([import('./lower/lower-model.ts'), import('./emit/emit-module.ts')]); // prettier-ignore
      const lowered = models.map((model) => lowerModel(model));
      return { diagnostics, files: emitModule(fileAt(path).source, lowered, options) };
    },
    explain: async (path, backends) => {
      const { diagnostics, models } = checkPath(path);
      if (diagnostics.some((d) => d.severity === 'error')) return [];
      const [{ lowerModel }, { explainedModel }] = await Promise.all([import('./lower/lower-model.ts'), import('./explain-build/explanation.ts')]); // prettier-ignore
      return models.map((model) => explainedModel(lowerModel(model), backends));
    },
  };
}
