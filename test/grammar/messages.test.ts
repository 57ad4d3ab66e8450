import { describe, expect, test } from 'vitest';
import { fixed, parseText, problemIn, problemsOf } from './helpers.ts';

describe('what was found, what fits here, what to do', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['let y =\nlet z = 3', '‹=› Expected an expression after `=`.'],
    ['let y = x ->\nlet z = 3', '‹->› Expected a stage such as `Dense(64)` or `relu` after `->`.'],
    ['let y = )', '‹)› Expected an expression after `=`, but found `)`.'],
    ['let y = x -> 3', '‹3› Expected a stage such as `Dense(64)` or `relu` after `->`, but found the number `3`. | Data flows along `->` into layers and functions.'],
    ['let y = ()', '‹)› Expected an expression after `(`, but found `)`.'],
    ['let y = x[]', '‹]› Expected an index such as `0` or `1:3` after `[`, but found `]`.'],
    ['let y = f(1,, 2)', '‹,› Expected an argument such as `64` or `strides: 2` before this comma.'],
    ['let y = a.', '‹.› Expected the name of a member after `.`.'],
    ['let y = x -> repeat 3 { }', '‹}› Expected a stage such as `Dense(64)` or `relu` after `{`, but found `}`.'],
    ['let y = x -> repeat 3 Dense(8)', '‹Dense› Expected stages in braces `{ … }` after `3`, but found `Dense`.'],
    ['let y = if a { 3 }', '‹}› Expected `else` after `}`. | An `if` that gives a value needs both branches: `if c { a } else { b }`.'],
    ['input x', '‹x› Expected `:` and a type after `x`. | As in `input x: [28, 28, 1]` or `input x: int32`.'],
    ['input x = [3]', '‹=› Its type comes first, after a colon: `input x: [28, 28, 1]`.'],
    ['input x: [3', '‹3› The `[` is never closed: a `]` is missing here.'],
    ['output y: [3] -> relu', '‹->› Expected `=` and a value after `]`, but found `->`. | After `:` comes a shape; a value is given with `=`.'],
    ['output = x', '‹=› Expected a name after `output`, but found `=`. | A result has a name: `output y = x -> Dense(10)`.'],
    ['let y = a < b < c', '‹<› Comparisons do not chain: the first one already gives `true` or `false`. | Write `a < b && b < c`.'],
    ['let y = f(a: 1, 2)', '‹2› An argument without a name cannot follow a named one. | Put the arguments without names first, or give this one its name.'],
    ['let y = f(for:)', '‹for› `for:` needs a value: nothing can be named `for`, as it is a keyword of the language. | Write `for: value`.'],
    ['let y = _', '‹_› `_` alone is not a name. | It stands for "whatever it is" in patterns, `let (a, _) = …`, and in shapes, `[_, 3]`.'],
    ['require a > 3, small', '‹small› Expected a string in double quotes after `,`, but found `small`. | After the comma comes the message: `require size > 3, "the size must exceed 3"`.'],
  ]; // prettier-ignore
  test.each(cases)('%s', (source, problem) => {
    expect(problemIn(source)).toBe(problem);
  });
});

describe('keywords as names', () => {
  test('are reported where they are made, and not again where they are used', () => {
    expect(problemIn('let input = 3\nlet y = input + input -> relu\noutput z = y -> input')).toBe(
      '‹input› `input` is a keyword of the language, so it cannot be used as a name here. | Choose a different name, such as `x`.',
    );
  });

  test('are fine as labels, fields and members', () => {
    expect(
      problemsOf('model M { let y = f(loss: a.weight, in: 3) } train M { model: 3 loss: f(y) target: 3 }'),
    ).toEqual([]);
  });

  test.each([
    'input loss: [3]',
    'layer weight = Dense(3)',
    'let (a, for) = f(x)',
    'let y = x -> for e in [1] { target }',
  ])('%s', (source) => {
    expect(problemIn(source)).toContain('is a keyword of the language');
  });

  test('are no target names', () => {
    expect(problemsOf('train M { target loss: int32 }')).toEqual([
      '1:18 ‹loss› `loss` is a keyword of the language, so it cannot be used as a name here. | Choose a different name, such as `penalty`.',
    ]);
  });
});

describe('an operator after a stage', () => {
  test('says how `->` binds', () => {
    expect(problemIn('let y = x -> relu + 1')).toBe(
      '‹+› `+` cannot follow a stage, because `->` binds more loosely than every operator. | To go on computing with the result of the pipeline, put it in parentheses: `(x -> relu) + …`.',
    );
    expect(fixed('model M { let y = x -> relu + 1 }')).toBe('model M { let y = (x -> relu) + 1 }');
  });
});

