/** Checks programs given as text or as a file, for tests. */
import { existsSync, readFileSync } from 'node:fs';
import { createCompiler } from '../../compiler/compile.ts';
import type { CheckResult } from '../../compiler/compile-types.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import type { Host } from '../../compiler/project/host.ts';

export const diskHost: Host = {
  readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  exists: existsSync,
  resolvePackage: () => undefined,
};

export const checkOnDisk = (path: string): CheckResult => createCompiler(diskHost).check(path);

/** Checks `main.nn` among files given by name. */
export function checkText(main: string, others: Readonly<Record<string, string>> = {}): CheckResult {
  const files: Readonly<Record<string, string | undefined>> = { ...others, 'main.nn': main };
  const host: Host = {
    readFile: (path) => files[path],
    exists: (path) => files[path] !== undefined,
    resolvePackage: () => undefined,
  };
  return createCompiler(host).check('main.nn');
}

/** `error shape/rank 3:17` */
export function summaryOf(diagnostic: Diagnostic): string {
  const { line, column } = diagnostic.file.positionAt(diagnostic.span.start);
  return `${diagnostic.severity} ${diagnostic.code} ${line}:${column}`;
}

export const lineOf = (diagnostic: Diagnostic): number => diagnostic.file.positionAt(diagnostic.span.start).line;
