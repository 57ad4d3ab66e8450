/** What runs in the browser: fused kernels as shaders, against what the reference evaluator has computed. */
import { type Data, type Device, constant, elementwise, elementwiseTogether, randomUniform, useBackend } from '../../runtime/index.ts'; // prettier-ignore
import { uniformNumbers } from '../../runtime/random/draws.ts';
import type { KernelCase } from '../elementwise/kernel-cases.ts';

const never = (): never => {
  throw new Error('its parts ran, not the kernel');
};

const put = (d: Device, values: ArrayLike<number>, shape: readonly number[]): Data =>
  constant(d, Float32Array.from(values), shape, 'float32');

/** Cards may be off by so much in exp, whose error grows with what it is given. */
const within = 5e-5;

function isNear(got: number, wanted: number): boolean {
  if (Number.isNaN(wanted)) return Number.isNaN(got);
  if (!Number.isFinite(wanted)) return got === wanted;
  // What is nearly infinite may be.
  return Math.abs(wanted) > 1e37 || Math.abs(got - wanted) <= within * (1 + Math.abs(wanted));
}

async function problemOf(d: Device, { text, operands, results }: KernelCase): Promise<string | undefined> {
  const given = operands.map(({ data, shape }) => put(d, data, shape));
  const got = elementwiseTogether(text, never)(d, ...given) as readonly Data[];
  for (const [i, { data: wanted, shape }] of results.entries()) {
    if (String(got[i]!.shape) !== String(shape)) return `result ${i} has the shape ${String(got[i]!.shape)}`;
    const values = await d.read(got[i]!);
    const wrong = wanted.findIndex((value, at) => !isNear(values[at]!, value));
    if (values.length !== wanted.length) return `result ${i} has ${values.length} numbers, not ${wanted.length}`;
    if (wrong >= 0) return `result ${i} is ${values[wrong]} at ${wrong}, not ${wanted[wrong]}`;
  }
  for (const data of [...given, ...got]) d.dispose(data);
  return undefined;
}

/** A line for each kernel that is wrong. */
export async function fusedProblems(cases: readonly KernelCase[], note: (text: string) => Promise<void>): Promise<readonly string[]> {
  const d = await useBackend('webgpu');
  const before = d.backend.numDataIds();
  const lines: string[] = [];
  for (const [i, one] of cases.entries()) {
    if (i % 20 === 0) await note(`fused kernel ${i} of ${cases.length}`);
    const problem = await problemOf(d, one).catch((error: unknown) => String(error));
    if (problem !== undefined) lines.push(`the kernel ${one.text} of ${one.operands.map(({ shape }) => `[${shape.join()}]`).join(' ')}: ${problem}`);
  }
  if (lines.length === 0) lines.push(...(await Promise.all([longRows(d), manyElements(d), numberFromCard(d), tooMuch(d), nothing(d), randomNumbers(d)])).flat());
  const left = d.backend.numDataIds() - before;
  return left === 0 || lines.length > 0 ? lines : [`fused kernels leave ${left} pieces of data behind`];
} // prettier-ignore

async function readAll(d: Device, ...all: readonly Data[]): Promise<readonly ArrayLike<number>[]> {
  const values = await Promise.all(all.map((data) => d.read(data)));
  for (const data of all) d.dispose(data);
  return values;
}

/** Four times as many threads share them. */
async function longRows(d: Device): Promise<readonly string[]> {
  const [rows, columns] = [3, 20_000];
  const given = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
  const x = put(d, given, [rows, columns]);
  const [y, most] = elementwiseTogether('f: softmax $0; max $0 -> $1 $2d', never)(d, x) as readonly [Data, Data];
  const [values, greatest] = await readAll(d, y, most);
  d.dispose(x);
  return Array.from({ length: rows }, (_, row) => row).flatMap((row) => {
    const own = (all: ArrayLike<number>): number[] => Array.from(all).slice(row * columns, (row + 1) * columns);
    const [sum, wanted] = [own(values!).reduce((a, b) => a + b, 0), Math.max(...own(given))];
    const right = isNear(sum, 1) && greatest![row] === wanted;
    return right
      ? []
      : [`softmax of a long row sums to ${sum}; its greatest number is ${greatest![row]}, not ${wanted}`];
  });
}

/** More groups than one dimension of a dispatch may have. */
async function manyElements(d: Device): Promise<readonly string[]> {
  const count = 65536 * 64 + 3;
  const x = put(d, new Float32Array(count).fill(2), [count]);
  const [values] = await readAll(d, elementwise('f: multiply $0 3; add $1 1 -> $2', never)(d, x));
  d.dispose(x);
  const wrong = Array.from(values!).findIndex((value) => value !== 7);
  return wrong < 0 ? [] : [`of ${count} elements the one at ${wrong} is ${values![wrong]}`];
}

/** A number that the card has computed is read from its memory; one that JavaScript has is handed over. */
async function numberFromCard(d: Device): Promise<readonly string[]> {
  const run = elementwise('fs: multiply $0 $1; add $2 $1 -> $3', never);
  const [x, five] = [put(d, [1, 2, 3], [3]), put(d, [5], [])];
  const computed = d.run('Add', { a: five, b: five });
  const [tenth, fifth] = await readAll(d, run(d, x, computed), run(d, x, five));
  for (const data of [x, five, computed]) d.dispose(data);
  const right = String(tenth) === '20,30,40' && String(fifth) === '10,15,20';
  return right ? [] : [`numbers times a number are ${String(tenth)} and ${String(fifth)}`];
}

/** More than a shader may be bound to. */
async function tooMuch(d: Device): Promise<readonly string[]> {
  const letters = 'f'.repeat(40);
  const run = elementwise(`${letters}: add $0 $1; add $40 $2 -> $41`, (own, x) => own.run('Neg', { x }));
  const operands = Array.from({ length: 40 }, (_, i) => put(d, [i + 1], [1]));
  const [values] = await readAll(d, run(d, ...operands));
  for (const data of operands) d.dispose(data);
  return values![0] === -1 ? [] : [`the parts of a kernel that is too large give ${values![0]}`];
}

async function nothing(d: Device): Promise<readonly string[]> {
  const x = put(d, [], [0, 3]);
  const y = elementwise('f: exp $0 -> $1', (own, operand) => own.run('Exp', { x: operand }))(d, x);
  const [values] = await readAll(d, y);
  d.dispose(x);
  return String(y.shape) === '0,3' && values!.length === 0 ? [] : ['nothing is something'];
}

/** The same bits as everywhere, for counts that are no multiple of four too. */
async function randomNumbers(d: Device): Promise<readonly string[]> {
  const keys = [
    { seed: 7, step: 3, use: 2 },
    { seed: 2 ** 52 + 12345, step: 2 ** 20, use: 4000, round: 65537 },
  ];
  const lines: string[] = [];
  for (const key of keys)
    for (const count of [1, 3, 1000, 70_001]) {
      const [values] = await readAll(d, randomUniform(d, [count], key));
      const wanted = uniformNumbers(count, key);
      const wrong = wanted.findIndex((value, i) => values![i] !== value);
      if (wrong >= 0 || values!.length !== count) lines.push(`random number ${wrong} of ${count} is ${values![wrong]}, not ${wanted[wrong]}`); // prettier-ignore
    }
  return lines;
}