describe('brackets', () => {
  test('that are not closed name the place where they were opened', () => {
    const text = 'model M {\n  let y = f(a, [1, 2\n  let z = 3\n}';
    const { problems } = parseText(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'syntax/unterminated', related: [{ message: '`[` was opened here' }] });
  });

  test('whose closing has become part of a comment: Python divides so', () => {
    const help = 'To divide and round down, write `floor(c / 2)`; where the division leaves no remainder, `/` will do.';
    expect(problemIn('let y = Dense(c // 2)')).toBe(`‹//› \`//\` starts a comment, so the rest of this line is not read. | ${help}`); // prettier-ignore
    expect(fixed('model M {\n  let y = f(max(1, c // 4), 3)\n}')).toBe(
      'model M {\n  let y = f(max(1, floor(c / 4)), 3)\n}',
    );
    expect(problemIn('let y = f((a + b) // 2)')).toContain('`floor(a / b)`');
    // A comment that closes nothing is one.
    expect(problemIn('let y = f(c // units (two)')).toContain('is never closed');
    expect(problemsOf('model M {\n  let y = f(\n    c // units)\n  )\n}')).toEqual([]);
  });

  test('of the wrong kind are replaced', () => {
    expect(problemIn('let y = f(a, b]')).toBe('‹]› `]` does not close `(`: `)` does.');
    expect(fixed('model M { let y = f(a, b] }')).toBe('model M { let y = f(a, b) }');
    expect(fixed('model M { let y = [a, b) }')).toBe('model M { let y = [a, b] }');
  });

  test('that close nothing', () => {
    expect(problemsOf('const N = 3\n}')).toEqual(['2:1 ‹}› This `}` closes nothing: no bracket is open here.']);
    expect(problemsOf('const N = 3)')).toEqual(['1:12 ‹)› This `)` closes nothing: no bracket is open here.']);
  });
});

describe('habits of other languages', () => {
  test.each([
    ['let y = x -> Dense(3)\n  return y', '‹return› `return` starts nothing in the language. | A result is named where it is made: `output y = …`.'],
    ['let y = if a { 1 } elif b { 2 } else { 3 }', '‹elif› `elif` is written `else if`.'],
    ['let y = x -> Dense(3),\n    -> relu', '‹,› A pipeline goes on with `->` alone, without a comma.'],
    ['let y = x -> Pair(8).left', '‹.› `.` cannot follow a stage, because `->` binds more loosely than `.`. | To go on computing with the result of the pipeline, put it in parentheses: `(x -> Pair(8)).…`.'],
    ['x -> Dense(3) -> output', '‹x› Expected a statement: `input`, `output`, `let`, `layer`, `weight`, `require` or `loss`, but found `x`. | The result of a pipeline gets a name in front of it: `let h = x -> …`, or `output y = x -> …`.'],
    ['output = x -> Dense(3)', '‹=› Expected a name after `output`, but found `=`. | A result has a name: `output y = x -> Dense(10)`.'],
    ['output x -> Dense(3)', '‹->› Expected `=` and a value after `x`, but found `->`. | The result has a name of its own: `output y = x -> …`.'],
    ['let y = f(lambda v: v * 2)', '‹lambda› There are no functions without a name, such as a `lambda`. | Write what it computes: any function or operator can stand in a pipeline, as in `(x / 255) -> Dense(8)`.'],
  ])('%s', (source, problem) => expect(problemIn(source)).toBe(problem)); // prettier-ignore
});

describe('fixes', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['let y = f(strides=2)', 'let y = f(strides: 2)'],
    ['let y = f(strides = 2)', 'let y = f(strides: 2)'],
    ['require a = 3', 'require a == 3'],
    ['let y = if a = 3 { 1 } else { 2 }', 'let y = if a == 3 { 1 } else { 2 }'],
    ['let y == 3', 'let y = 3'],
    ['layer f: Dense(3)', 'layer f = Dense(3)'],
    ["let y = 'single'", 'let y = "single"'],
    ['let y = `back`', 'let y = "back"'],
    ['let y = “curly”', 'let y = "curly"'],
    ['# comment', '// comment'],
    ['let y = 3;', 'let y = 3'],
    ['y = 3', 'let y = 3'],
    ['const y = 3', 'let y = 3'],
    ['let y = a and b', 'let y = a && b'],
    ['let y = a or b', 'let y = a || b'],
    ['let y = not b', 'let y = ! b'],
    ['let y = a === b', 'let y = a == b'],
    ['let y = a ≤ b', 'let y = a <= b'],
    ['let y = x → relu', 'let y = x -> relu'],
    ['let y = x -> f(2)[0]', 'let y = (x -> f(2))[0]'],
    ['let y = x -> f,\n    -> g', 'let y = x -> f\n    -> g'],
    ['let y = if a { 1 } elif b { 2 } else { 3 }', 'let y = if a { 1 } else if b { 2 } else { 3 }'],
    ['let y = x ^ 2', 'let y = x ** 2'],
    ['let y = .5', 'let y = 0.5'],
    ['let y = 5.', 'let y = 5.0'],
    ['let y = 0x10', 'let y = 16'],
    ['let y = 1__0_', 'let y = 1_0'],
    ['let y = x\n  -> f\n  relu', 'let y = x\n  -> f\n  -> relu'],
    ['let y = f(a b)', 'let y = f(a, b)'],
    ['let y = f(a', 'let y = f(a)'],
    ['require a > 3 "small"', 'require a > 3, "small"'],
    ['let y = a < b < c', 'let y = a < b && b < c'],
    ['let y = "a\\qb"', 'let y = "a\\\\qb"'],
    ['let y = 3, let z = 4', 'let y = 3 let z = 4'],
  ];
  test.each(cases)('%s', (source, result) => {
    expect(fixed(`model M {\n  ${source}\n}`)).toBe(`model M {\n  ${result}\n}`);
    expect(problemsOf(`model M {\n${result}\n}`)).toEqual([]);
  });

  test('fields of a train', () => {
    expect(fixed('train M { loss = f(a) }')).toBe('train M { loss: f(a) }');
    expect(fixed('train M { loss: f(a), optimizer: adam() }')).toBe('train M { loss: f(a) optimizer: adam() }');
  });
});

