/** What a layer or function is coloured by: the area that it is registered in. */
import type { FunctionDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition } from '../definitions/define-layer.ts';
import { functionAreas } from '../functions/index.ts';
import { layerAreas } from '../layers/index.ts';
import type { Family } from './graph-view.ts';

const ofLayers: Readonly<Record<keyof typeof layerAreas, Family>> = {
  core: 'dense',
  convolution: 'convolution',
  pooling: 'pooling',
  recurrent: 'recurrent',
  attention: 'attention',
  normalization: 'normalization',
  regularization: 'regularization',
  reshaping: 'reshaping',
  merging: 'merging',
  activation: 'activation',
  preprocessing: 'other',
  images: 'other',
};
const ofFunctions: Readonly<Record<keyof typeof functionAreas, Family>> = {
  activations: 'activation',
  arithmetic: 'merging',
  comparison: 'merging',
  reductions: 'pooling',
  products: 'dense',
  shapes: 'reshaping',
  selecting: 'reshaping',
  images: 'reshaping',
  making: 'other',
};
/** Where the area says too little. */
const byName: Readonly<Record<string, Family>> = {
  Embedding: 'embedding',
  EinsumDense: 'dense',
  Identity: 'other',
  scaledDotProductAttention: 'attention',
  concat: 'merging',
  stack: 'merging',
};

const byDefinition: ReadonlyMap<string, Family> = new Map([
  ...areaEntries(layerAreas, ofLayers),
  ...areaEntries(functionAreas, ofFunctions),
  ...Object.entries(byName),
]);

function areaEntries<A extends string>(
  areas: Readonly<Record<A, readonly { readonly name: string }[]>>,
  familyOf: Readonly<Record<A, Family>>,
): readonly (readonly [string, Family])[] {
  // prettier-ignore
  const names = Object.keys(areas) as A[];
  return names.flatMap((area) => areas[area].map(({ name }) => [name, familyOf[area]] as const));
}

/** A layer around another is what that is: `Bidirectional(LSTM(64))`, `TimeDistributed(Dense(8))`. */
export function familyOf(
  { name }: LayerDefinition | FunctionDefinition,
  parameters: Readonly<Record<string, unknown>>,
): Family {
  // prettier-ignore
  const wrapped = parameters['layer'];
  if (typeof wrapped === 'object' && wrapped !== null && 'definition' in wrapped && 'parameters' in wrapped) {
    const { definition, parameters: own } = wrapped as { definition: LayerDefinition; parameters: typeof parameters };
    return familyOf(definition, own);
  }
  return byDefinition.get(name) ?? 'other';
}
