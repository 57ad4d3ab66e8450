/** All with whom nnlang is compared, in the order of the tables' columns. */
import { graphModel } from './graph-model.ts';
import { handWritten } from './hand-written.ts';
import { onnxRuntimeNative, onnxRuntimeWeb } from './onnx-runtime.ts';
import { pytorch } from './pytorch.ts';
import type { Rival } from './rival.ts';
import { tfLayers } from './tf-layers.ts';

export const rivals: readonly Rival[] = [tfLayers, graphModel, handWritten, onnxRuntimeWeb, onnxRuntimeNative, pytorch];
