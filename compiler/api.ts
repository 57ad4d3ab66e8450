/**
 * One `.nn` file with all that it imports → what is wrong with it, or its modules: what bundlers, loaders and other programs need. Everything is
 * read through the host; nothing is written, printed or kept.
 */
import { createCompiler } from './compile.ts';
import type { BackendName } from './emit/backends/backend-names.ts';
import type { EmitOptions, EmittedFile } from './emit/emitted.ts';
import type { Diagnostic, Severity } from './diagnostics/diagnostic.ts';
import { renderFrame } from './diagnostics/render-frame.ts';
import { sortDiagnostics } from './diagnostics/sort-diagnostics.ts';
import { UnreadableFile, type Host } from './project/host.ts';
import { unreadableDiagnostic } from './project/unreadable-diagnostic.ts';
import { version } from './version.ts';

export interface CheckOptions {
  /** Where files are read: `createMemoryHost` for texts in memory, `createNodeHost` of `nnlang/node` for the disk. */
  readonly host: Host;
}
export interface CompileOptions extends CheckOptions {
  /** What the modules shall run on; default `wasm` and `cpu`. */
  readonly backends?: readonly BackendName[];
  /** `ts` (default): one file each. `js`: JavaScript, and types beside it in `.d.ts`. */
  readonly target?: 'ts' | 'js';
  /** Whether modules end with a link to their source map. The maps are there in any case. */
  readonly sourceMap?: boolean;
  /** `false`: declarations without what has to do with tfjs's tensors; default true. */
  readonly tensors?: boolean;
  /** For bundlers: where a module imports the function `kernels` from. */
  readonly kernelsFrom?: EmitOptions['kernelsFrom'];
}

/** A diagnostic as plain data. Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The permanent slug, `area/problem`. */
  readonly code: string;
  readonly severity: Severity;
  /** What was seen and why it cannot be. */
  readonly message: string;
  /** What to do. */
  readonly help?: string;
  /** The lines of the source with the place underlined, without colours. */
  readonly frame: string;
}

export interface CheckReport {
  readonly problems: readonly Problem[];
  /** The file and all that it imports, by absolute path; also where there is no such file. */
  readonly dependencies: readonly string[];
}
export interface CompileReport extends CheckReport {
  /** Undefined where there are errors. */
  readonly files: readonly EmittedFile[] | undefined;
}

/** @throws Error where there is no such file. */
export function check(path: string, { host }: CheckOptions): CheckReport {
  const recorder = recordingHost(host);
  const diagnostics = readable(() => createCompiler(recorder.host).check(path).diagnostics);
  return report(diagnostics, recorder.asked);
}

/** @throws Error where there is no such file. */
export async function compile(path: string, options: CompileOptions): Promise<CompileReport> {
  const { host, backends = ['wasm', 'cpu'], target = 'ts', sourceMap = false, tensors = true, kernelsFrom } = options;
  const recorder = recordingHost(host);
  const emit: EmitOptions = { target, backends, sourceMap, tensors, version, ...(kernelsFrom && { kernelsFrom }) };
  try {
    const { diagnostics, files } = await createCompiler(recorder.host).build(path, emit);
    return { ...report(diagnostics, recorder.asked), files };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { ...report([unreadableDiagnostic(error)], recorder.asked), files: undefined };
  }
}

function readable(diagnostics: () => readonly Diagnostic[]): readonly Diagnostic[] {
  try {
    return diagnostics();
  } catch (error) {
    if (error instanceof UnreadableFile) return [unreadableDiagnostic(error)];
    throw error;
  }
}

function report(diagnostics: readonly Diagnostic[], asked: ReadonlySet<string>): CheckReport {
  return { problems: sortDiagnostics(diagnostics).map(problemOf), dependencies: [...asked] };
}

function problemOf(diagnostic: Diagnostic): Problem {
  const { file, span, code, severity, message, help } = diagnostic;
  const start = file.positionAt(span.start);
  const end = file.positionAt(span.end);
  return {
    file: file.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    code,
    severity,
    message,
    ...(help === undefined ? {} : { help }),
    frame: renderFrame(diagnostic),
  };
}

/** A host that remembers which files were asked for. */
function recordingHost(host: Host): { readonly host: Host; readonly asked: ReadonlySet<string> } {
  const asked = new Set<string>();
  const remembering: Host = {
    readFile: (path) => {
      asked.add(path);
      return host.readFile(path);
    },
    exists: (path) => host.exists(path),
    resolvePackage: (specifier, from) => host.resolvePackage(specifier, from),
  };
  return { host: remembering, asked };
}
