/** `syntax/*`: the grammar words these itself, since it knows what was expected; here is what they are about. */
import { defineDiagnostic } from '../diagnostic.ts';

export const syntaxUnexpected = defineDiagnostic(
  {
    slug: 'syntax/unexpected',
    severity: 'error',
    summary: 'The text does not follow the grammar.',
    explanation: 'The message says what was found, what may stand there, and what to write instead.',
    example: {
      bad: 'model M {\n  input x: [4]\n  output y = x -> relu + 1\n}\n',
      good: 'model M {\n  input x: [4]\n  output y = relu(x) + 1\n}\n',
    },
  },
  {},
);

export const syntaxUnterminated = defineDiagnostic(
  {
    slug: 'syntax/unterminated',
    severity: 'error',
    summary: 'A string or comment that does not end.',
    explanation: 'A string ends on its line with `"`, a block comment with `*/`.',
    example: { bad: '/* This comment never ends.\n', good: '/* This one does. */\n' },
  },
  {},
);
