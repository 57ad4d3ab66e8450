/** The closed set of tensor primitives. Layers, functions, losses and optimisers are made of these and nothing else. */
export const opNames = [
  // leaves
  'input', 'weight', 'slot', 'constant', 'fill', 'arange', 'dimension', 'hostScalar', 'randomUniform', 'randomNormal',
  // elementwise, one operand
  'negate', 'abs', 'sign', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'rsqrt', 'sin', 'cos', 'tan', 'tanh', 'sigmoid',
  'softplus', 'erf', 'floor', 'ceil', 'round', 'relu', 'step', 'isNan', 'not', 'cast', 'stopGradient',
  // elementwise, two or three operands, with NumPy broadcasting
  'add', 'subtract', 'multiply', 'divide', 'power', 'maximum', 'minimum', 'modulo',
  'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'and', 'or', 'select',
  // reductions
  'sum', 'max', 'min', 'prod', 'any', 'all', 'argMax', 'argMin', 'cumsum', 'softmax', 'logSoftmax',
  // moving
  'reshape', 'transpose', 'broadcastTo', 'slice', 'stridedSlice', 'pad', 'concat', 'reverse', 'gather', 'scatterAdd', 'oneHot',
  // products and windows
  'matMul', 'conv2d', 'conv2dInputGradient', 'conv2dFilterGradient', 'depthwiseConv2d',
  'maxPool', 'maxPoolGradient', 'averagePool', 'averagePoolGradient',
  // loops: a scan, what it gives, and what its body is given
  'scan', 'result', 'parameter',
  // made by fusion for a backend only
  'fusedMatMul', 'fusedConv2d', 'fusedDepthwiseConv2d', 'resizeNearest', 'elementwise',
] as const; // prettier-ignore

export type OpName = (typeof opNames)[number];
