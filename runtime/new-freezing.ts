/** Which weights of a new network are frozen. Bundles without tensors have `new-freezing-of-arrays.ts` in its place. */
import type { Device } from './device.ts';
import { Freezing } from './freezing.ts';
import type { Program } from './program.ts';

/** What is frozen of a network. */
export type Frozen = Pick<
  Freezing,
  'has' | 'paths' | 'isThawed' | 'isAsAtFirst' | 'freeze' | 'unfreeze' | 'restore' | 'flags' | 'dispose'
>;

export const freezingOf = async (device: Device, program: Program): Promise<Frozen> => new Freezing(device, program);
