/** `shape/*` and `type/*`: what does not fit together. */
import type { Span } from '../../../grammar/source.ts';
import { rankAdvice, type RankCause } from '../advice.ts';
import { defineDiagnostic, type Fix } from '../diagnostic.ts';
import { plural } from '../suggest.ts';

const model = (input: string, stage: string): string =>
  `model M {\n  input x: ${input}\n  output y = x -> ${stage}\n}\n`;

const axes = (count: number): string => `${count} ${count === 1 ? 'axis' : 'axes'}`;

interface RankData {
  readonly cause?: RankCause | undefined;
  readonly fixes: readonly Fix[];
  readonly wanted: number;
  readonly rank: number;
  readonly shape: string;
}

export const typeNotATensor = defineDiagnostic(
  {
    slug: 'type/not-a-tensor',
    severity: 'error',
    summary: 'Something else where a tensor is needed.',
    explanation: 'Data flows as tensors: inputs, results of layers and functions, weights. A layer must be applied first: `f(x)` or `x -> f`.', // prettier-ignore
    example: {
      bad: 'model M {\n  input x: [4]\n  layer f = Dense(3)\n  output y = f(x) + relu(f)\n}\n',
      good: 'model M {\n  input x: [4]\n  layer f = Dense(3)\n  output y = relu(f(x))\n}\n',
    },
  },
  {
    wanted: ({ where, got, layer }: { readonly where: string; readonly got: string; readonly layer?: string | undefined }) => ({
      message: `${where} needs a tensor, but this is ${got}.`,
      help: got.startsWith('a list') ? (where === '`loss`' ? 'Several losses are added up: `a + 0.5 * b`.' : 'A list in tensor position holds numbers, in rows of equal length.') : layer === undefined ? undefined : `Apply it to a tensor first: \`${layer}(x)\` or \`x -> ${layer}\`.`,
    }),
    listOfTensors: ({ where, brackets }: { readonly where: string; readonly brackets: Fix | undefined }) => ({
      message: brackets ? `${where} takes tensors as arguments of their own, not in a list.` : `${where} needs a tensor, but this is a list of tensors.`,
      help: brackets ? 'Remove the square brackets.' : 'Tensors are joined by `concat(a, b)` along an axis that they have, and by `stack(a, b)` along a new one.',
      fixes: brackets ? [brackets] : [],
    }),
    pairName: ({ field, given, meant }: { readonly field: string; readonly given: string; readonly meant: string | undefined }) => ({
      message: `\`${field}\` holds calls, not names in quotes: which target is compared with which output must be said.`,
      help: meant === undefined ? `There is no loss or metric called ${JSON.stringify(given)}; \`nn explain --list\` lists them.` : `Write \`${meant}(target, output)\`.`,
    }),
    tuple: ({ where, count }: { readonly where: string; readonly count: number }) => ({
      message: `${where} needs one tensor, but this is ${count} of them.`,
      help: 'Take them apart with `let (a, b) = …`, or pick one with `.name`.',
    }),
  },
); // prettier-ignore

export const typeNotALayer = defineDiagnostic(
  {
    slug: 'type/not-a-layer',
    severity: 'error',
    summary: 'Something that cannot be applied stands as a stage, or where a layer is made.',
    explanation: 'A stage is a layer, block or model with its arguments (`Dense(64)`), a made layer (`f`), or a function (`relu`).', // prettier-ignore
    example: {
      bad: 'model M {\n  input x: [4]\n  let a = relu(x)\n  output y = x -> a\n}\n',
      good: 'model M {\n  input x: [4]\n  let a = relu(x)\n  output y = x -> add(a)\n}\n',
    },
  },
  {
    stage: ({ name, got }: { readonly name: string; readonly got: string }) => ({
      message: `\`${name}\` is ${got}; a stage must be a layer, a block or a function.`,
      help: 'To join two tensors, say how: `-> add(other)`, `-> concat(other)`, or `a * b`.',
    }),
    alias: ({ name, got }: { readonly name: string; readonly got: string }) => ({
      message: `\`model ${name} = …\` gives another model other arguments, but this is ${got}.`,
      help: `Write \`model ${name} = Other(depth: 24)\`, or a model of its own: \`model ${name} { … }\`.`,
    }),
    wanted: ({ where, got }: { readonly where: string; readonly got: string }) => ({
      message: `${where} needs a layer, but this is ${got}.`,
      help: 'A layer is made by its capitalised name: `Dense(64)`, or by a pipeline of layers: `Dense(64) -> relu`.',
    }),
  },
); // prettier-ignore

