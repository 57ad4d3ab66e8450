/**
 * Several ops in one kernel, made last for backends. The body is a closed graph over `parameter`s, one for each operand, like that of a loop;
 * where it gives several results, `result` nodes pick them.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { bodyOf } from './attributes.ts';
import { defineOp } from './define-op.ts';

export const elementwise = defineOp('elementwise', {
  type: (_, attributes) => {
    const { outputs } = bodyOf(attributes);
    const [only] = outputs;
    // Results have types of their own.
    return outputs.length === 1 ? { dtype: only!.dtype, shape: only!.shape } : { dtype: 'float32', shape: [] };
  },
  evaluate: (inputs, attributes, context) => {
    const { outputs } = bodyOf(attributes);
    const parts = context.body(outputs)(inputs);
    return outputs.length === 1 ? parts[0]! : { dtype: 'float32', shape: [], data: new Float64Array(1), parts };
  },
  gradient: () => bug('the gradient of a fused kernel'),
  traits: { impure: true },
});
