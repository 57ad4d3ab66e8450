/** The weights of a layer in its first example, found out by checking that example. */
import { createCompiler } from '../compile.ts';
import type { DefinitionExample, LayerDefinition } from '../definitions/define-layer.ts';
import { createMemoryHost } from '../project/memory-host.ts';
import { exampleText, typeText } from './examples.ts';

export interface WeightDoc {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: string;
  readonly trainable: boolean;
}
export interface WeightsDoc {
  /** The example's text. */
  readonly of: string;
  readonly weights: readonly WeightDoc[];
}

/** A model that holds nothing but the example. */
function programOf(definition: LayerDefinition, example: DefinitionExample): string {
  const inputs = Object.entries({ x: example.input, ...example.tensors });
  const lines = inputs.map(([name, type]) => `  input ${name}: ${typeText(type)}`);
  return `model M {\n${lines.join('\n')}\n  output _result = ${exampleText(definition, example)}\n}\n`;
}

export function weightsOf(definition: LayerDefinition): WeightsDoc | undefined {
  const example = definition.examples[0];
  if (!example || !definition.weights) return undefined;
  const compiler = createCompiler(createMemoryHost({ '/example.nn': programOf(definition, example) }));
  const weights = compiler.check('/example.nn').models[0]?.weights ?? [];
  if (weights.length === 0) return undefined;
  return {
    of: exampleText(definition, example),
    weights: weights.map(({ path, sizes, initializer, trainable }) => ({
      name: path.slice(path.indexOf('.') + 1),
      shape: sizes,
      initializer: initializer.name,
      trainable: trainable !== false,
    })),
  };
}
