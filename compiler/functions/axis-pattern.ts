/**
 * Patterns of named axes: `"h w (heads d) -> heads (h w) d"` and `"q d, k d -> q k"`. Every part knows where in the
 * string it stands, so that what is wrong can be pointed at.
 */
import type { PatternPart, PatternProblem, TextRange } from '../definitions/need.ts';

export interface PatternAxis extends TextRange {
  readonly name: string;
}
/** One axis of a tensor: one name, several in parentheses, none for `1`; or all other axes, `...`. */
export interface PatternGroup extends TextRange {
  readonly text: string;
  readonly axes: readonly PatternAxis[];
  readonly isEllipsis: boolean;
}
export interface PatternSide extends TextRange {
  readonly groups: readonly PatternGroup[];
}
export interface AxisPattern {
  readonly operands: readonly PatternSide[];
  readonly result: PatternSide;
}
export interface PatternFailure {
  readonly problem: PatternProblem;
  readonly within: TextRange;
}

/** What the two kinds of patterns differ in. */
export interface PatternRules {
  readonly groups: boolean;
  readonly operands: boolean;
}

interface Token extends TextRange {
  readonly text: string;
}

class PatternError extends Error {
  readonly failure: PatternFailure;
  constructor(problem: PatternProblem, within: TextRange) {
    super(problem.kind);
    this.failure = { problem, within };
  }
}

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

class PatternParser {
  readonly #pattern: string;
  readonly #rules: PatternRules;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(pattern: string, rules: PatternRules) {
    this.#pattern = pattern;
    this.#rules = rules;
    const words = pattern.matchAll(/\.\.\.|->|[A-Za-z_]\w*|\d+|\S/g);
    this.#tokens = [...words].map(({ 0: text, index }) => ({ text, start: index, end: index + text.length }));
  }

  parse(): AxisPattern {
    const operands = [this.#side()];
    while (this.#rules.operands && this.#peek() === ',') {
      this.#next++;
      operands.push(this.#side());
    }
    if (this.#peek() !== '->') this.#refuse('arrow');
    this.#next++;
    const result = this.#side();
    if (this.#peek() !== undefined) this.#refuse('end');
    return { operands, result };
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #refuse(wanted: PatternPart): never {
    const token = this.#tokens[this.#next];
    const end = this.#pattern.length;
    throw new PatternError({ kind: 'unexpected', text: token?.text ?? '', wanted }, token ?? { start: Math.max(0, end - 1), end }); // prettier-ignore
  }

  #side(): PatternSide {
    const groups: PatternGroup[] = [];
    const seen = new Set<string>();
    for (let text = this.#peek(); text !== undefined && text !== '->' && text !== ','; text = this.#peek()) {
      const group = this.#group();
      if (group.isEllipsis && groups.some((g) => g.isEllipsis)) throw new PatternError({ kind: 'twice', axis: '...' }, group); // prettier-ignore
      // A repeated axis of an operand of `einsum` is its diagonal.
      if (!this.#rules.operands) for (const axis of group.axes) this.#unique(seen, axis);
      groups.push(group);
    }
    if (!this.#rules.operands && this.#peek() === ',') this.#refuse('end');
    const [first, last] = [groups[0], groups.at(-1)];
    const at = this.#tokens[this.#next]?.start ?? this.#pattern.length;
    return { groups, start: first?.start ?? at, end: last?.end ?? at };
  }

  #unique(seen: Set<string>, axis: PatternAxis): void {
    if (seen.has(axis.name)) throw new PatternError({ kind: 'twice', axis: axis.name }, axis);
    seen.add(axis.name);
  }

  #group(): PatternGroup {
    const token = this.#tokens[this.#next]!;
    const { text, start, end } = token;
    if (text === '(' && this.#rules.groups) return this.#parenthesised(token);
    if (text === '...') {
      this.#next++;
      return { text, axes: [], isEllipsis: true, start, end };
    }
    if (text === '1' && this.#rules.groups) {
      this.#next++;
      return { text, axes: [], isEllipsis: false, start, end };
    }
    return { text, axes: [this.#axis()], isEllipsis: false, start, end };
  }

  #axis(): PatternAxis {
    const token = this.#tokens[this.#next];
    if (!token || !isName(token.text)) return this.#refuse('axis');
    this.#next++;
    return { name: token.text, start: token.start, end: token.end };
  }

  #parenthesised({ start }: Token): PatternGroup {
    this.#next++;
    const axes: PatternAxis[] = [];
    while (this.#peek() !== ')') {
      const text = this.#peek();
      if (text === undefined || text === '->' || text === '(') this.#refuse('closing');
      if (text === '1') this.#next++;
      else axes.push(this.#axis());
    }
    const { end } = this.#tokens[this.#next++]!;
    return { text: this.#pattern.slice(start, end), axes, isEllipsis: false, start, end };
  }
}

/** The parts of a pattern, or what is wrong with its text. */
export function parseAxisPattern(pattern: string, rules: PatternRules): AxisPattern | PatternFailure {
  try {
    return new PatternParser(pattern, rules).parse();
  } catch (error) {
    if (error instanceof PatternError) return error.failure;
    throw error;
  }
}

/** `[h, w, (heads d)]`, as messages show what a pattern wants. */
export const layoutOf = ({ groups }: PatternSide): string => `[${groups.map((group) => group.text).join(', ')}]`;

export const axesOf = ({ groups }: PatternSide): readonly PatternAxis[] => groups.flatMap((group) => group.axes);
export const hasEllipsis = ({ groups }: PatternSide): boolean => groups.some((group) => group.isEllipsis);
