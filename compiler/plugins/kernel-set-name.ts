/**
 * A set of kernels → a short name that says it, and back. Bundlers make file names of the names of modules, and a file
 * name of all the kernels of a large model would be too long for a file system.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { kernelsOfHelpers, laterKernels } from './kernels-of-helpers.ts';

/** Every kernel that there may be, in an order that one build of nnlang keeps. */
const universe = [...new Set([...Object.values(kernelsOfHelpers).flat(), ...laterKernels])].sort();

/** A digit of 5 bits for every five kernels. */
const digits = '0123456789abcdefghijklmnopqrstuv';

export function kernelSetName(kernels: readonly string[]): string {
  const wanted = new Set(kernels);
  const unknown = kernels.find((name) => !universe.includes(name));
  if (unknown !== undefined) bug(`no helper of the runtime asks for the kernel ${unknown}`);
  let name = '';
  for (let at = 0; at < universe.length; at += 5) {
    const bits = universe.slice(at, at + 5).map((kernel, i) => (wanted.has(kernel) ? 1 << i : 0));
    name += digits[bits.reduce((a, b) => a + b, 0)];
  }
  return name;
}

/** In the order of the alphabet. */
export const kernelsNamed = (name: string): readonly string[] =>
  universe.filter((_, at) => digits.indexOf(name[Math.floor(at / 5)] ?? '0') & (1 << (at % 5)));
