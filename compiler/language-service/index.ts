/**
 * The language service: all that editors ask, as functions of a project and a place that give plain data. It knows no
 * protocol and no editor; `compiler/language-server/` translates it.
 */
export { hierarchyItemAt, incomingCalls, outgoingCalls, type HierarchyCall, type HierarchyItem } from './call-hierarchy.ts'; // prettier-ignore
export { codeActions, type CodeAction, type CodeActionKind, type CodeActionOptions, type CodeChange } from './code-actions.ts'; // prettier-ignore
export { codeLenses, resolveCodeLens, type CodeLens, type ResolvedCodeLens } from './code-lens.ts';
export { completions, type CompletionOptions } from './completion.ts';
export type { CompletionData, CompletionItem, CompletionKind, CompletionList } from './completion-item.ts';
export { resolveCompletion, type ResolvedCompletion } from './completion-resolve.ts';
export { definitionAt, documentationUri, typeDefinitionAt, type Definition, type DefinitionTarget, type TypeDefinition } from './definition.ts'; // prettier-ignore
export { diagnosticsOf } from './diagnostics.ts';
export { documentationPage } from './documentation.ts';
export { documentLinks, type DocumentLink } from './document-links.ts';
export { editsForMoves, type Move } from './file-moves.ts';
export { foldingRanges, type FoldingRange } from './folding.ts';
export { formattingEdits, onTypeFormattingEdits, rangeFormattingEdits, type FormattingOptions } from './formatting.ts';
export { hover, type Hover } from './hover.ts';
export { allInlayHints, inlayHints, type InlayHint, type InlayHintOptions } from './inlay-hints.ts';
export { linkedEditingAt, linkedWord } from './linked-editing.ts';
export { neverCancelled, type Edit, type FileSpan, type IsCancelled, type ProjectEdit } from './plain.ts';
export { Project } from './project.ts';
export { highlightsAt, referencesAt, type Highlight, type ReferenceOptions } from './references.ts';
export { prepareRename, rename, type PreparedRename, type Refusal, type RenameEdits, type Renaming } from './rename.ts';
export { selectionRangesAt } from './selection-ranges.ts';
export { semanticTokenModifiers, semanticTokens, semanticTokenTypes, type SemanticToken, type SemanticTokenModifier, type SemanticTokenType } from './semantic-tokens.ts'; // prettier-ignore
export { signatureHelp, type Signature, type SignatureHelp } from './signature-help.ts';
export { documentSymbols, workspaceSymbols, type DocumentSymbol, type SymbolKind, type WorkspaceSymbol } from './symbols.ts'; // prettier-ignore
export { edited, editsBetween } from './text-edits.ts';
