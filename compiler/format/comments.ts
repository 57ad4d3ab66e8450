/**
 * Where comments hang and how they are printed. Prettier finds the nodes around a comment; here is decided which of
 * them it belongs to, so that no two comments ever meet on a line and no doc comment comes to stand before what it did
 * not document.
 */
import type { AstPath, Doc } from 'prettier';
import { builders, utils } from 'prettier/doc';
import { layoutChildren, type AttachedComment, type LayoutKind, type LayoutNode } from './layout-tree.ts';

const { hardline, breakParent, join } = builders;

export type LayoutPath = AstPath<LayoutNode>;

/** What Prettier has found out about a comment when it asks where it belongs. */
interface PlacedComment extends AttachedComment {
  readonly enclosingNode?: LayoutNode;
  readonly precedingNode?: LayoutNode;
  readonly followingNode?: LayoutNode;
}

/** Nodes whose children stand one per line as soon as a line comment is between them. */
const LINE_BY_LINE: ReadonlySet<LayoutKind> = new Set<LayoutKind>([
  'File', 'Body', 'Items', 'Parameters', 'Dimensions', 'Indices', 'ArgumentList', 'List', 'Tuple', 'TuplePattern',
  'TupleType', 'Names', 'Pipeline',
]); // prettier-ignore

export const canAttachComment = (node: LayoutNode | AttachedComment): boolean => node.kind !== 'Comment';
export const getCommentChildNodes = (node: LayoutNode): LayoutNode[] => layoutChildren(node);
export const isBlockComment = (comment: AttachedComment): boolean => comment.style === 'block';

export const handleComments = {
  endOfLine: placeAtEndOfLine,
};

/**
 * A comment at the end of a line stays behind what stands before it. It moves to what comes after where the line would
 * go on, and where it is a doc comment of that.
 */
function placeAtEndOfLine(comment: PlacedComment): boolean {
  const { enclosingNode, precedingNode, followingNode } = comment;
  if (followingNode === undefined) return false;
  const isItsDoc = followingNode.doc !== undefined && holds(followingNode.doc, comment);
  const staysBehind = precedingNode !== undefined && (!enclosingNode || breaksAfter(comment, enclosingNode));
  if (staysBehind && !isItsDoc) return false;
  hang(followingNode, comment);
  return true;
}

/** Whether a line ends in a node where a comment stands. An operator that is broken before begins a line. */
function breaksAfter({ span }: AttachedComment, { kind, operatorSpan }: LayoutNode): boolean {
  return LINE_BY_LINE.has(kind) || (operatorSpan !== undefined && span.end <= operatorSpan.start);
}

function hang(node: LayoutNode, comment: PlacedComment): void {
  node.comments ??= [];
  node.comments.push(comment);
  comment.printed = false;
  comment.leading = true;
  comment.trailing = false;
}

const holds = (outer: LayoutNode['span'], { span }: AttachedComment): boolean =>
  outer.start <= span.start && span.end <= outer.end;

export const printComment = (path: LayoutPath): Doc => commentText(path.node as unknown as AttachedComment);

function commentText({ style, text }: AttachedComment): Doc {
  return style === 'block' ? utils.replaceEndOfLine(text) : text.trimEnd();
}

/**
 * `// prettier-ignore`, and parameters with a doc comment in them that documents nothing: wherever it went, it might
 * come to document one of them.
 */
export function hasPrettierIgnore(path: LayoutPath): boolean {
  const { node } = path;
  if (node.comments?.some((comment) => comment.leading && IGNORE.test(comment.text))) return true;
  return node.kind === 'Parameters' && hasStrayDoc(node);
}

const IGNORE = /^(?:\/\/\s*prettier-ignore\s*|\/\*\s*prettier-ignore\s*\*\/)$/;

function hasStrayDoc(node: LayoutNode): boolean {
  const docs = layoutChildren(node).flatMap((child) => child.doc ?? []);
  return commentsIn(node).some((comment) => comment.style === 'doc' && !docs.some((doc) => holds(doc, comment)));
}

/** Below a node, and in its empty brackets. */
function commentsIn(node: LayoutNode): readonly AttachedComment[] {
  const own = (node.comments ?? []).filter((comment) => !comment.leading && !comment.trailing);
  return [...own, ...layoutChildren(node).flatMap((child) => [...(child.comments ?? []), ...commentsIn(child)])];
}

/** Comments in empty brackets. */
export function printDangling(path: LayoutPath): Doc {
  const docs: Doc[] = [];
  let breaks = false;
  path.each((commentPath) => {
    const comment = commentPath.node as unknown as AttachedComment;
    if (comment.leading || comment.trailing) return;
    comment.printed = true;
    breaks ||= comment.style !== 'block';
    docs.push(commentText(comment));
  }, 'comments');
  return [join(hardline, docs), breaks ? breakParent : ''];
}

export const hasDangling = ({ comments = [] }: LayoutNode): boolean =>
  comments.some((comment) => !comment.leading && !comment.trailing);
