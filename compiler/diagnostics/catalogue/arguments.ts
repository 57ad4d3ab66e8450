/** `argument/*`: what is given to layers, blocks and functions. */
import type { Span } from '../../../grammar/source.ts';
import { defineDiagnostic, type Fix } from '../diagnostic.ts';
import { alternatives, didYouMean, fold } from '../suggest.ts';

const body = (stage: string): string => `model M {\n  input x: [8, 8, 3]\n  output y = x -> ${stage}\n}\n`;

const replace = (span: Span | undefined, newText: string | undefined, safe: boolean): readonly Fix[] =>
  span && newText !== undefined ? [{ title: `Replace with \`${newText}\``, safe, edits: [{ span, newText }] }] : [];

export const argumentMissing = defineDiagnostic(
  {
    slug: 'argument/missing',
    severity: 'error',
    summary: 'A required argument is not given.',
    explanation: 'Arguments without a default must be given, by position or by name.',
    example: { bad: body('Conv2D(8)'), good: body('Conv2D(8, 3)') },
  },
  {
    one: ({ callee, name, doc, signature }: { readonly callee: string; readonly name: string; readonly doc: string; readonly signature: string }) => ({
      message: `\`${callee}\` needs \`${name}\`${doc ? `: ${doc.charAt(0).toLowerCase()}${doc.slice(1).replace(/\.$/, '')}` : ''}.`,
      help: `Its arguments are \`${signature}\`.`,
    }),
    pair: ({ name, pair, span }: { readonly name: string; readonly pair: string | undefined; readonly span: Span }) => ({
      message: `\`${name}\` compares a target with an output, and neither is given.`,
      help: `Write \`${name}${pair ?? '(target, output)'}\`.`,
      fixes: pair === undefined ? [] : [{ title: `Give it \`${pair}\``, safe: false, edits: [{ span: { start: span.end, end: span.end }, newText: pair }] }],
    }),
    ofStep: ({ callee, name, names }: { readonly callee: string; readonly name: string; readonly names: readonly string[] }) => ({
      message: `What \`${callee}\` applies gets no \`${name}\`, but an input after it.`,
      help: `Give its inputs without a gap: ${names.map((n) => `\`${n}\``).join(', ')}.`,
    }),
    field: ({ name, help }: { readonly name: string; readonly help: string }) => ({
      message: `This \`train\` has no \`${name}\`.`,
      help,
    }),
  },
); // prettier-ignore

export const argumentUnknown = defineDiagnostic(
  {
    slug: 'argument/unknown',
    severity: 'error',
    summary: 'An argument that the layer, block or function does not have.',
    explanation: "Arguments have Keras 3's names in camelCase (`kernelSize`, `useBias`). Options of a call go to the call: `LSTM(64)(x, mask: m)`.", // prettier-ignore
    example: { bad: body('Conv2D(8, 3, stride: 2)'), good: body('Conv2D(8, 3, strides: 2)') },
  },
  {
    name: ({ callee, name, near, signature, span, isSure = false }: { readonly callee: string; readonly name: string; readonly near: readonly string[]; readonly signature: string; readonly span: Span; readonly isSure?: boolean }) => ({
      message: `\`${callee}\` has no argument called \`${name}\`.`,
      help: didYouMean(near) ?? (signature === '' ? 'It takes nothing but its tensors.' : `Its arguments are \`${signature}\`.`),
      fixes: replace(span, near[0], isSure),
    }),
    ofCall: ({ callee, name }: { readonly callee: string; readonly name: string }) => ({
      message: `\`${name}\` is no part of how \`${callee}\` is made; it is given where it is applied.`,
      help: `Write it in a second pair of parentheses: \`x -> ${callee}(…)(${name}: …)\`.`,
    }),
    ofStep: ({ callee, name, names }: { readonly callee: string; readonly name: string; readonly names: readonly string[] }) => ({
      message: `What \`${callee}\` applies has no input called \`${name}\`.`,
      help: `It takes ${names.map((n) => `\`${n}\``).join(', ')}: of each, one step at a time. A mask of the steps has no place there, because each step is an example by itself.`,
    }),
    tooMany: ({ callee, most, signature }: { readonly callee: string; readonly most: number; readonly signature: string }) => ({
      message: most === 0 ? `\`${callee}\` takes no arguments here.` : `\`${callee}\` takes at most ${most} argument${most === 1 ? '' : 's'} by position.`,
      help: most === 0 ? (signature === '' ? 'Leave the parentheses away.' : `Its arguments go by name: \`${signature}\`.`) : `Its arguments are \`${signature}\`.`,
    }),
    input: ({ callee }: { readonly callee: string }) => ({
      message: `The parentheses of \`${callee}\` hold its parameters; its tensors come in a second pair.`,
      help: `Write \`${callee}(…)(x)\`, or let the tensor flow in: \`x -> ${callee}(…)\`.`,
    }),
    elsewhere: ({ name, instead, removal, isNeedless }: { readonly name: string; readonly instead: string; readonly removal: Span; readonly isNeedless: boolean }) => ({
      message: `\`${name}\` does not exist in \`.nn\`.`,
      help: instead,
      fixes: [{ title: `Leave \`${name}\` out`, safe: isNeedless, edits: [{ span: removal, newText: '' }] }],
    }),
  },
); // prettier-ignore

