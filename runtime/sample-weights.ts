/** What the weights of examples are called in a batch. */

/** The name of the weights of examples among the tensors of a batch. */
export const sampleWeightName = 'sampleWeight';
/** The same where each target has weights of its own. */
export const weightsOfTarget = (target: string): string => `${sampleWeightName}.${target}`;
