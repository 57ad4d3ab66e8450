/**
 * The Prettier plugin, `prettier --plugin nnlang/prettier`: `.nn` texts, also in Markdown's code fences, in the one
 * style there is. It has no options of its own.
 */
import type { Parser, Printer, SupportLanguage } from 'prettier';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import {
  canAttachComment, getCommentChildNodes, handleComments, hasPrettierIgnore, isBlockComment, printComment,
} from './comments.ts'; // prettier-ignore
import { layoutTree, type AttachedComment, type LayoutNode } from './layout-tree.ts';
import { printNode } from './print-node.ts';

export const languages: SupportLanguage[] = [
  { name: 'nn', parsers: ['nn'], extensions: ['.nn'], vscodeLanguageIds: ['nn'] },
];

export const parsers: Readonly<Record<'nn', Parser<LayoutNode>>> = {
  nn: {
    astFormat: 'nn',
    parse: (text) => parsedLayout(text),
    locStart: ({ span }) => span.start,
    locEnd: ({ span }) => span.end,
  },
};

export const printers: Readonly<Record<'nn', Printer<LayoutNode>>> = {
  nn: {
    print: printNode,
    canAttachComment,
    getCommentChildNodes,
    handleComments,
    hasPrettierIgnore,
    isBlockComment: (comment) => isBlockComment(comment as unknown as AttachedComment),
    printComment,
  },
};

/** What is no syntax tree is not laid out: the first problem is thrown as Prettier expects it, with its place. */
function parsedLayout(text: string): LayoutNode {
  const source = new SourceFile('', text);
  const { file, problems } = parse(source);
  const first = problems[0];
  if (first === undefined) return layoutTree(file, text);
  const [start, end] = [source.positionAt(first.span.start), source.positionAt(first.span.end)];
  const message = `${first.message} (${start.line}:${start.column})`;
  throw Object.assign(new SyntaxError(message), { loc: { start, end } });
}
