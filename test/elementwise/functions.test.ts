/**
 * How exact the functions of fused kernels are, over all float32 numbers (one in ten thousand, and those where something happens): in units of the
 * last place (of the smallest normal number below that), against double precision.
 */
import { describe, expect, it } from 'vitest';
import { erfOf, logOnePlusExp } from '../../compiler/ops/elementary.ts';
import { constant, elementwise, useBackend } from '../../runtime/index.ts';

const device = await useBackend('wasm');

interface Case {
  readonly exact: (x: number) => number;
  /** The most units that it is off by. */
  readonly units: number;
}

const cases: Readonly<Record<string, Case>> = {
  exp: { exact: Math.exp, units: 1 },
  expm1: { exact: Math.expm1, units: 3.5 },
  log: { exact: Math.log, units: 1 },
  log1p: { exact: Math.log1p, units: 2.5 },
  tanh: { exact: Math.tanh, units: 5 },
  erf: { exact: erfOf, units: 8 },
  // Below −88.7 the exponential is infinite in float32, and this 0.
  sigmoid: { exact: (x) => 1 / (1 + Math.fround(Math.exp(-x))), units: 3 },
  softplus: { exact: logOnePlusExp, units: 2.5 },
  sqrt: { exact: Math.sqrt, units: 0.5 },
  rsqrt: { exact: (x) => 1 / Math.sqrt(x), units: 1.5 },
  negate: { exact: (x) => -x, units: 0 },
  abs: { exact: Math.abs, units: 0 },
  floor: { exact: Math.floor, units: 0 },
  ceil: { exact: Math.ceil, units: 0 },
  relu: { exact: (x) => (x > 0 || Number.isNaN(x) ? x : 0), units: 0 },
  step: { exact: (x) => (x > 0 ? 1 : Number.isNaN(x) ? x : 0), units: 0 },
  sign: { exact: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0), units: 0 },
};

/** The bits of all float32 numbers in steps, and edges of what the functions can do. */
function inputs(): Float32Array {
  const edges = [0, -0, 1, -1, Infinity, -Infinity, NaN, 88.7228, 88.73, -87.33, -103.9, -104.1, 0.3465, 0.3467, -0.3465, -0.3467, 9, -9, 3.9999, 4.0001, 16777216, 0.5, 1.5, 2.5]; // prettier-ignore
  const spaced = new Uint32Array(2 ** 32 / 10007).map((_, i) => i * 10007);
  return Float32Array.from([...edges, ...new Float32Array(spaced.buffer)]);
}

const smallest = 2 ** -126;
const unitOf = (value: number): number => 2 ** (Math.floor(Math.log2(Math.max(Math.abs(value), smallest))) - 23);

function unitsOff(got: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Number.isNaN(rounded) || Number.isNaN(got)) return Number.isNaN(rounded) === Number.isNaN(got) ? 0 : Infinity;
  if (!Number.isFinite(rounded) || !Number.isFinite(got)) return rounded === got ? 0 : Infinity;
  return got === exact ? 0 : Math.abs(got - exact) / unitOf(exact);
}

describe('functions of fused kernels', () => {
  const x = inputs();
  const data = constant(device, x, [x.length], 'float32');
  for (const [name, { exact, units }] of Object.entries(cases))
    it(`${name}: ${units} units`, () => {
      const run = elementwise(`f: ${name} $0 -> $1`, () => expect.fail('no kernel was made'));
      const y = device.readSync(run(device, data));
      let [worst, at] = [0, 0];
      for (let i = 0; i < x.length; i++) {
        const off = unitsOff(y[i]!, exact(x[i]!));
        if (off > worst) [worst, at] = [off, i];
      }
      expect(worst, `${name}(${x[at]!}) = ${y[at]!}, exactly ${exact(x[at]!)}`).toBeLessThanOrEqual(units);
    });

  it('erf and tanh stay within −1 and 1, exp and sigmoid above 0', () => {
    const bounds = { erf: [-1, 1], tanh: [-1, 1], sigmoid: [0, 1], exp: [0, Infinity] } as const;
    for (const [name, [least, most]] of Object.entries(bounds)) {
      const y = device.readSync(elementwise(`f: ${name} $0 -> $1`, () => expect.fail())(device, data));
      expect(y.some((value) => value < least || value > most)).toBe(false);
    }
  });
});
