/** The TextMate grammars are up to date, and colour every example as the lexer reads it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { globSync } from 'tinyglobby';
import { beforeAll, describe, expect, test } from 'vitest';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, Registry, type IGrammar } from 'vscode-textmate';
import { isKeyword } from '../../grammar/tokens.ts';
import { lex } from '../../grammar/lexer.ts';
import { SourceFile } from '../../grammar/source.ts';
import { grammarFiles, grammarText } from '../../vscode-extension/syntaxes/write-grammars.ts';

const read = (name: string): string => readFileSync(new URL(`../../vscode-extension/syntaxes/${name}`, import.meta.url), 'utf8'); // prettier-ignore

/** Enough of Markdown for fences to be looked for. */
const markdown = { scopeName: 'text.html.markdown', patterns: [], repository: {} };

let nn: IGrammar;
let page: IGrammar;

beforeAll(async () => {
  await loadWASM(readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')));
  const raw: Record<string, unknown> = {
    'source.nn': JSON.parse(read('nn.tmLanguage.json')),
    'markdown.nn.codeblock': JSON.parse(read('nn-markdown.tmLanguage.json')),
    'text.html.markdown': markdown,
  };
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scope) => raw[scope] as never,
    getInjections: (scope) => (scope === 'text.html.markdown' ? ['markdown.nn.codeblock'] : undefined),
  });
  nn = (await registry.loadGrammar('source.nn'))!;
  page = (await registry.loadGrammar('text.html.markdown'))!;
});

interface Coloured {
  readonly start: number;
  readonly end: number;
  readonly scope: string;
}

/** The innermost scope of every piece of a text. */
function coloured(grammar: IGrammar, text: string): readonly Coloured[] {
  let stack = INITIAL;
  let at = 0;
  return text.split('\n').flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    const start = at;
    at += line.length + 1;
    return tokens.map((token) => ({ start: start + token.startIndex, end: start + token.endIndex, scope: token.scopes.at(-1)! })); // prettier-ignore
  });
}

const scopeOf = (grammar: IGrammar, text: string, part: string): string | undefined => {
  const offset = text.indexOf(part);
  return coloured(grammar, text).find(({ start, end }) => start <= offset && offset < end)?.scope;
};

test.each(Object.keys(grammarFiles))('%s is what the vocabulary makes of it (else: npm run grammar)', async (name) => {
  expect(read(name)).toBe(await grammarText(grammarFiles[name]!()));
});

describe('a text', () => {
  const text = `import { Down as D } from "./down.nn"
/// doc
// line
const CLASSES = 10
const divisible(v: float, by = 8) = max(by, v)
block Part(filters: int, norm: layer = BatchNormalization) {
  input x: int32[seq, 2 * dim]
  let y = x[0:n] -> Conv2D(filters, 3, padding: same, activation: relu) -> Part(3) -> softmax
  require seq % 2 == 0, "even \\n \\q"
  output z = x.shape + 1e-3
}
train Part {
  target label: int32
  loss: meanSquaredError(label, z)
}
`;
  test.each([
    ['import', 'keyword.control.import.nn'],
    ['as D', 'keyword.control.import.nn'],
    ['"./down.nn"', 'string.quoted.double.nn'],
    [' doc', 'comment.line.documentation.nn'],
    [' line', 'comment.line.double-slash.nn'],
    ['const', 'storage.type.nn'],
    ['CLASSES', 'variable.other.constant.nn'],
    ['divisible', 'entity.name.function.nn'],
    ['float,', 'support.type.nn'],
    ['max(', 'support.function.nn'],
    ['block', 'storage.type.nn'],
    ['Part(filters', 'entity.name.type.class.nn'],
    ['filters: int', 'variable.parameter.nn'],
    ['layer =', 'storage.type.nn'],
    ['BatchNormalization', 'support.class.nn'],
    ['x: int32', 'variable.other.readwrite.nn'],
    ['int32[', 'support.type.nn'],
    ['n] ->', 'variable.other.nn'],
    [':n]', 'punctuation.nn'],
    ['-> Conv', 'keyword.operator.arrow.nn'],
    ['Conv2D', 'support.class.nn'],
    ['padding', 'variable.parameter.nn'],
    ['same', 'support.constant.nn'],
    ['relu)', 'support.constant.nn'],
    ['Part(3)', 'entity.name.type.nn'],
    ['softmax', 'support.function.nn'],
    ['% 2', 'keyword.operator.nn'],
    ['\\n', 'constant.character.escape.nn'],
    ['\\q', 'invalid.illegal.escape.nn'],
    ['shape', 'variable.other.property.nn'],
    ['1e-3', 'constant.numeric.nn'],
    ['label: int32', 'variable.other.readwrite.nn'],
    ['loss:', 'variable.parameter.nn'],
    ['meanSquaredError', 'support.function.nn'],
  ])('has %s as %s', (part, scope) => {
    expect(scopeOf(nn, text, part)).toBe(scope);
  });
  test('is coloured inside a fence of Markdown, and not behind it', () => {
    const fenced = `Some model:\n\n\`\`\`nn\nmodel A {\n}\n\`\`\`\n\nmodel B\n`;
    expect(scopeOf(page, fenced, 'A {')).toBe('entity.name.type.class.nn');
    expect(scopeOf(page, fenced, 'B\n')).toBe('text.html.markdown');
  });
});

/** What a token of the lexer may look like. */
function isRight(word: string, scope: string): boolean {
  if (word.startsWith('"')) return /^(string|constant\.character|punctuation)/.test(scope);
  if (/^\d/.test(word)) return scope.startsWith('constant.numeric');
  if (word === '->') return scope === 'keyword.operator.arrow.nn';
  if (isKeyword(word)) return /^(keyword|storage|constant|variable\.parameter|variable\.other\.property)/.test(scope);
  if (/^\w/.test(word)) return /^(entity|support|variable)/.test(scope);
  return /^(keyword\.operator|punctuation)/.test(scope);
}

test('every token of every example is coloured as what it is', () => {
  const files = globSync(['examples/**/*.nn', 'test/cases/**/*.nn'], {
    absolute: true,
    ignore: ['**/node_modules/**'],
  });
  const wrong: string[] = [];
  for (const path of files) {
    const source = new SourceFile(path, readFileSync(path, 'utf8'));
    const lexed = lex(source);
    if (lexed.problems.length > 0) continue;
    const pieces = coloured(nn, source.text);
    let index = 0;
    for (const token of lexed.tokens) {
      while (pieces[index]!.end <= token.startOffset) index++;
      if (!isRight(token.image, pieces[index]!.scope)) wrong.push(`${path}: ${token.image} is ${pieces[index]!.scope}`);
    }
  }
  expect(files.length).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});
