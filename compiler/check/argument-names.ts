/** How Keras 2, TensorFlow and PyTorch call arguments, and what becomes of them here. */
import type { Parameters } from '../definitions/parameters.ts';
import { fold, nearNames } from '../diagnostics/suggest.ts';

const ownInput = 'A layer finds the size of what flows in itself: give only the size of its result.';
const shapeOfInput = 'The shape is declared by the `input` statement, and every layer finds its own.';
const channelsLast = 'Images are channels last; `rearrange("c h w -> h w c")` converts.';
const frozen = 'What is frozen is said in `train`: `freeze: [encoder]`.';

/** Things that others say in an argument and `.nn` says elsewhere, by the folded name. The argument can be left out. */
const elsewhere: Readonly<Record<string, string>> = {
  inputshape: shapeOfInput,
  batchinputshape: 'The batch axis is implicit; the shape is declared by the `input` statement.',
  batchshape: 'The batch axis is implicit; the shape is declared by the `input` statement.',
  inputlength: shapeOfInput,
  infeatures: ownInput,
  inchannels: ownInput,
  inputsize: ownInput,
  dataformat: channelsLast,
  dimordering: channelsLast,
  batchfirst: 'Sequences are `[time, features]`; the batch axis is implicit.',
  lossscalefactor: 'It keeps small gradients of half precision; everything is float32 here and needs no scale.',
  trainable: frozen,
  training: 'Whether it trains is known from how the model is run: `fit` trains, `predict` does not.',
  stateful: 'Layers keep nothing between calls: pass `initialState:` and take `returnState: true`.',
};

/** Arguments that are called otherwise; used where the callee has the other name and not the written one. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  dim: ['axis', 'units'],
  dims: ['axis', 'axes'],
  lr: ['learningRate'],
  alpha: ['negativeSlope'],
  outfeatures: ['units'],
  outputdim: ['units'],
  hiddensize: ['units'],
  outchannels: ['filters'],
  nbfilter: ['filters'],
  nfilters: ['filters'],
  channels: ['filters'],
  kernel: ['kernelSize'],
  ksize: ['kernelSize', 'poolSize'],
  stride: ['strides'],
  subsample: ['strides'],
  bordermode: ['padding'],
  dilation: ['dilationRate'],
  atrousrate: ['dilationRate'],
  bias: ['useBias'],
  init: ['kernelInitializer'],
  wregularizer: ['kernelRegularizer'],
  wconstraint: ['kernelConstraint'],
  innerinit: ['recurrentInitializer'],
  inneractivation: ['recurrentActivation'],
  p: ['rate'],
  prob: ['rate'],
  dropout: ['rate'],
  keepprob: ['rate'],
  eps: ['epsilon'],
  nhead: ['numHeads'],
  heads: ['numHeads'],
  headdim: ['keyDim'],
  numembeddings: ['inputDim'],
  vocabsize: ['inputDim'],
  embeddingdim: ['outputDim'],
  scalefactor: ['size'],
  numgroups: ['groups'],
  decay: ['weightDecay'],
  attnmask: ['attentionMask'],
  keypaddingmask: ['keyMask'],
  numsamples: ['k'],
  n: ['units', 'numClasses'],
  depth: ['numClasses'],
};

export type NamedInstead =
  | { readonly kind: 'elsewhere'; readonly instead: string; readonly isNeedless: boolean }
  | { readonly kind: 'near'; readonly near: readonly string[]; readonly isSure: boolean };

/** What an argument that the callee does not have was probably meant to be. */
export function namedInstead(written: string, parameters: Parameters): NamedInstead {
  const names = Object.keys(parameters);
  const same = names.find((name) => fold(name) === fold(written));
  if (same !== undefined) return { kind: 'near', near: [same], isSure: true };
  const other = (otherNames[fold(written)] ?? []).find((name) => names.includes(name));
  if (other !== undefined) return { kind: 'near', near: [other], isSure: !inverse.has(fold(written)) };
  const instead = elsewhere[fold(written)];
  if (instead !== undefined)
    return { kind: 'elsewhere', instead, isNeedless: instead === ownInput || instead === shapeOfInput };
  return { kind: 'near', near: nearNames(written, names), isSure: false };
}

/** Their values do not mean the same, so that a new name alone would not do. */
const inverse: ReadonlySet<string> = new Set(['keepprob', 'dim', 'dims', 'n', 'channels', 'headdim']);
