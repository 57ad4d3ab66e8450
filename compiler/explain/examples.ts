/** Examples of definitions as `.nn` text. */
import type { FunctionDefinition } from '../definitions/define-function.ts';
import type { DefinitionExample, LayerDefinition } from '../definitions/define-layer.ts';

/** `int32[seq]`, `[n, 8]` */
export function typeText(type: DefinitionExample['input']): string {
  const isTyped = 'shape' in type;
  return `${isTyped && type.dtype !== 'float32' ? type.dtype : ''}[${(isTyped ? type.shape : type).join(', ')}]`;
}

/** An arrow outside of a string. */
const hasArrow = (source: string): boolean => source.replaceAll(/"[^"]*"/g, '').includes('->');

/** The expression that an example stands for: `x -> Dense(64)`. */
export function exampleText({ tensors }: LayerDefinition | FunctionDefinition, { source }: DefinitionExample): string {
  const needsTensor = tensors.some((name) => !name.endsWith('?'));
  return hasArrow(source) || source.includes('->') || !needsTensor ? source : `x -> ${source}`;
}