describe('single tokens', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['let y = 3x', '‹3x› A letter stands right after a number in `3x`. | A name cannot start with a digit. If `3` and `x` are two things, something between them is missing.'],
    ['let y = 1e', '‹1e› The number `1e` has no exponent: digits must follow the `e`. | As in `1e-3`.'],
    ['let größe = 3', '‹größe› `größe` cannot be a name: names are made of the letters a–z and A–Z, digits and `_`.'],
    ['let y = "a\\u{110000}"', '‹\\u{110000}› `\\u{110000}` is not a character. | Strings know `\\n`, `\\t`, `\\"`, `\\\\` and `\\u{1F600}`; a backslash itself is written `\\\\`.'],
    ['let y = a ? b : c', '‹?› There is no `?` operator. | A choice is written `if condition { a } else { b }`; a size that is not known gets a name, `[n, 8]`.'],
    ['let y = $', '‹$› The character `$` means nothing in a `.nn` file. | Remove it.'],
    ['let y = f("abc, 3)', '‹"abc, 3)› This string is not closed: a string ends on the line it starts on. | Close it with `"`. A line break inside a string is written `\\n`.'],
    ['let y = "abc\\"', '‹"abc\\"› This string is not closed: a string ends on the line it starts on. | Close it with `"`. A line break inside a string is written `\\n`.'],
    ['/* never closed', '‹/*› This comment is never closed, so it swallows the rest of the file. | Close it with `*/`.'],
    ['""" doc """', '‹""" doc """› There are no triple-quoted strings in `.nn` files. | A description is a `///` comment in front of what it describes; any other remark is a `//` comment.'],
  ]; // prettier-ignore
  test.each(cases)('%s', (source, problem) => {
    expect(problemIn(source)).toBe(problem);
  });

  test('what is not closed is unterminated, everything else unexpected', () => {
    const codes = (text: string) => parseText(text).problems.map((problem) => problem.code);
    expect(codes('const A = "x')).toEqual(['syntax/unterminated']);
    expect(codes('/* x')).toEqual(['syntax/unterminated']);
    expect(codes('const A = (3')).toEqual(['syntax/unterminated']);
    expect(codes('const A = ]')).toEqual(['syntax/unexpected']);
  });
});

describe('habits of other languages', () => {
  test.each([
    ['def forward(self, x):\n    return x', '1:1 ‹def› `def` starts nothing in the language.'],
    ['from x import y', '1:1 ‹from› `from` starts nothing in the language.'],
    ['export model M { }', '1:1 ‹export› `export` starts nothing in the language.'],
    ['class Net { }', '1:1 ‹class› `class` starts nothing in the language.'],
    ['Net(a = 3) { input x: [3] }', '1:1 ‹Net› A declaration starts with a keyword: `model Net …`.'],
    ['N = 3', '1:1 ‹N› A statement starts with a keyword: `const N = …`.'],
    ['import A from "x"', '1:8 ‹A› Expected `{` and the names to import after `import`, but found `A`.'],
    ['model M { return y }', '1:11 ‹return› `return` starts nothing in the language.'],
    ['model M { if a { } }', '1:11 ‹if› Expected a statement'],
    ['model M { target t: int32 }', '1:11 ‹target› Expected a statement'],
    ['model M { loss: f(x) }', '1:11 ‹loss› In a body a `loss` has a name: `loss penalty = …`.'],
    ['model M { x: [3] }', '1:11 ‹x› A statement starts with a keyword, and `x` is none.'],
    ['input x: [3]', '1:1 ‹input› This `input` stands outside of every body.'],
    ['loss: f(x)', '1:1 ‹loss› `loss` stands outside of every `train`.'],
    ['const N = 3\nimport { A } from "x"', '2:1 ‹import› Imports stand at the top of the file'],
    ['model A { block B { } }', '1:11 ‹block› A `block` stands at the level of the file, not in a body.'],
    ['train M { let x = 3 }', '1:11 ‹let› Expected a field such as'],
    ['model A\n  input x: [3]', '1:7 ‹A› Expected `{` after `A`.'],
    ['model A:\n  input x: [3]', '1:8 ‹:› Expected `{` after `A`, but found `:`.'],
    ['model A {\n  input x: [3]\nmodel B { }', '2:14 ‹]› The `{` is never closed: a `}` is missing here.'],
  ])('%s', (source, start) => {
    const problems = problemsOf(source);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.slice(0, start.length)).toBe(start);
  });
});
