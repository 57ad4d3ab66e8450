/** `argument/pattern`: the patterns of axes that `rearrange` and `einsum` take. */
import { defineDiagnostic } from '../diagnostic.ts';
import { plural } from '../suggest.ts';

const body = (stage: string): string => `model M {\n  input x: [8, 6]\n  output y = x -> ${stage}\n}\n`;

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const wantedParts = {
  arrow: 'Between the axes as they are and as they shall be stands `->`.',
  axis: 'An axis is a name such as `h`; `rearrange` also knows `1`, and groups such as `(heads d)`.',
  comma: 'Axes are separated by spaces, tensors by commas: `"q d, k d -> q k"`.',
  closing: 'A group of axes ends with `)`; groups do not nest.',
  end: 'There is one `->` in a pattern.',
  ellipsis: '`...` stands for all other axes, once on each side.',
} as const;

export const argumentPattern = defineDiagnostic(
  {
    slug: 'argument/pattern',
    severity: 'error',
    summary: 'A pattern of axes that cannot be read.',
    explanation: '`rearrange(x, "h w (heads d) -> heads (h w) d", heads: 8)` names each axis of one example and says where it goes; `einsum("q d, k d -> q k", a, b)` sums over the axes that the result does not name. Axes are separated by spaces; the batch axis is implicit.', // prettier-ignore
    example: { bad: body('rearrange("h w -> w c")'), good: body('rearrange("h w -> w h")') },
  },
  {
    unexpected: ({ text, wanted }: { readonly text: string; readonly wanted: keyof typeof wantedParts }) => ({
      message: text === '' ? 'The pattern ends too early.' : `\`${text}\` cannot stand here.`,
      help: wantedParts[wanted],
    }),
    twice: ({ axis }: { readonly axis: string }) => ({
      message: `The axis \`${axis}\` stands on one side twice.`,
      help: 'Give each axis a name of its own.',
    }),
    oneSided: ({ axis, side }: { readonly axis: string; readonly side: 'left' | 'right' }) => ({
      message: side === 'left' ? `The axis \`${axis}\` is lost: the right side does not have it.` : `Nothing on the left is called \`${axis}\`.`,
      help: side === 'left' ? '`rearrange` keeps every element; reduce an axis with `mean`, `max` … before or after it.' : 'An axis of the result comes from one of the left side; `repeatElements`, `tile` and `broadcastTo` make new ones.',
    }),
    open: ({ axes }: { readonly axes: readonly string[] }) => ({
      message: `The sizes of ${list(axes)} are not known: an axis can be cut where all of its parts but one have a size.`,
      help: `Give ${axes.length > 2 ? 'all but one of them' : 'one of them'} by name: \`${axes[0]}: 8\`.`,
    }),
    noAxis: ({ axis, axes }: { readonly axis: string; readonly axes: readonly string[] }) => ({
      message: `No axis of the pattern is called \`${axis}\`.`,
      help: axes.length === 0 ? undefined : `Its axes are ${list(axes)}.`,
    }),
    operands: ({ wanted, given }: { readonly wanted: number; readonly given: number }) => ({
      message: `The pattern names the axes of ${plural(wanted, 'tensor')}, but ${given === 1 ? 'one is' : `${given} are`} given.`,
      help: 'Tensors are separated by commas on the left of `->`.',
    }),
  },
); // prettier-ignore
