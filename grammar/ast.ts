/**
 * The abstract syntax tree of a `.nn` file. Plain readonly data, a union on `kind`. Every node and every name has a
 * span; no symbols, types or parents live here. What the parser could not read is an explicit `Missing` node.
 */
import type { Span } from './source.ts';

export interface NodeBase {
  readonly span: Span;
}

/** A name with its place. A name that is not there has the text '' and `missing: true`. */
export interface Identifier extends NodeBase {
  readonly kind: 'Identifier';
  readonly name: string;
  readonly missing?: true;
}

/** A run of `///` lines: Markdown, without the slashes. */
export interface DocComment extends NodeBase {
  readonly kind: 'DocComment';
  readonly text: string;
}

/** Any comment that is not a doc comment attached to something, with its text as written. */
export interface Comment extends NodeBase {
  readonly kind: 'Comment';
  readonly style: 'line' | 'block' | 'doc';
  readonly text: string;
}

export interface File extends NodeBase {
  readonly kind: 'File';
  readonly imports: readonly Import[];
  readonly declarations: readonly Declaration[];
  /** Every comment of the file in order, doc comments too. */
  readonly comments: readonly Comment[];
}

export interface Import extends NodeBase {
  readonly kind: 'Import';
  readonly names: readonly ImportName[];
  readonly from: StringLiteral | Missing;
}
export interface ImportName extends NodeBase {
  readonly kind: 'ImportName';
  readonly name: Identifier;
  readonly alias?: Identifier;
}

export type Declaration = Const | Block | Model | ModelAlias | Train;
export interface Const extends NodeBase {
  readonly kind: 'Const';
  readonly doc?: DocComment;
  readonly name: Identifier;
  /** Present (perhaps empty) for a compile-time function. */
  readonly parameters?: readonly Parameter[];
  readonly type?: ParameterType;
  readonly value: Expression;
}
export interface Block extends NodeBase {
  readonly kind: 'Block';
  readonly doc?: DocComment;
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
}
export interface Model extends NodeBase {
  readonly kind: 'Model';
  readonly doc?: DocComment;
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
}
/** `model Big = GPT(depth: 24)` */
export interface ModelAlias extends NodeBase {
  readonly kind: 'ModelAlias';
  readonly doc?: DocComment;
  readonly name: Identifier;
  readonly value: Expression;
}
export interface Train extends NodeBase {
  readonly kind: 'Train';
  readonly doc?: DocComment;
  readonly model: Identifier;
  readonly items: readonly (Target | TrainField)[];
}
export interface Target extends NodeBase {
  readonly kind: 'Target';
  readonly doc?: DocComment;
  readonly name: Identifier;
  readonly type: TensorType;
}
export interface TrainField extends NodeBase {
  readonly kind: 'TrainField';
  readonly doc?: DocComment;
  readonly name: Identifier;
  readonly value: Expression;
}

export interface Parameter extends NodeBase {
  readonly kind: 'Parameter';
  readonly doc?: DocComment;
  readonly name: Identifier;
  readonly type?: ParameterType;
  readonly defaultValue?: Expression;
}

export type ParameterType = NamedType | TupleType | ListType | UnionType;
/** `int`, `activation`, `layer`, or an option name such as `same`. */
export interface NamedType extends NodeBase {
  readonly kind: 'NamedType';
  readonly name: Identifier;
}
export interface TupleType extends NodeBase {
  readonly kind: 'TupleType';
  readonly elements: readonly ParameterType[];
}
export interface ListType extends NodeBase {
  readonly kind: 'ListType';
  readonly element: ParameterType;
}
export interface UnionType extends NodeBase {
  readonly kind: 'UnionType';
  readonly members: readonly ParameterType[];
}

export interface Body extends NodeBase {
  readonly kind: 'Body';
  readonly statements: readonly Statement[];
}

export type Statement = Input | Output | Let | LayerStatement | Weight | Require | LossStatement;
interface StatementBase extends NodeBase {
  readonly doc?: DocComment;
}
export interface Input extends StatementBase {
  readonly kind: 'Input';
  readonly name: Identifier;
  readonly type: TensorType;
  readonly defaultValue?: Expression;
}
export interface Output extends StatementBase {
  readonly kind: 'Output';
  readonly name: Identifier;
  readonly type?: TensorType;
  readonly value: Expression;
}
export interface Let extends StatementBase {
  readonly kind: 'Let';
  readonly pattern: Pattern;
  readonly type?: TensorType;
  readonly value: Expression;
}
export interface LayerStatement extends StatementBase {
  readonly kind: 'LayerStatement';
  readonly name: Identifier;
  readonly value: Expression;
}
export interface Weight extends StatementBase {
  readonly kind: 'Weight';
  readonly name: Identifier;
  readonly type: TensorType;
  readonly initializer?: Expression;
}
export interface Require extends StatementBase {
  readonly kind: 'Require';
  readonly condition: Expression;
  readonly message?: StringLiteral;
}
export interface LossStatement extends StatementBase {
  readonly kind: 'LossStatement';
  readonly name: Identifier;
  readonly value: Expression;
}