export const argumentDuplicate = defineDiagnostic(
  {
    slug: 'argument/duplicate',
    severity: 'error',
    summary: 'An argument given twice.',
    explanation: 'Each argument is given once, by position or by name.',
    example: { bad: body('Conv2D(8, 3, kernelSize: 3)'), good: body('Conv2D(8, kernelSize: 3)') },
  },
  {
    twice: ({ callee, name, byPosition }: { readonly callee: string; readonly name: string; readonly byPosition: boolean }) => ({
      message: byPosition ? `\`${callee}\` already got its \`${name}\` by position.` : `\`${callee}\` gets \`${name}\` twice.`,
      help: 'Keep one of them.',
    }),
  },
); // prettier-ignore

export const argumentType = defineDiagnostic(
  {
    slug: 'argument/type',
    severity: 'error',
    summary: 'A value of the wrong kind.',
    explanation: 'Each argument has a type: a whole number, a number, a truth value, an option, an activation … Quotients of integers are exact, so `7 / 2` is no whole number.', // prettier-ignore
    example: { bad: body('Conv2D(8, relu)'), good: body('Conv2D(8, 3, activation: relu)') },
  },
  {
    wanted: ({ name, wanted, got, help }: { readonly name: string; readonly wanted: string; readonly got: string; readonly help?: string | undefined }) => ({
      message: `\`${name}\` must be ${wanted}, but this is ${got}.`,
      help,
    }),
    fraction: ({ name, text, written, low, high }: { readonly name: string; readonly text: string; readonly written: string; readonly low: string; readonly high: string }) => ({
      message: `\`${name}\` must be a whole number, and ${text} is not one.`,
      help: `Write \`floor(${written})\` for ${low} or \`ceil(${written})\` for ${high}, or choose numbers that divide evenly.`,
    }),
    operands: ({ operator, left, right, help }: { readonly operator: string; readonly left: string; readonly right: string; readonly help?: string | undefined }) => ({
      message: `\`${operator}\` cannot join ${left} and ${right}.`,
      help,
    }),
    condition: ({ got }: { readonly got: string }) => ({
      message: `A condition must be true or false, but this is ${got}.`,
      help: 'Compare with `==`, `<` …; conditions are decided by the compiler, so tensors cannot stand here. Use `where(condition, a, b)` for tensors.',
    }),
    callable: ({ name, got }: { readonly name: string; readonly got: string }) => ({
      message: `\`${name}\` cannot be called: it is ${got}.`,
    }),
  },
); // prettier-ignore

export const argumentRange = defineDiagnostic(
  {
    slug: 'argument/range',
    severity: 'error',
    summary: 'A number outside its range.',
    explanation: 'Sizes, strides and units are at least 1, rates are at least 0 and below 1, and so on; `nn explain NAME` lists the ranges.', // prettier-ignore
    example: { bad: body('Dropout(1.5)'), good: body('Dropout(0.5)') },
  },
  {
    bounds: ({ name, got, bounds, help }: { readonly name: string; readonly got: string; readonly bounds: string; readonly help?: string | undefined }) => ({
      message: `\`${name}\` must be ${bounds}, but it is ${got}.`,
      help,
    }),
    other: ({ name, must }: { readonly name: string; readonly must: string }) => ({
      message: `\`${name}\` must ${must}`,
    }),
    division: () => ({ message: 'This divides by zero.' }),
    unending: ({ got }: { readonly got: string }) => ({ message: `A loop cannot run ${got} times.`, help: 'The count must lie between 0 and 10 000.' }),
    tooMuch: () => ({
      message: 'This program unrolls into more than 30 000 steps.',
      help: 'Loops inside loops multiply: use smaller counts.',
    }),
    listIndex: ({ got, length }: { readonly got: string; readonly length: number }) => ({
      message: `There is no element ${got} in a list of ${length}.`,
      help: 'Elements count from 0; `-1` is the last.',
    }),
  },
); // prettier-ignore

export const argumentOption = defineDiagnostic(
  {
    slug: 'argument/option',
    severity: 'error',
    summary: 'A name that is not one of the options, or an option in quotes.',
    explanation: 'Options are bare names: `padding: same`, `activation: relu`. They are never in quotes.',
    example: { bad: body('Conv2D(8, 3, padding: full)'), good: body('Conv2D(8, 3, padding: same)') },
  },
  {
    unknown: ({ name, got, options, near, span, isActivation = false }: { readonly name: string; readonly got: string; readonly options: readonly string[]; readonly near: readonly string[]; readonly span?: Span; readonly isActivation?: boolean }) => ({
      message: `\`${got}\` is no option of \`${name}\`.`,
      help: isActivation ? `It can be ${alternatives(options)}. An activation goes by name: \`activation: ${got}\`.` : didYouMean(near) ?? (options.length <= 6 ? `It can be ${alternatives(options)}.` : `\`nn explain --list\` lists all ${options.length}.`),
      fixes: replace(span, near[0], fold(near[0] ?? '') === fold(got)),
    }),
    quoted: ({ name, got, known, span }: { readonly name: string; readonly got: string; readonly known: boolean; readonly span: Span }) => ({
      message: `Options are bare names, not strings: \`${name}: ${got}\`.`,
      help: 'Remove the quotes.',
      fixes: known ? replace(span, got, true) : [],
    }),
  },
); // prettier-ignore
