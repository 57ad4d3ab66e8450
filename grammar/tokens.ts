/**
 * The token vocabulary of `.nn`: what the lexer recognises, and the same facts as plain data for whoever colours text.
 * Also recognises what people write by habit from other languages (`'text'`, `# comment`, `===`), as tokens of their
 * own that `lexer.ts` reports and turns into what was meant. Any text at all becomes tokens.
 */
import { createToken, Lexer, type ITokenConfig, type TokenType } from 'chevrotain';

export const KEYWORDS = [
  'import', 'from', 'as', 'const', 'model', 'block', 'train', 'input', 'output', 'let', 'layer', 'weight', 'require',
  'loss', 'target', 'if', 'else', 'repeat', 'for', 'in', 'true', 'false',
] as const; // prettier-ignore
export type Keyword = (typeof KEYWORDS)[number];

/** Operators and punctuation by the name of their token, longer spellings before their prefixes. */
const SYMBOLS = {
  Ellipsis: '...', Arrow: '->', Power: '**', EqualEqual: '==', NotEqual: '!=', LessEqual: '<=', GreaterEqual: '>=',
  AndAnd: '&&', OrOr: '||', Plus: '+', Minus: '-', Star: '*', Slash: '/', Percent: '%', At: '@', Less: '<',
  Greater: '>', Not: '!', Assign: '=', Bar: '|', Colon: ':', Comma: ',', Dot: '.', LParen: '(', RParen: ')',
  LBracket: '[', RBracket: ']', LCurly: '{', RCurly: '}',
} as const; // prettier-ignore
export type SymbolName = keyof typeof SYMBOLS;

/** Stands for every binary operator in the one flat operator rule. */
export const BinaryOperator = createToken({ name: 'BinaryOperator', pattern: Lexer.NA });

const OPERATORS: ReadonlySet<string> = new Set([
  'Power', 'EqualEqual', 'NotEqual', 'LessEqual', 'GreaterEqual', 'AndAnd', 'OrOr', 'Plus', 'Minus', 'Star', 'Slash',
  'Percent', 'At', 'Less', 'Greater',
]); // prettier-ignore

export const Name = createToken({ name: 'Name', pattern: /[A-Za-z_][A-Za-z0-9_]*/ });
/** `_` alone: only patterns and shapes allow it. */
export const Underscore = createToken({ name: 'Underscore', pattern: '_', longer_alt: Name });

/** A number that runs into a letter (`3x`), or with a misplaced `_`. */
export const BadNumber = createToken({
  name: 'BadNumber',
  pattern: /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?\w*/,
});
export const NumberToken = createToken({
  name: 'Number',
  pattern: /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?/,
  longer_alt: BadNumber,
});
export const StringToken = createToken({ name: 'String', pattern: /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"/ });

const keywordTokens = Object.fromEntries(
  KEYWORDS.map((word) => [word, createToken({ name: word, pattern: word, longer_alt: Name })]),
) as Readonly<Record<Keyword, TokenType>>;
const symbolTokens = Object.fromEntries(
  Object.entries(SYMBOLS).map(([name, pattern]) => [name, createToken(symbolConfig(name, pattern))]),
) as Readonly<Record<SymbolName, TokenType>>;

function symbolConfig(name: string, pattern: string): ITokenConfig {
  return OPERATORS.has(name) ? { name, pattern, categories: [BinaryOperator] } : { name, pattern };
}

/** Keyword tokens by their word: `K.let`. */
export const K = keywordTokens;
/** Symbol tokens by name: `S.Arrow`. */
export const S = symbolTokens;

const comment = { group: 'comments' } as const;
export const DocCommentToken = createToken({ name: 'DocComment', pattern: /\/\/\/(?!\/)[^\r\n]*/, ...comment });
export const LineComment = createToken({ name: 'LineComment', pattern: /\/\/[^\r\n]*/, ...comment });
export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\//,
  ...comment,
});
const WhiteSpace = createToken({ name: 'WhiteSpace', pattern: /[\s\uFEFF]+/, group: Lexer.SKIPPED });

/** A letter or picture beyond ASCII, but none of the typographic operators and quotes that have tokens of their own. */
const FOREIGN_LETTER = '[^\\u0000-\\u007F\\s×·÷−–≤≥≠→⇒…∧∨¬“”„‘’]';
const FOREIGN_WORD = new RegExp(`${FOREIGN_LETTER}+\\w*(?:${FOREIGN_LETTER}+\\w*)*`);

/** The lexer picks patterns by first character and cannot see through `[^…]`: codes that stand for all there are. */
const ANY_CODE = [...Array(256).keys(), ...Array.from({ length: 1024 }, (_, i) => i * 64)];
const FOREIGN_CODES = ANY_CODE.filter((code) => code >= 128);