export const typeDtype = defineDiagnostic(
  {
    slug: 'type/dtype',
    severity: 'error',
    summary: 'A tensor of the wrong dtype.',
    explanation: 'Layers with weights want float32, `Embedding` wants int32 indices, conditions want bool. `cast(x, float32)` converts.', // prettier-ignore
    example: { bad: model('int32[4]', 'Dense(3)'), good: model('int32[4]', 'cast(float32) -> Dense(3)') },
  },
  {
    input: ({ block, input, wanted, got }: { readonly block: string; readonly input: string; readonly wanted: string; readonly got: string }) => ({
      message: `\`${block}\` takes \`${input}\` as ${wanted}, but gets ${got}.`,
      help: `Convert it first with \`cast(${wanted})\`, or declare \`${input}\` with the other type.`,
    }),
    mask: ({ text, got }: { readonly text: string; readonly got: string }) => ({
      message: `\`mask\` says yes or no for each position, so it must be bool, but this is ${got}.`,
      help: `Compare it: \`mask: ${text} != 0\`.`,
    }),
    wanted: ({ callee, wanted, got }: { readonly callee: string; readonly wanted: string; readonly got: string }) => ({
      message: `\`${callee}\` wants ${wanted}, but this is ${got}.`,
      help: callee === 'Embedding'
        ? 'It takes the number of each token, not vectors: declare the input as `int32[…]`. One-hot vectors need `Dense(…, useBias: false)` instead.'
        : got.startsWith('int32') && wanted === 'float32'
          ? 'Numbers of tokens or classes become vectors by `Embedding(count, width)`. Where they are quantities, convert them with `cast(float32)`.'
          : wanted === 'bool'
            ? 'A mask says yes or no: compare, as in `tokens != 0`, and leave the result as it is.'
            : `Convert it first with \`cast(${wanted.split(' ').at(-1)})\`, or declare the input with that type.`,
    }),
  },
); // prettier-ignore

export const typeArity = defineDiagnostic(
  {
    slug: 'type/arity',
    severity: 'error',
    summary: 'The wrong number of tensors.',
    explanation: 'A layer or function takes a certain number of tensors, a block one for each of its inputs. The value that flows in along `->` is the first.', // prettier-ignore
    example: {
      bad: 'model M {\n  input x: [4]\n  output y = x -> Dense(3)(x)\n}\n',
      good: model('[4]', 'Dense(3)'),
    },
  },
  {
    count: ({ callee, takes, got, names, required = 0, applied = `${callee}(…)` }: { readonly callee: string; /** How it is applied: `Cross(…)`. */ readonly applied?: string | undefined; readonly takes: string; readonly got: number; readonly names: readonly string[]; readonly required?: number }) => ({
      message: `\`${callee}\` takes ${takes}${names.length > 0 ? ` (${names.map((n) => `\`${n}\``).join(', ')})` : ''}, but gets ${got === 0 ? 'none' : got}.`,
      help: got > 0 && got < required
        ? `The value that flows in along \`->\` is the first of them; give ${names.slice(got, required).map((n) => `\`${n}\``).join(' and ')} in a second pair of parentheses: \`x -> ${applied}(${names.slice(got, required).join(', ')})\`.`
        : got > names.length && names.length > 0
          ? 'Where several values flow in, take one of them: `let (a, b) = …`, or `.name` of a block that has several outputs.'
          : 'The value that flows in along `->` is the first of them.',
    }),
    pair: ({ callee, got }: { readonly callee: string; readonly got: number }) => ({
      message: `\`${callee}\` compares a target with an output, but gets ${got === 0 ? 'neither' : 'only one of them'}.`,
      help: `Write \`${callee}(target, output)\`.`,
    }),
    pattern: ({ wants, got, names, recurrent }: { readonly wants: number; readonly got: string; readonly names?: readonly string[] | undefined; readonly recurrent?: string | undefined }) => ({
      message: `This pattern takes ${plural(wants, 'value')}, but what stands on the right is ${got}${names ? `: ${names.map((name) => `\`${name}\``).join(', ')}` : ''}.`,
      help: recurrent === undefined ? 'Use one name for each value, and `_` for those you do not need.' : `\`${recurrent}\` gives its states too with \`returnState: true\`.`,
    }),
  },
); // prettier-ignore

