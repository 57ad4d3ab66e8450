/**
 * The language service: all that editors ask, as functions of a project and a place that give plain data. It knows no
 * protocol and no editor; `compiler/language-server/` translates it.
 */
export { definitionAt, documentationUri, typeDefinitionAt, type Definition, type DefinitionTarget, type TypeDefinition } from './definition.ts'; // prettier-ignore
export { diagnosticsOf } from './diagnostics.ts';
export { allInlayHints, inlayHints, type InlayHint, type InlayHintOptions } from './inlay-hints.ts';
export { neverCancelled, type Edit, type FileSpan, type IsCancelled, type ProjectEdit } from './plain.ts';
export { Project } from './project.ts';
export { signatureHelp, type Signature, type SignatureHelp } from './signature-help.ts';
export { formattingEdits, onTypeFormattingEdits, rangeFormattingEdits, type FormattingOptions } from './formatting.ts';
export { edited, editsBetween } from './text-edits.ts';
export { codeActions, type CodeAction, type CodeActionKind, type CodeActionOptions, type CodeChange } from './code-actions.ts'; // prettier-ignore
