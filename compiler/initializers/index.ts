/** Every initializer by its Keras name: how the start values of a weight are made. The run time makes them. */
import { defineNamed, type NamedDefinition } from '../definitions/define-optimizer.ts';
import { float, option, type Parameters } from '../definitions/parameters.ts';

const page = '[Keras](https://keras.io/api/layers/initializers/)';

const initializer = (name: string, summary: string, doc: string, parameters: Parameters = {}): NamedDefinition =>
  defineNamed({ kind: 'initializer', name, summary, doc: `${doc} ${page}`, parameters });

const mean = float({ doc: 'Their mean.', default: 0 });
const stddev = float({ doc: 'Their standard deviation.', default: 0.05, min: 0 });
const gain = float({ doc: 'Factor of the whole.', default: 1 });

export const initializers: readonly NamedDefinition[] = [
  initializer('zeros', 'All zeros.', '$0$'),
  initializer('ones', 'All ones.', '$1$'),
  initializer('constant', 'One number everywhere.', '`value`', { value: float({ doc: 'The number.', default: 0 }) }),
  initializer('identity', 'The identity matrix.', '$g\\, \\delta_{ij}$; for matrices.', { gain }),
  initializer('randomNormal', 'Normally distributed numbers.', '$N(\\mathrm{mean}, \\mathrm{stddev}^2)$', { mean, stddev }), // prettier-ignore
  initializer('truncatedNormal', 'Normally distributed numbers within two standard deviations.', 'Numbers further away are drawn again.', { mean, stddev }), // prettier-ignore
  initializer('randomUniform', 'Evenly distributed numbers.', '$U(\\mathrm{minval}, \\mathrm{maxval})$', {
    minval: float({ doc: 'The smallest.', default: -0.05 }),
    maxval: float({ doc: 'Just above the largest.', default: 0.05 }),
  }),
  initializer('varianceScaling', 'Numbers whose variance depends on the size of the weight.', 'Variance $\\mathrm{scale} / n$ with $n$ as `mode` says.', {
    scale: float({ doc: 'Factor of the variance.', default: 1, min: 0, exclusiveMin: true }),
    mode: option(['fanIn', 'fanOut', 'fanAvg'], { doc: 'What is counted: inputs, outputs or their mean.', default: 'fanIn' }),
    distribution: option(['truncatedNormal', 'untruncatedNormal', 'uniform'], { doc: 'How the numbers are distributed.', default: 'truncatedNormal' }),
  }), // prettier-ignore
  initializer('glorotUniform', 'Evenly distributed, for saturating activations (Glorot and Bengio 2010).', '$U(-l, l)$ with $l = \\sqrt{6 / (\\mathrm{fanIn} + \\mathrm{fanOut})}$.'),
  initializer('glorotNormal', 'Truncated normal, for saturating activations (Glorot and Bengio 2010).', 'Variance $2 / (\\mathrm{fanIn} + \\mathrm{fanOut})$.'),
  initializer('heUniform', 'Evenly distributed, for `relu` (He et al. 2015).', '$U(-l, l)$ with $l = \\sqrt{6 / \\mathrm{fanIn}}$.'),
  initializer('heNormal', 'Truncated normal, for `relu` (He et al. 2015).', 'Variance $2 / \\mathrm{fanIn}$.'),
  initializer('lecunUniform', 'Evenly distributed, for `selu` (LeCun et al. 1998).', '$U(-l, l)$ with $l = \\sqrt{3 / \\mathrm{fanIn}}$.'),
  initializer('lecunNormal', 'Truncated normal, for `selu` (LeCun et al. 1998).', 'Variance $1 / \\mathrm{fanIn}$.'),
  initializer('orthogonal', 'A random orthogonal matrix (Saxe et al. 2013).', 'Axes before the last count as one.', { gain }),
]; // prettier-ignore