export const shapeRank = defineDiagnostic(
  {
    slug: 'shape/rank',
    severity: 'error',
    summary: 'The wrong number of axes.',
    explanation: 'Shapes are those of ONE example: the batch axis is implicit and never written. A layer for images wants `[height, width, channels]`, one for vectors works on the last axis.', // prettier-ignore
    example: { bad: model('[28, 28]', 'Conv2D(8, 3)'), good: model('[28, 28, 1]', 'Conv2D(8, 3)') },
  },
  {
    exact: ({ callee, wanted, layout, shape, rank, cause, fixes }: RankData & { readonly callee: string; readonly layout?: string | undefined }) => ({
      message: `\`${callee}\` wants ${axes(wanted)}${layout ? `, ${layout}` : ''}, but gets ${shape}, which has ${rank}.`,
      help: cause && rankAdvice(cause),
      fixes,
    }),
    atLeast: ({ callee, wanted, layout, shape, rank }: { readonly callee: string; readonly wanted: number; readonly layout?: string | undefined; readonly shape: string; readonly rank: number }) => ({
      message: `\`${callee}\` wants at least ${axes(wanted)}${layout ? `, ${layout}` : ''}, but gets ${shape}, which has ${rank}.`,
      help: rank === 0 ? 'A scalar per example has no axes; `reshape(1)` gives it one.' : undefined,
    }),
    input: ({ block, input, declared, shape, wanted, rank, cause, fixes }: RankData & { readonly block: string; readonly input: string; readonly declared: string }) => ({
      message: `\`${block}\` takes \`${input}: ${declared}\`, but gets ${shape}: ${axes(rank)} where ${wanted} ${wanted === 1 ? 'is' : 'are'} declared.`,
      help: cause && rankAdvice(cause),
      fixes,
    }),
    joined: ({ callee, first, second }: { readonly callee: string; readonly first: string; readonly second: string }) => ({
      message: `\`${callee}\` joins tensors of the same number of axes, but gets these:\n${align([first, second])}`,
      help: 'Give one of them the axes that it lacks (`expandDims`, `reshape`), or take away what the other has too many of.',
    }),
  },
); // prettier-ignore

export const shapeMismatch = defineDiagnostic(
  {
    slug: 'shape/mismatch',
    severity: 'error',
    summary: 'Two sizes that must be equal are not.',
    explanation: 'Sizes stretch only where one of them is known to be 1; otherwise corresponding sizes must be equal.',
    example: {
      bad: 'model M {\n  input a: [3]\n  input b: [4]\n  output y = a + b\n}\n',
      good: 'model M {\n  input a: [4]\n  input b: [4]\n  output y = a + b\n}\n',
    },
  },
  {
    operands: ({ callee, shapes, left, right, axis, isSum, isLast }: { readonly callee: string; readonly shapes: readonly string[]; readonly left: string; readonly right: string; readonly axis: string; readonly isSum: boolean; readonly isLast: boolean }) => ({
      message: `\`${callee}\` needs shapes that fit together, and ${left} is not ${right}.\n${align(shapes)}`,
      help: isSum ? sumHelp(axis, isLast, marks(shapes[0] ?? '') > 1) : `They differ on ${marks(shapes[0] ?? '') > 1 ? 'the marked axes' : axis}. Sizes stretch only where one of them is 1.`,
    }),
    sizes: ({ callee, what, left, right, shapes, isJoin, fitsTransposed }: { readonly fitsTransposed?: 'left' | 'right' | undefined; readonly callee: string; readonly what: string; readonly left: string; readonly right: string; readonly shapes: readonly string[]; readonly isJoin: boolean }) => ({
      message: `\`${callee}\` needs equal ${what}, but they are ${left} and ${right}.${shapes.length > 0 ? `\n${align(shapes)}` : ''}`,
      help: isJoin ? 'Only the axis that is joined may differ. Pools, strides and `valid` padding make sizes smaller, and what was odd does not double back: crop one of them (`Cropping2D`), use `padding: same`, or choose input sizes that divide evenly.' : fitsTransposed && `The ${fitsTransposed} one would fit transposed: \`${fitsTransposed === 'left' ? 'transpose(a) @ b' : 'a @ transpose(b)'}\`.`,
    }),
    argument: ({ name, callee, what, wanted, got }: { readonly name: string; readonly callee: string; readonly what: string; readonly wanted: string; readonly got: string }) => ({
      message: `\`${callee}\` has ${what} ${wanted}, but \`${name}\` is ${got}.`,
      help: `\`${name}: ${wanted}\` would fit.`,
    }),
    input: ({ block, input, declared, shape, axis, wanted, got }: { readonly block: string; readonly input: string; readonly declared: string; readonly shape: string; readonly axis: string; readonly wanted: string; readonly got: string }) => ({
      message: `\`${block}\` takes \`${input}\` of another shape: on ${axis} it wants ${wanted} and gets ${got}.\n${align([`declared  ${declared}`, `given     ${shape}`])}`,
      help: `Change what flows in, or the declaration of \`${input}\`.`,
    }),
    positions: ({ name, given, wanted }: { readonly name: string; readonly given: string; readonly wanted: string }) => ({
      message: `\`${name}\` has one value for each position of the target, ${wanted === '[]' ? 'here one per example (`[]`)' : wanted}, but this is ${given}.`,
      help: name === 'sampleWeight' ? 'Weights by class are picked by the label: `sampleWeight: gather([1.0, 5.0], label, axis: 0)`.' : 'The class axis is no part of the positions.',
    }),
    shared: ({ layer, weight, first, now }: { readonly layer: string; readonly weight: string; readonly first: string; readonly now: string }) => ({
      message: `\`${layer}\` is one layer with one set of weights: its \`${weight}\` was made as ${first}, and here it would have to be ${now}.`,
      help: 'Give it inputs of the same size, or make a second layer.',
    }),
    branches: ({ left, right }: { readonly left: string; readonly right: string }) => ({
      message: `The two branches give different shapes: ${left} and ${right}.`,
    }),
  },
); // prettier-ignore

