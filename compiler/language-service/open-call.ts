/**
 * The text before the cursor → the call whose arguments are being written there. From tokens alone: what stands behind
 * the cursor, and whether it can be read, does not matter.
 */
import type { IToken } from 'chevrotain';
import { lex } from '../../grammar/lexer.ts';
import { SourceFile } from '../../grammar/source.ts';
import { isKeyword } from '../../grammar/tokens.ts';

/** `Cross(8)(x, memory: ¦` */
export interface OpenCall {
  /** The name that is called, and where it stands. */
  readonly name: string;
  readonly nameStart: number;
  /** Which of its argument lists is being written: 0, or 1 behind a closed one. */
  readonly list: number;
  /** Where that list begins. */
  readonly listStart: number;
  /** Of the arguments so far, the one at the cursor last. */
  readonly arguments: readonly WrittenArgument[];
  /** Whether a value flows into it: `x -> f(¦`. */
  readonly isStage: boolean;
}

export interface WrittenArgument {
  readonly label: string | undefined;
  /** Begins as a string in quotes. */
  readonly isString: boolean;
}

interface Frame {
  readonly open: '(' | '[' | '{';
  readonly callee: Callee | undefined;
  readonly start: number;
  readonly arguments: { label: string | undefined; isString: boolean; isEmpty: boolean }[];
}

interface Callee {
  readonly name: string;
  readonly start: number;
  readonly list: number;
  readonly isStage: boolean;
}

/** The innermost call around an offset that has a name; parentheses and lists inside it are parts of its arguments. */
export function openCallAt(text: string, offset: number): OpenCall | undefined {
  const from = declarationStart(text, offset);
  const { tokens, comments } = lex(new SourceFile('', text.slice(from, offset)));
  const last = comments.at(-1);
  const isInComment = last && last.span.end === offset - from && !(last.style === 'block' && last.text.endsWith('*/'));
  if (isInComment) return undefined;
  const frames = new OpenFrames();
  for (const [i, token] of tokens.entries()) frames.take(token, tokens, i);
  const frame = frames.innermostCall();
  if (!frame?.callee) return undefined;
  const { name, start, list, isStage } = frame.callee;
  return { name, nameStart: from + start, list, listStart: from + frame.start, arguments: frame.arguments, isStage };
}

/** The last line before the offset that begins a declaration: nothing before it matters. */
function declarationStart(text: string, offset: number): number {
  const starts = [...text.slice(0, offset).matchAll(/^(?:import|const|block|model|train)\b/gm)];
  return starts.at(-1)?.index ?? 0;
}

const opening: ReadonlySet<string> = new Set(['(', '[', '{']);
const closing: Readonly<Record<string, Frame['open']>> = { ')': '(', ']': '[', '}': '{' };
const statements: ReadonlySet<string> = new Set(['input', 'output', 'let', 'layer', 'weight', 'require', 'loss', 'target', 'const', 'block', 'model', 'train']); // prettier-ignore

class OpenFrames {
  readonly #frames: Frame[] = [];
  /** Callee of the argument list that the last token has closed. */
  #closed: Callee | undefined;

  take(token: IToken, tokens: readonly IToken[], i: number): void {
    const { image } = token;
    const closed = this.#closed;
    this.#closed = undefined;
    if (opening.has(image)) {
      this.#begin(token);
      const callee = image === '(' ? (closed ? { ...closed, list: closed.list + 1 } : calleeBefore(tokens, i)) : undefined;
      this.#frames.push({ open: image as Frame['open'], callee, start: token.startOffset, arguments: [emptyArgument()] });
    } else if (closing[image]) this.#close(closing[image]);
    else if (image === ',') this.#frames.at(-1)?.arguments.push(emptyArgument());
    else if (image === ':') this.#label(tokens[i - 1]);
    else {
      if (statements.has(image) && tokens[i + 1]?.image !== ':') this.#toBody();
      this.#begin(token);
    }
  } // prettier-ignore

  #begin({ image }: IToken): void {
    const argument = this.#frames.at(-1)?.arguments.at(-1);
    if (!argument?.isEmpty) return;
    argument.isEmpty = false;
    argument.isString = image.startsWith('"');
  }

  #label(before: IToken | undefined): void {
    const argument = this.#frames.at(-1)?.arguments.at(-1);
    if (argument && before && /^[A-Za-z_]\w*$/.test(before.image)) argument.label ??= before.image;
  }

  /** What was left open inside is closed with it. */
  #close(open: Frame['open']): void {
    const at = this.#frames.findLastIndex((frame) => frame.open === open);
    if (at < 0) return;
    this.#closed = this.#frames[at]!.callee;
    this.#frames.length = at;
  }

  /** A statement begins: no argument list reaches beyond it. */
  #toBody(): void {
    const at = this.#frames.findIndex((frame) => frame.open === '(');
    if (at >= 0) this.#frames.length = at;
  }

  innermostCall(): Frame | undefined {
    for (const frame of [...this.#frames].reverse()) {
      if (frame.open === '{') return undefined;
      if (frame.callee) return frame;
    }
    return undefined;
  }
}

const emptyArgument = (): Frame['arguments'][number] => ({ label: undefined, isString: false, isEmpty: true });

/** The name right before a parenthesis, unless it declares: `block Down(`. */
function calleeBefore(tokens: readonly IToken[], at: number): Callee | undefined {
  const name = tokens[at - 1];
  if (!name || !/^[A-Za-z_]\w*$/.test(name.image) || isKeyword(name.image)) return undefined;
  const before = tokens[at - 2]?.image;
  if (before === 'block' || before === 'model' || before === 'const' || before === '.') return undefined;
  return { name: name.image, start: name.startOffset, list: 0, isStage: before === '->' };
}
