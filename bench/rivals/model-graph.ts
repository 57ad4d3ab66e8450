/** A model of `models.nn` or `networks.nn` as the compiler sees it, with the weights of a living network: what the rivals are made of. */
import { readFileSync } from 'node:fs';
import { createCompiler } from '../../compiler/compile.ts';
import type { ApplyNode, GraphNode, ModelGraph } from '../../compiler/graph/model-graph.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { asInteger, type Dim, type Shape } from '../../compiler/shapes/index.ts';

export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Network {
  readonly graph: ModelGraph;
  readonly weights: ReadonlyMap<string, Weight>;
}

interface Living {
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[]; data(): Promise<unknown> }>>;
}

const modelsOf = (file: string): readonly ModelGraph[] => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  return createCompiler(createMemoryHost({ [`/${file}`]: text })).check(`/${file}`).models;
};

export async function networkOf(file: string, name: string, net: Living): Promise<Network> {
  const graph = modelsOf(file).find((model) => model.name === name);
  if (!graph) throw new Error(`${file} has no ${name}`);
  const weights = new Map<string, Weight>();
  for (const [path, view] of Object.entries(net.weights))
    weights.set(path, { shape: view.shape, values: (await view.data()) as Float32Array });
  return { graph, weights };
}

export const sizesOf = (shape: Shape): readonly number[] => shape.map((size) => asInteger(size as Dim)!);

export const isApply = (node: GraphNode): node is ApplyNode => node.kind === 'apply';

/** The nodes in the order of the text. */
export const applications = ({ graph }: Network): readonly ApplyNode[] => graph.nodes.filter(isApply);

/** A weight of a layer by its local name. */
export function weightOf({ weights }: Network, node: ApplyNode, local: string): Weight | undefined {
  const path = node.weights[local];
  return path === undefined ? undefined : weights.get(path);
}

export const numbers = (value: unknown): readonly number[] => (value as readonly Dim[]).map((size) => asInteger(size)!);

/** The function in `activation:`, or none. */
export const activationOf = (node: ApplyNode): string | undefined =>
  (node.parameters['activation'] as { readonly definition: { readonly name: string } } | undefined)?.definition.name;
