/** Which weights of a new network are frozen, in bundles without tensors: what cannot learn does without. */
import type { Device } from './device.ts';
import type { Frozen } from './new-freezing.ts';
import type { Program } from './program.ts';

export async function freezingOf(device: Device, program: Program): Promise<Frozen> {
  if (program.training === undefined) return nothing(program.spec.name);
  const { Freezing } = await import('./freezing.ts');
  return new Freezing(device, program);
}

function nothing(model: string): Frozen {
  const refuse = (): never => {
    throw new Error(`${model} has no train block: there is nothing to freeze.`);
  };
  const none = (): void => {};
  return { has: () => false, paths: [], isThawed: false, isAsAtFirst: true, flags: {}, freeze: refuse, unfreeze: refuse, restore: none, dispose: none }; // prettier-ignore
}
