/** A weights file that is not that of the model. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}