const marks = (shape: string): number => shape.split('›').length - 1;

const sumHelp = (axis: string, isLast: boolean, isSeveral: boolean): string =>
  isSeveral && isLast
    ? 'They differ on the marked axes. Bring one to the shape of the other before they are added, with a `Conv2D(…, 1)` of the same strides and padding.'
    : isLast
      ? `They differ on ${axis}. Bring one to the width of the other before they are added, with \`Dense\` or \`Conv2D(…, 1)\`.`
      : `They differ on ${axis}. Both ways must take the same strides and pools, with the same padding.`;

const align = (lines: readonly string[]): string => lines.map((line) => `    ${line}`).join('\n');

export const shapeTooSmall = defineDiagnostic(
  {
    slug: 'shape/too-small',
    severity: 'error',
    summary: 'A window larger than what it is applied to.',
    explanation: 'A kernel, pool, crop or slice must fit into the axis it slides over. `padding: same` lets any kernel fit; fewer or smaller pools leave more room.', // prettier-ignore
    example: { bad: model('[4, 4, 1]', 'Conv2D(8, 5)'), good: model('[4, 4, 1]', 'Conv2D(8, 5, padding: same)') },
  },
  {
    window: ({ callee, argument, window, size, axis, shape, channelsFirst, isWindow }: { readonly callee: string; readonly argument: string; readonly window: string; readonly size: string; readonly axis?: string | undefined; readonly shape: string; readonly channelsFirst: boolean; readonly isWindow: boolean }) => ({
      message: `The ${argument} of \`${callee}\` is ${window}, but ${axis ?? 'the axis'} of ${shape} has only ${size}.`,
      help: channelsFirst
        ? 'Images are channels last, `[height, width, channels]`; this shape looks channels first. Declare it the other way round, or convert with `rearrange("c h w -> h w c")`.'
        : isWindow
          ? 'Use a smaller window, `padding: same`, or fewer pooling layers before it.'
          : `Make the ${argument} smaller, or what it is applied to larger.`,
    }),
    slice: ({ callee, needed, size, axis, shape }: { readonly callee: string; readonly needed: string; readonly size: string; readonly axis: string; readonly shape: string }) => ({
      message: `\`${callee}\` reaches beyond the end: it needs ${needed} elements, but ${axis} of ${shape} has only ${size}.`,
      help: 'Elements count from 0; a slice whose end is left away takes all that is there.',
    }),
    empty: ({ callee, begin, end, axis, shape }: { readonly callee: string; readonly begin: string; readonly end: string; readonly axis: string; readonly shape: string }) => ({
      message: `\`${callee}\` takes nothing: on ${axis} of ${shape} it begins at ${begin} and ends before ${end}.`,
      help: 'A slice `begin:end` takes the elements from `begin` up to, but not including, `end`.',
    }),
  },
); // prettier-ignore