export type Pattern = NamePattern | TuplePattern;
export interface NamePattern extends NodeBase {
  readonly kind: 'NamePattern';
  readonly name: Identifier;
}
export interface TuplePattern extends NodeBase {
  readonly kind: 'TuplePattern';
  readonly elements: readonly (Identifier | Discard)[];
}
/** `_` */
export interface Discard extends NodeBase {
  readonly kind: 'Discard';
}

/** `[h, w, 3]`, `int32[seq]`, `int32`. Without a dtype it is float32; without `dimensions` it is a scalar per example. */
export interface TensorType extends NodeBase {
  readonly kind: 'TensorType';
  readonly dtype?: Identifier;
  readonly dimensions?: readonly Dimension[];
}
/** `Discard` is `_`, whatever it is. */
export type Dimension = SpreadDimension | Discard | Expression;
export interface SpreadDimension extends NodeBase {
  readonly kind: 'SpreadDimension';
  readonly name: Identifier;
}

export type Expression =
  | Pipeline
  | Repeat
  | For
  | Binary
  | Unary
  | Call
  | IndexExpression
  | Member
  | NumberLiteral
  | StringLiteral
  | BooleanLiteral
  | Name
  | If
  | Tuple
  | List
  | Missing;

/** `head -> stage -> stage`. A head that is a loop makes a pipeline of layers (a bare loop as expression is one with no further stage). */
export interface Pipeline extends NodeBase {
  readonly kind: 'Pipeline';
  readonly head: Expression;
  readonly stages: readonly Stage[];
}
export type BinaryOperator =
  | '+' | '-' | '*' | '/' | '%' | '@' | '**'
  | '==' | '!=' | '<' | '<=' | '>' | '>='
  | '&&' | '||'; // prettier-ignore
export interface Binary extends NodeBase {
  readonly kind: 'Binary';
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
}
export interface Unary extends NodeBase {
  readonly kind: 'Unary';
  readonly operator: '-' | '!';
  readonly operand: Expression;
}
export interface Call extends NodeBase {
  readonly kind: 'Call';
  readonly callee: Expression;
  readonly arguments: ArgumentList;
}
export interface ArgumentList extends NodeBase {
  readonly kind: 'ArgumentList';
  readonly arguments: readonly Argument[];
}
export interface Argument extends NodeBase {
  readonly kind: 'Argument';
  readonly name?: Identifier;
  /** For the shorthand `strides:` a `Name` with the span of the label. */
  readonly value: Expression;
  readonly shorthand?: true;
}
export interface IndexExpression extends NodeBase {
  readonly kind: 'IndexExpression';
  readonly object: Expression;
  readonly indices: readonly Index[];
}
export type Index = EllipsisIndex | SliceIndex | Expression;
/** `...` */
export interface EllipsisIndex extends NodeBase {
  readonly kind: 'EllipsisIndex';
}
export interface SliceIndex extends NodeBase {
  readonly kind: 'SliceIndex';
  readonly start?: Expression;
  readonly stop?: Expression;
  readonly step?: Expression;
}
export interface Member extends NodeBase {
  readonly kind: 'Member';
  readonly object: Expression;
  readonly name: Identifier;
}
export interface NumberLiteral extends NodeBase {
  readonly kind: 'NumberLiteral';
  readonly value: number;
  /** As written, without underscores; `isInteger` tells `2` from `2.0`. */
  readonly text: string;
  readonly isInteger: boolean;
}
export interface StringLiteral extends NodeBase {
  readonly kind: 'StringLiteral';
  readonly value: string;
  /** As written between the quotes: offset i of it is at `span.start + 1 + i`. */
  readonly raw: string;
}
export interface BooleanLiteral extends NodeBase {
  readonly kind: 'BooleanLiteral';
  readonly value: boolean;
}
export interface Name extends NodeBase {
  readonly kind: 'Name';
  readonly name: string;
}
export interface If extends NodeBase {
  readonly kind: 'If';
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}
export interface Tuple extends NodeBase {
  readonly kind: 'Tuple';
  readonly elements: readonly Expression[];
}
export interface List extends NodeBase {
  readonly kind: 'List';
  readonly elements: readonly Expression[];
}
/** What should stand here and does not. A diagnostic has been given. */
export interface Missing extends NodeBase {
  readonly kind: 'Missing';
}

export type Stage = CallStage | Repeat | For | IfStage;
/** `Name{.member} [ (arguments) [ (arguments) ] ]` */
export interface CallStage extends NodeBase {
  readonly kind: 'CallStage';
  readonly callee: Name | Member | Missing;
  readonly calls: readonly ArgumentList[];
}
export interface Repeat extends NodeBase {
  readonly kind: 'Repeat';
  readonly count: Expression;
  readonly index?: Identifier;
  readonly stages: readonly Stage[];
}
export interface For extends NodeBase {
  readonly kind: 'For';
  readonly pattern: Pattern;
  readonly list: Expression;
  readonly stages: readonly Stage[];
}
export interface IfStage extends NodeBase {
  readonly kind: 'IfStage';
  readonly condition: Expression;
  readonly then: readonly Stage[];
  readonly otherwise?: readonly Stage[];
}

export type Node =
  | File | Import | ImportName | Declaration | Target | TrainField | Parameter | ParameterType | Body | Statement
  | Pattern | Discard | TensorType | Dimension | Expression | Stage | ArgumentList | Argument | Index
  | Identifier | DocComment | Comment; // prettier-ignore
