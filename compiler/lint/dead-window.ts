/** `lint/dead-window`: a window that steps further than it reaches, so that some inputs are never read. */
import { lintDeadWindow } from '../diagnostics/catalogue/lints.ts';
import { asInteger, type Dim } from '../shapes/index.ts';
import type { NodeLint } from './lint.ts';

const numbers = (value: unknown): readonly (number | undefined)[] =>
  Array.isArray(value) ? (value as readonly Dim[]).map((size) => asInteger(size)) : [];

export const deadWindow: NodeLint = (node, { text }) => {
  const { definition, parameters, origin } = node;
  const window = 'kernelSize' in parameters ? 'kernelSize' : 'poolSize' in parameters ? 'poolSize' : undefined;
  // A transposed convolution writes with its strides instead of reading with them.
  if (definition.kind !== 'layer' || !window || definition.name.includes('Transpose')) return undefined;
  const sizes = numbers(parameters[window]);
  const strides = numbers(parameters['strides']);
  const dilation = numbers(parameters['dilationRate']);
  if (sizes.length === 0 || strides.length === 0) return undefined;
  const at = sizes.findIndex((size, axis) => {
    const stride = strides[axis];
    if (size === undefined || stride === undefined || size < 2) return false;
    return stride > (size - 1) * (dilation[axis] ?? 1) + 1;
  });
  if (at < 0) return 'fine';
  const argument = text.argumentOf(node, 'strides');
  const place = argument ? { file: text.source, span: argument.value.span } : origin;
  const reach = (sizes[at]! - 1) * (dilation[at] ?? 1) + 1;
  const problem = lintDeadWindow.skips({ callee: definition.name, size: reach, stride: strides[at]!, window });
  return { problem, place };
};
