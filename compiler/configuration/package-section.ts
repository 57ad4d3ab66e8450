/** The text of a `package.json` → what it says under `"nnlang"`, and where. It may be anything at all. */
import { findNodeAtLocation, parseTree, printParseErrorCode, type ParseError } from 'jsonc-parser/lib/esm/main.js';
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { ConfigPath } from './config-options.ts';
import { ConfigError } from './config-error.ts';

export interface PackageSection {
  readonly value: unknown;
  readonly source: SourceFile;
}

/** Undefined where it says nothing of nnlang. @throws UserError where it is no JSON. */
export function sectionOf(source: SourceFile): PackageSection | undefined {
  // Most have none, and need no parsing; a key may be written with escapes, which nobody does.
  if (!source.text.includes('"nnlang"')) return undefined;
  const whole = parsed(source);
  if (typeof whole !== 'object' || whole === null || !Object.hasOwn(whole, 'nnlang')) return undefined;
  return { value: (whole as { readonly nnlang: unknown }).nnlang, source };
}

function parsed(source: SourceFile): unknown {
  try {
    return JSON.parse(source.text);
  } catch {
    const errors: ParseError[] = [];
    parseTree(source.text, errors);
    const { offset = 0, length = 0, error } = errors[0] ?? {};
    const why = error === undefined ? 'it ends too early or is nested too deeply' : reasons[printParseErrorCode(error)] ?? 'something else is wanted here'; // prettier-ignore
    throw new ConfigError(source, [{ message: `This is not JSON: ${why}.`, help: 'Mend it; npm cannot read it either.', span: { start: offset, end: offset + length } }]); // prettier-ignore
  }
}

const reasons: Readonly<Record<string, string>> = {
  InvalidSymbol: 'there is no such word in JSON',
  InvalidNumberFormat: 'no number is written like this',
  PropertyNameExpected: 'a name in double quotes is wanted here',
  ValueExpected: 'a value is wanted here',
  ColonExpected: 'a colon is wanted before this',
  CommaExpected: 'a comma is wanted before this',
  CloseBraceExpected: 'a closing brace is wanted before this',
  CloseBracketExpected: 'a closing bracket is wanted before this',
  EndOfFileExpected: 'nothing may follow here',
  InvalidCommentToken: 'comments are not allowed in it',
  UnexpectedEndOfString: 'the text is not closed',
  InvalidCharacter: 'this character is not allowed here',
};

/** Where something of the section stands: its name, or what it is set to. */
export function placeInPackage({ text }: SourceFile, path: ConfigPath, isName: boolean): Span | undefined {
  const root = parseTree(text);
  const node = root && findNodeAtLocation(root, ['nnlang', ...path]);
  const named = isName && node?.parent?.type === 'property' ? node.parent.children?.[0] : node;
  return named && { start: named.offset, end: named.offset + named.length };
}