export const shapeIndivisible = defineDiagnostic(
  {
    slug: 'shape/indivisible',
    severity: 'error',
    summary: 'A size that must be divided evenly and cannot be.',
    explanation: 'Groups, heads and splits cut an axis into equal parts, so their number must divide it.',
    example: { bad: model('[8, 8, 3]', 'Conv2D(8, 3, groups: 2)'), good: model('[8, 8, 4]', 'Conv2D(8, 3, groups: 2)') },
  },
  {
    divides: ({ what, value, divisor, argument }: { readonly what: string; readonly value: string; readonly divisor: string; readonly argument?: string | undefined }) => ({
      message: `${divisor} does not divide ${value}, the number of ${what}, evenly.`,
      help: argument === undefined ? undefined : `Change \`${argument}\`, or what gives the number of ${what}.`,
    }),
    factors: ({ factors, axis, value, divisor }: { readonly factors: string; readonly axis: string; readonly value: string; readonly divisor: string }) => ({
      message: `An axis of ${value} cannot be cut into \`${axis}\`: ${factors === divisor ? factors : `${factors} = ${divisor}`} does not divide it.`,
      help: 'Change the sizes that are given, or what makes the axis.',
    }),
  },
); // prettier-ignore

export const shapeSize = defineDiagnostic(
  {
    slug: 'shape/size',
    severity: 'error',
    summary: 'A reshape that changes the number of elements.',
    explanation: 'Reshaping only renames positions, so the product of the sizes stays the same. The batch axis is not part of it.', // prettier-ignore
    example: { bad: model('[12]', 'reshape(5, 2)'), good: model('[12]', 'reshape(6, 2)') },
  },
  {
    count: ({ callee, from, to, fromCount, toCount, batch, instead }: { readonly callee: string; readonly from: string; readonly to: string; readonly fromCount: string; readonly toCount: string; readonly batch?: string; readonly instead?: string }) => ({
      message: `\`${callee}\` cannot make ${to} of ${from}: that is ${toCount} numbers, and there are ${fromCount}.`,
      help: batch !== undefined
        ? `${instead} would fit: the batch axis is implicit, so the ${batch} in front is one too many.`
        : `${instead === undefined ? '' : `${instead} would fit. `}One of the sizes may be -1: the compiler fills in what remains.`,
    }),
    parts: ({ callee, to, fromCount, toCount }: { readonly callee: string; readonly to: string; readonly fromCount: string; readonly toCount: string }) => ({
      message: `\`${callee}\` cannot make ${to.slice(1, -1).replaceAll(', ', ' · ')}${to.includes(',') ? ` = ${toCount}` : ''} of an axis of ${fromCount}.`,
      help: 'Leave one of the sizes away: it is what the others leave.',
    }),
  },
); // prettier-ignore

export const shapeAxis = defineDiagnostic(
  {
    slug: 'shape/axis',
    severity: 'error',
    summary: 'An axis or index out of range.',
    explanation: "Axes count from 0 over the axes of one example, `-1` is the last. Keras counts the batch axis too, so its numbers are one higher.", // prettier-ignore
    example: { bad: model('[4, 8]', 'mean(axis: 2)'), good: model('[4, 8]', 'mean(axis: 1)') },
  },
  {
    axis: ({ axis, rank, shape, isOwn }: { readonly axis: number; readonly rank: number; readonly shape: string; readonly isOwn: boolean }) => ({
      message: isOwn
        ? `There is no axis ${axis} in ${shape}, which has ${rank === 0 ? 'no axes' : rank === 1 ? 'one axis, 0' : `axes 0 to ${rank - 1}`}.`
        : `There is no axis ${axis} here: of ${shape} it can be ${-rank} to ${rank - 1}.`,
      help: axis === rank ? `Axes are those of one example, without the batch: Keras's axis ${axis} is ${axis - 1} here, the last is -1.` : 'Axes count from 0; -1 is the last.',
    }),
    index: ({ index, size, shape }: { readonly index: string; readonly size: string; readonly shape: string }) => ({
      message: `There is no element ${index} on an axis of ${size} in ${shape}.`,
      help: 'Elements count from 0; -1 is the last.',
    }),
    values: ({ callee, low, high, below }: { readonly callee: string; readonly low: string | undefined; readonly high: string | undefined; readonly below: string }) => ({
      message: `\`${callee}\` wants indices from 0 up to, but not including, ${below}, and these are ${low === high && low !== undefined ? low : `${low ?? '…'} to ${high ?? '…'}`}.`,
      help: 'Bring them into that range, or make what they point into larger.',
    }),
    tooMany: ({ count, rank, shape }: { readonly count: number; readonly rank: number; readonly shape: string }) => ({
      message: `${plural(count, 'index').replace('indexs', 'indices')} for ${shape}, which has only ${axes(rank)}.`,
      help: 'Indices count the axes of one example; the batch axis is implicit.',
    }),
  },
); // prettier-ignore