/** What is not `.nn` but is recognised in order to be explained. */
export const Mistakes = {
  UnterminatedComment: createToken({ name: 'UnterminatedComment', pattern: /\/\*[^]*/, ...comment }),
  HashComment: createToken({ name: 'HashComment', pattern: /#[^\r\n]*/, ...comment }),
  TripleQuoted: createToken({ name: 'TripleQuoted', pattern: /"""[^]*?"""/, ...comment }),
  UnterminatedString: createToken({
    name: 'UnterminatedString',
    pattern: /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*\\?/,
  }),
  SingleQuoted: createToken({ name: 'SingleQuoted', pattern: /'[^'\\\r\n]*(?:\\[^\r\n][^'\\\r\n]*)*'/ }),
  BackQuoted: createToken({ name: 'BackQuoted', pattern: /`[^`\r\n]*`/ }),
  CurlyQuoted: createToken({ name: 'CurlyQuoted', pattern: /[“”„‘’][^“”„‘’"\r\n]*[“”‘’"]/ }),
  /** Spellings of other languages and of typography; `MEANT` says what each stands for. */
  Foreign: createToken({ name: 'Foreign', pattern: /===|!==|=>|\|>|<-|[×·÷−–≤≥≠→⇒…^∧∨¬]|&(?!&)/ }),
  Semicolons: createToken({ name: 'Semicolons', pattern: /;+/ }),
  /** A word with letters outside A–Z. */
  ForeignWord: createToken({ name: 'ForeignWord', pattern: FOREIGN_WORD, start_chars_hint: FOREIGN_CODES }),
  Stray: createToken({ name: 'Stray', pattern: /[^]/, start_chars_hint: ANY_CODE }),
} as const;

/** What a `Foreign` token stands for. */
export const MEANT: Readonly<Record<string, SymbolName>> = {
  '===': 'EqualEqual', '!==': 'NotEqual', '=>': 'Arrow', '|>': 'Arrow', '<-': 'Assign', '×': 'Star', '·': 'Star',
  '÷': 'Slash', '−': 'Minus', '–': 'Minus', '≤': 'LessEqual', '≥': 'GreaterEqual', '≠': 'NotEqual', '→': 'Arrow',
  '⇒': 'Arrow', '…': 'Ellipsis', '^': 'Power', '&': 'AndAnd', '∧': 'AndAnd', '∨': 'OrOr', '¬': 'Not',
}; // prettier-ignore

export function spellingOf(name: SymbolName): string {
  return SYMBOLS[name];
}

/** What to call a token type in a message: `->`, `let`, a name. */
export function labelOf(type: TokenType): string {
  if (type === Name) return 'a name';
  if (type === NumberToken) return 'a number';
  if (type === StringToken) return 'a string in double quotes';
  return `\`${typeof type.PATTERN === 'string' ? type.PATTERN : type.name}\``;
}

/** In the order the lexer tries them. */
export const ALL_TOKENS: TokenType[] = [
  WhiteSpace,
  ...Object.values(keywordTokens),
  Underscore,
  Name,
  NumberToken,
  BadNumber,
  Mistakes.TripleQuoted,
  StringToken,
  Mistakes.UnterminatedString,
  Mistakes.SingleQuoted,
  Mistakes.BackQuoted,
  Mistakes.CurlyQuoted,
  DocCommentToken,
  LineComment,
  BlockComment,
  Mistakes.UnterminatedComment,
  Mistakes.HashComment,
  Mistakes.Foreign,
  ...Object.values(symbolTokens),
  Mistakes.Semicolons,
  Mistakes.ForeignWord,
  Mistakes.Stray,
  BinaryOperator,
];

/** The vocabulary as data: regular expressions as sources, words and symbols as written. */
export const VOCABULARY = {
  keywords: {
    declaration: ['import', 'from', 'as', 'const', 'model', 'block', 'train'],
    statement: ['input', 'output', 'let', 'layer', 'weight', 'require', 'loss', 'target'],
    control: ['if', 'else', 'repeat', 'for', 'in'],
    constant: ['true', 'false'],
  },
  operators: Object.entries(SYMBOLS)
    .filter(([name]) => OPERATORS.has(name) || name === 'Not' || name === 'Arrow' || name === 'Assign')
    .map(([, spelling]) => spelling),
  punctuation: Object.entries(SYMBOLS)
    .filter(([name]) => !OPERATORS.has(name) && name !== 'Not' && name !== 'Arrow' && name !== 'Assign')
    .map(([, spelling]) => spelling),
  name: (Name.PATTERN as RegExp).source,
  number: (NumberToken.PATTERN as RegExp).source,
  string: { begin: '"', end: '"', escape: /\\(?:[nt"\\]|u\{[0-9A-Fa-f]{1,6}\})/.source },
  comments: { doc: '///(?!/)', line: '//', blockBegin: '/\\*', blockEnd: '\\*/' },
} as const satisfies {
  keywords: Record<string, readonly Keyword[]>;
  [part: string]: unknown;
};

const keywordSet: ReadonlySet<string> = new Set(KEYWORDS);

export function isKeyword(word: string): word is Keyword {
  return keywordSet.has(word);
}
