/**
 * `iput image: [28, 28, 1]`: two names in a row at the start of a line are a statement or declaration whose keyword is
 * misspelt, where what follows them fits the keyword that is near; and so is a name with a number behind an arrow. It
 * is reported, and read as that keyword.
 */
import type { IToken, TokenType } from 'chevrotain';
import { distance } from 'fastest-levenshtein';
import { misspeltKeyword, type SyntaxProblem } from './problems.ts';
import { K, Name, NumberToken, S } from './tokens.ts';

const after = (symbol: TokenType, ...keywords: readonly TokenType[]) => [symbol, keywords] as const;

/** What follows the name → what can start so. */
const STARTS: ReadonlyMap<TokenType, readonly TokenType[]> = new Map([
  after(S.Colon, K.input, K.output, K.target, K.weight, K.let, K.const),
  after(S.Assign, K.output, K.layer, K.const, K.loss, K.model, K.let),
  after(S.LCurly, K.model, K.block, K.train),
  after(S.LParen, K.model, K.block, K.const),
]);

/** Gives misspelt keywords their type, and says so. */
export function mendKeywords(tokens: readonly IToken[], text: string): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.tokenType !== Name) continue;
    const meant = nearKeyword(token.image, isLoop(tokens, i) ? LOOPS : isHead(tokens, i, text) ? startsAt(tokens, i) : []); // prettier-ignore
    if (meant === undefined) continue;
    const { startOffset, image } = token;
    problems.push(misspeltKeyword({ start: startOffset, end: startOffset + image.length }, image, meant.name));
    token.tokenType = meant;
    token.tokenTypeIdx = meant.tokenTypeIdx!;
  }
  return problems;
}

const LOOPS: readonly TokenType[] = [K.repeat, K.for];

/** `-> rpeat 3 {` and `-> fro x in` */
function isLoop(tokens: readonly IToken[], i: number): boolean {
  const [before, first, second] = [tokens[i - 1], tokens[i + 1], tokens[i + 2]].map((token) => token?.tokenType);
  if (before !== S.Arrow && before !== S.LCurly) return false;
  const isCount = first === NumberToken || first === Name;
  return (isCount && (second === S.LCurly || second === K.as)) || (first === Name && second === K.in);
}

const isHead = (tokens: readonly IToken[], i: number, text: string): boolean =>
  tokens[i + 1]?.tokenType === Name && isFirstOnLine(tokens, i, text) && !isFirstOnLine(tokens, i + 1, text);

const startsAt = (tokens: readonly IToken[], i: number): readonly TokenType[] =>
  STARTS.get(tokens[i + 2]?.tokenType ?? Name) ?? [];

/** At most one letter in three is wrong, too many or missing, or they are in another order; capitals are no matter. */
function nearKeyword(written: string, keywords: readonly TokenType[]): TokenType | undefined {
  const folded = written.toLowerCase();
  const letters = [...folded].sort().join('');
  const steps = ({ name }: TokenType): number => (letters === [...name].sort().join('') ? 1 : distance(folded, name));
  const [nearest] = [...keywords].sort((a, b) => steps(a) - steps(b));
  return nearest && steps(nearest) <= Math.floor(nearest.name.length / 3) ? nearest : undefined;
}

function isFirstOnLine(tokens: readonly IToken[], i: number, text: string): boolean {
  const before = tokens[i - 1];
  const from = before ? before.startOffset + before.image.length : 0;
  return i === 0 || /[\r\n]/.test(text.slice(from, tokens[i]!.startOffset));
}
