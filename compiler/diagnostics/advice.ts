/** What to do, worded for the causes that the checker finds in the layers before a mistake. */

const or = (...ways: readonly (string | undefined)[]): string => ways.filter((way) => way !== undefined).join(' or ');

/** Where a target and an output do not fit. */
export const misfitAdvice = {
  otherFamily: (family: string): string => `For one-hot targets use \`${family}\`; for class indices declare \`target …: int32\`.`,
  declareInt: 'Declare the target as `int32`: it holds the number of the class.',
  sparse: (name: string): string => `For class indices use \`${name}\` and an \`int32\` target.`,
  classNumbers: (classes: string): string =>
    `The output has ${classes} numbers where the target has one. If that is the number of a class, use \`sparseCategoricalCrossentropy\` (and \`softmax\`); if each of the ${classes} is answered by yes or no, or by a number, give the target that axis.`,
  everyStep: (layer: string): string => `\`${layer}\` gives every step. Leave \`returnSequences: true\` away to get the last one only.`,
  onlyLastStep: (layer: string): string =>
    `The target has an answer for every step. \`${layer}\` gives only the last one; with \`returnSequences: true\` it gives all.`,
  squeeze: (output: string): string =>
    `The output ends in an axis of 1 that the target has not: drop it with \`squeeze(axis: -1)\`, or declare the target as \`${output}\`.`,
  moreAxes: 'The output still has axes that the target has not: put `Flatten` (or a global pooling layer) before the last layers, or give the target those axes.',
  lastAxisOnly: (layer: string, kept: string, pooling: string | undefined): string =>
    `\`${layer}\` works on the last axis only, so the other axes of ${kept} come through to the output. Put ${or('`Flatten`', pooling && `\`${pooling}\``)} before it, or give the target those axes.`,
  reshapeTo: (input: string, sizes: string): string => `Give the output the shape of \`${input}\`: end it with \`reshape(${sizes})\`.`,
  axesOf: (input: string, shape: string): string => `Give the output the axes of \`${input}\`, ${shape}.`,
  batch: 'The target has an axis that the output has not. The batch axis is implicit: declare the shape of one example.',
  width: (target: string, output: string): string => `Make the last layer as wide as the target (${target}), or declare the target with ${output}.`,
  differsOn: (axis: number, target: string, output: string): string => `They differ on axis ${axis}: ${target} and ${output}. A loss never stretches sizes.`,
  rounding: (axis: number, target: string, output: string): string =>
    `They differ on axis ${axis}: ${target} and ${output}. Strides and pools round where a size does not divide, and up-sampling does not undo that: crop or pad the output, or choose input sizes that divide evenly.`,
  equal: 'Make the two the same; a loss never stretches sizes.',
} as const; // prettier-ignore

/** Why a tensor has more or fewer axes than what it flows into wants. */
export type RankCause =
  | { readonly kind: 'lastStep' | 'everyStep' | 'collapsed' | 'dimension'; readonly layer: string }
  /** `forSeries`: the layer of a series, where this one is for pictures. */
  | {
      readonly kind: 'channel';
      readonly shape: string;
      readonly isSeries: boolean;
      readonly forSeries?: string | undefined;
    }
  | { readonly kind: 'tokens' }
  /** `wrapped`: what stands there, in `TimeDistributed`. */
  | { readonly kind: 'frames'; readonly wrapped: string }
  /** Of a sequence with so many. */
  | { readonly kind: 'step'; readonly steps: string }
  | { readonly kind: 'maps' | 'batch' | 'flatten' | 'names' | 'mask' };

export function rankAdvice(cause: RankCause): string {
  switch (cause.kind) {
    case 'lastStep':
      return `\`${cause.layer}\` gives only its last step; with \`returnSequences: true\` it gives every step.`;
    case 'everyStep':
      return misfitAdvice.everyStep(cause.layer);
    case 'dimension':
      return `\`${cause.layer}\` is the one for so many axes. (The batch axis is implicit and does not count.)`;
    case 'collapsed':
      return `\`${cause.layer}\` before it has taken axes away: leave it out, or move it behind this layer.`;
    case 'channel':
      return cause.isSeries
        ? `A series of single numbers has an axis for its one feature: declare it as \`${cause.shape}\`, or add the axis with \`expandDims(axis: -1)\`.`
        : `Grey images need a channel axis too: make it \`${cause.shape}\`, or add one with \`expandDims(axis: -1)\`.${cause.forSeries ? ` For a series of vectors, \`${cause.forSeries}\` is the one.` : ''}`;
    case 'tokens':
      return 'Numbers that stand for words become vectors first: `Embedding(vocabulary, width)`.';
    case 'frames':
      return `There is exactly one axis too many. The batch axis is implicit: if the first one counts examples, leave it out. If it counts the pictures of a sequence, take them one by one: \`${cause.wrapped}\`.`;
    case 'step':
      return `\`TimeDistributed\` gives it one step at a time: the first axis, of ${cause.steps}, counts the steps. Where there are no steps, leave \`TimeDistributed\` away.`;
    case 'maps':
      return 'Make one vector of each step: `TimeDistributed(Flatten)`, or `TimeDistributed(GlobalAveragePooling2D)` for pictures.';
    case 'batch':
      return 'There is exactly one axis too many. The batch axis is implicit: write the shape of one example, without the number of examples.';
    case 'flatten':
      return 'Insert `Flatten` before it to make one axis of all.';
    case 'mask':
      return 'It says for each query which keys it may look at. A mask with one value for each position is `keyMask:` (or `queryMask:`).';
    case 'names':
      return 'Name every axis of one example; `...` stands for all that need no name.';
  }
}
