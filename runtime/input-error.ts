/** What was passed to a model does not fit it. The message names the model, the input, and what was wanted and given. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
