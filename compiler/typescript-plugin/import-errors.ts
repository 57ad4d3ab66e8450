/** Errors of `.nn` files as TypeScript shows them: where a program imports the file, with the place in the `.nn` beside it. */
import type ts from 'typescript-5.9';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { plural } from '../diagnostics/suggest.ts';
import { modelPathOf } from './paths.ts';
import type { VirtualTypes } from './virtual-types.ts';

export interface ImportContext {
  readonly typescript: typeof ts;
  readonly host: ts.LanguageServiceHost;
  readonly types: VirtualTypes;
}

/** Those of a source file. */
export function importErrors(file: ts.SourceFile, context: ImportContext): readonly ts.Diagnostic[] {
  const { importedFiles } = context.typescript.preProcessFile(file.text, true, true);
  return importedFiles.flatMap(({ fileName, pos, end }) => {
    const model = fileName.endsWith('.nn') ? modelImported(fileName, file, context) : undefined;
    const said = model === undefined ? undefined : saidOf(model, context);
    const category = context.typescript.DiagnosticCategory.Error;
    return said === undefined
      ? []
      : [{ ...said, file, start: pos, length: end - pos, category, code, source: 'nnlang' }];
  });
}

/** TypeScript's own begin at 1000. */
const code = 0;

type Said = Pick<ts.Diagnostic, 'messageText' | 'relatedInformation'>;

function saidOf(model: string, { types, typescript }: ImportContext): Said | undefined {
  const { errors, fault } = types.typesOf(model);
  if (fault) return { messageText: `nnlang failed at ${nameOf(model)}: ${fault.message}\nThis is a mistake of nnlang's. ${fault.stack ?? ''}` };
  const [first] = errors;
  return first && { messageText: messageOf(first, errors.length - 1), relatedInformation: errors.map((error) => related(error, typescript)) };
} // prettier-ignore

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The first with its place; of the others, how many. */
function messageOf({ file, span, message, code: slug, help }: Diagnostic, others: number): string {
  const { line, column } = file.positionAt(span.start);
  const more = others === 0 ? '' : `\n\nand ${plural(others, 'more error')}`;
  return `${nameOf(file.path)}:${line}:${column} ${message} [${slug}]${help === undefined ? '' : `\nhelp: ${help}`}${more}`;
}

const related = ({ file, span, message }: Diagnostic, typescript: typeof ts): ts.DiagnosticRelatedInformation => ({
  // TypeScript finds lines in what it takes for a program.
  file: typescript.createSourceFile(file.path, file.text, typescript.ScriptTarget.Latest),
  start: span.start,
  length: span.end - span.start,
  category: typescript.DiagnosticCategory.Error,
  code,
  messageText: message,
});

/** Where TypeScript finds none, it says so itself. */
function modelImported(
  specifier: string,
  { fileName, impliedNodeFormat }: ts.SourceFile,
  { typescript, host }: ImportContext,
): string | undefined {
  const options = host.getCompilationSettings();
  const files = { fileExists: (path: string) => host.fileExists(path), readFile: (path: string) => host.readFile(path) };
  const { resolvedModule } = typescript.resolveModuleName(specifier, fileName, options, files, undefined, undefined, impliedNodeFormat);
  return resolvedModule && modelPathOf(resolvedModule.resolvedFileName);
} // prettier-ignore