export const shapeUnknownSize = defineDiagnostic(
  {
    slug: 'shape/unknown-size',
    severity: 'error',
    summary: 'A run-time size where the compiler needs a number.',
    explanation: 'Weights have a fixed size, so what they depend on must be a number. Use a layer that works at any size, e.g. `GlobalAveragePooling2D` instead of `Flatten`, or declare the input with numbers.', // prettier-ignore
    example: {
      bad: model('[h, w, 3]', 'Flatten -> Dense(3)'),
      good: model('[h, w, 3]', 'GlobalAveragePooling2D -> Dense(3)'),
    },
  },
  {
    weight: ({ callee, what, size, weight, fixes }: { readonly callee: string; readonly what: string; readonly size: string; readonly weight?: string | undefined; readonly fixes?: readonly Fix[] }) => ({
      fixes,
      message: `\`${callee}\` must know ${what} when it is compiled, but ${what === 'the size' ? 'it' : 'that'} is ${size}, known only at run time.${weight ? ` Its weights would be ${weight}.` : ''}`,
      help: size.includes('*') ? 'After `Flatten` the width depends on the whole image. Use `GlobalAveragePooling2D` instead, or declare the input with numbers.' : 'Declare the input with a number there, or use a layer that works at any size.',
    }),
    condition: ({ text }: { readonly text: string }) => ({
      message: `The compiler cannot decide \`${text}\`: it depends on a size that is known only at run time.`,
      help: 'Declare the input with numbers, or make it a parameter.',
    }),
    rank: ({ name }: { readonly name: string }) => ({
      message: `A model must know how many axes its inputs have, and \`...${name}\` leaves that open.`,
      help: 'Only blocks work on every rank: write the axes one by one, with a name for each size that is known at run time.',
    }),
    output: ({ name }: { readonly name: string }) => ({
      message: `The compiler cannot work out the shape of \`${name}\`: it depends on a size that is known only at run time.`,
      help: 'Declare the input with numbers, or make the size a parameter.',
    }),
    count: ({ text }: { readonly text: string }) => ({
      message: `A loop runs a number of times that the compiler must know, and \`${text}\` is known only at run time.`,
      help: 'Use a number or a parameter.',
    }),
  },
); // prettier-ignore

export const shapeAnnotation = defineDiagnostic(
  {
    slug: 'shape/annotation',
    severity: 'error',
    summary: 'A declared shape that differs from the computed one.',
    explanation: 'A shape written after a name is a claim that the compiler proves. Correct the claim, or what computes the value.', // prettier-ignore
    example: {
      bad: 'model M {\n  input x: [4]\n  output y: [4] = x -> Dense(3)\n}\n',
      good: 'model M {\n  input x: [4]\n  output y: [3] = x -> Dense(3)\n}\n',
    },
  },
  {
    default: ({ name, declared, given }: { readonly name: string; readonly declared: string; readonly given: string }) => ({
      message: `The default of \`${name}\` has the shape ${given}, which cannot be stretched to ${declared}.`,
      help: 'One number fits every shape.',
    }),
    differs: ({ name, declared, computed, span }: { readonly name: string; readonly declared: string; readonly computed: string; readonly span: Span }) => ({
      fixes: [{ title: `Declare it as \`${computed}\``, safe: false, edits: [{ span, newText: computed }] }],
      message: `\`${name}\` is declared with one shape and computed with another.\n${align([`declared  ${declared}`, `computed  ${computed}`])}`,
      help: `If the value is right, write \`${computed}\`.`,
    }),
  },
); // prettier-ignore
