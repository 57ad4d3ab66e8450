/**
 * Ops without operands: what a program is given (inputs, weights, slots, host numbers), constants, and random draws.
 */
import { build, countOf, ndArray } from '../graph/nd-array.ts';
import type { HostExpression } from '../graph/tensor-graph.ts';
import { dtypeOf, hostExpressionOf, numberOf, numbersOf, sizeOf, sizesOf, stringOf } from './attributes.ts';
import { defineOp, type EvaluationContext, type OpBehaviour } from './define-op.ts';

const declared: OpBehaviour['type'] = (_, attributes) => ({
  dtype: dtypeOf(attributes),
  shape: sizesOf(attributes, 'shape'),
});

export const input = defineOp('input', {
  type: declared,
  evaluate: (_, attributes, context) => context.leaf('input', stringOf(attributes, 'name')),
  gradient: 'none',
  traits: { impure: true },
});

export const weight = defineOp('weight', {
  type: declared,
  evaluate: (_, attributes, context) => context.leaf('weight', stringOf(attributes, 'path')),
  gradient: 'none',
  traits: { impure: true },
});

export const slot = defineOp('slot', {
  type: (_, attributes) => ({ dtype: 'float32', shape: sizesOf(attributes, 'shape') }),
  evaluate: (_, attributes, context) =>
    context.leaf('slot', `${stringOf(attributes, 'path')}/${stringOf(attributes, 'name')}`),
  gradient: 'none',
  traits: { impure: true },
});

export const constant = defineOp('constant', {
  type: declared,
  evaluate: (_, attributes, context) =>
    ndArray(sizesOf(attributes, 'shape').map(context.size), numbersOf(attributes, 'values'), dtypeOf(attributes)),
  gradient: 'none',
});

export const fill = defineOp('fill', {
  type: declared,
  evaluate: (_, attributes, context) =>
    build(dtypeOf(attributes), sizesOf(attributes, 'shape').map(context.size), () => numberOf(attributes, 'value')),
  gradient: 'none',
});

export const arange = defineOp('arange', {
  type: (_, attributes) => ({ dtype: 'int32', shape: [sizeOf(attributes, 'size')] }),
  evaluate: (_, attributes, context) => build('int32', [context.size(sizeOf(attributes, 'size'))], ([i]) => i!),
  gradient: 'none',
});

export const dimension = defineOp('dimension', {
  type: () => ({ dtype: 'float32', shape: [] }),
  evaluate: (_, attributes, context) => ndArray([], [context.size(sizeOf(attributes, 'size'))]),
  gradient: 'none',
});

export function hostValue(e: HostExpression, given: { readonly learningRate: number; readonly step: number }): number {
  switch (e.host) {
    case 'number':
      return e.value;
    case 'learningRate':
      return given.learningRate;
    case 'step':
      return given.step;
    case 'sqrt':
      return Math.sqrt(hostValue(e.operand, given));
    default: {
      const [l, r] = [hostValue(e.left, given), hostValue(e.right, given)];
      if (e.host === 'add') return l + r;
      if (e.host === 'subtract') return l - r;
      if (e.host === 'multiply') return l * r;
      if (e.host === 'divide') return l / r;
      if (e.host === 'power') return l ** r;
      return e.host === 'maximum' ? Math.max(l, r) : Math.min(l, r);
    }
  }
}

export const hostScalar = defineOp('hostScalar', {
  type: () => ({ dtype: 'float32', shape: [] }),
  evaluate: (_, attributes, context) => ndArray([], [hostValue(hostExpressionOf(attributes, 'expression'), context)]),
  gradient: 'none',
  traits: { impure: true },
});

const drawn =
  (kind: 'uniform' | 'normal'): OpBehaviour['evaluate'] =>
  (_, attributes, context: EvaluationContext) => {
    const shape = sizesOf(attributes, 'shape').map(context.size);
    return ndArray(shape, context.random(kind, numberOf(attributes, 'use'), countOf(shape)));
  };

const drawnType: OpBehaviour['type'] = (_, attributes) => ({ dtype: 'float32', shape: sizesOf(attributes, 'shape') });

export const randomUniform = defineOp('randomUniform', {
  type: drawnType,
  evaluate: drawn('uniform'),
  gradient: 'none',
  traits: { impure: true },
});

export const randomNormal = defineOp('randomNormal', {
  type: drawnType,
  evaluate: drawn('normal'),
  gradient: 'none',
  traits: { impure: true },
});
