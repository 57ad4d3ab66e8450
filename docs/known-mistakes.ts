/**
 * What the libraries say to each mistake of `test/cases/bugs`, and when: told from what is known of the libraries at
 * the time of the thread, in our words. Message texts are shortened; they differ between versions.
 */
export interface LibraryReport {
  readonly library: string;
  readonly when: 'never' | 'while building' | 'when data arrives' | 'at the first step' | 'some step later';
  readonly said: string;
}

export const libraryReports: Readonly<Record<string, LibraryReport>> = {
  MF01: { library: 'Keras', when: 'when data arrives', said: 'The target has 2 axes where the last layer has 4. It names the last layer, not the missing `Flatten`.' },
  MF03: { library: 'Keras', when: 'when data arrives', said: 'The target has 2 axes where the last layer has 3.' },
  MF07: { library: 'Keras', when: 'while building', said: 'The shape of the input to `Flatten` is not fully defined.' },
  IR01: { library: 'Keras', when: 'while building', said: 'Expected ndim=4, found ndim=5.' },
  IR06: { library: 'TensorFlow.js', when: 'when data arrives', said: 'Expected shape [null, 7, 7, 512], got [1, 224, 224, 3].' },
  IR10: { library: 'Keras', when: 'when data arrives', said: 'Expected 4 dimensions, got an array with 3.' },
  CH01: { library: 'Keras on TensorFlow', when: 'while building', said: 'Negative dimension size caused by subtracting 3 from 1.' },
  NEG01: { library: 'Keras on TensorFlow', when: 'while building', said: 'Negative dimension size caused by subtracting 3 from 2.' },
  LB01: { library: 'Keras', when: 'when data arrives', said: 'Targets should be one-hot. Early versions compared shapes only, and let a target of width 1 pass for an output of width 1.' },
  LB05: { library: 'PyTorch', when: 'at the first step', said: 'Only batches of spatial targets are supported, with 3 axes; got 4.' },
  LB09: { library: 'Keras on TensorFlow', when: 'at the first step', said: 'The number of values does not fit the shape asked of a reshape, named by its place in the graph.' },
  AL01: { library: 'Keras', when: 'never', said: 'Nothing. Every prediction is 1, and accuracy stays where it is.' },
  AL05: { library: 'Keras', when: 'never', said: 'Nothing. The loss is clipped, stays high or becomes NaN.' },
  AL09: { library: 'Keras', when: 'never', said: 'Nothing. The loss takes numbers for probabilities that are none.' },
  AL10: { library: 'Keras', when: 'never', said: 'Nothing. It learns what linear regression can.' },
  AL11: { library: 'PyTorch', when: 'never', said: 'Nothing. It learns slowly, and worse.' },
  BC01: { library: 'PyTorch', when: 'never', said: 'Nothing at the time of the thread; today a warning at the first step, and training goes on with the wrong loss.' },
  RS01: { library: 'TensorFlow', when: 'at the first step', said: 'Logits and labels differ in their batch: the `-1` of the reshape had taken the rest into the batch axis.' },
  RS04: { library: 'PyTorch', when: 'at the first step', said: 'Size mismatch of two matrices, of 512 and 128.' },
  CC02: { library: 'Keras', when: 'while building', said: '`Concatenate` needs inputs that agree in all axes but one.' },
  RA01: { library: 'Keras', when: 'while building', said: 'Operands could not be broadcast together, of (56, 56, 32) and (112, 112, 32).' },
  RN01: { library: 'Keras', when: 'while building', said: 'Expected ndim=3, found ndim=2.' },
  RN03: { library: 'Keras', when: 'when data arrives', said: 'The target has shape (96, 1) where the last layer gives (96, 96).' },
  AT01: { library: 'PyTorch', when: 'at the first step', said: 'A shape is invalid for an input of this size, from a reshape inside the attention.' },
  AT05: { library: 'PyTorch', when: 'some step later', said: 'The size of tensor a (207) must match the size of tensor b (200), in the first batch that holds a text of that length.' },
  MM02: { library: 'TensorFlow', when: 'while building', said: 'Shape must be rank 2 but is rank 3.' },
  TC01: { library: 'TensorFlow', when: 'at the first step', said: 'The size of a gradient does not match what the kernel computes; the words are those of the gradient of another convolution.' },
  AE01: { library: 'Keras', when: 'when data arrives', said: 'Expected shape (20, 20, 1), got (23, 23, 1).' },
  T05: { library: 'TensorFlow.js', when: 'never', said: 'Nothing. Options that it does not know are ignored. (TypeScript can object, where it sees them written in place.)' },
  T16: { library: 'TensorFlow.js', when: 'while building', said: 'Unknown loss, from `compile`. It suggests nothing.' },
}; // prettier-ignore
