/** Fused kernels on `webgpu`: each is a shader of our own (runtime/webgpu), made when it is first called for sizes of its kind. */
import type { Device } from '../device.ts';
import type { Expression } from '../elementwise/expression.ts';
import type { Data } from '../program.ts';
import { goesByRows, shaderText, type ShaderForm } from '../webgpu/elementwise-shader.ts';
import { mostBound, numberOnHost, runShader } from '../webgpu/webgpu-backend.ts';
import { resultShape } from './elementwise-results.ts';
import { sizeOf } from './sizes.ts';

/** Results of the kernel with this text; none where the card cannot be given so much at once, or there is nothing to compute. */
export function elementwiseOnWebgpu(
  d: Device,
  text: string,
  expression: Expression,
  operands: readonly Data[],
): readonly Data[] | undefined {
  const whole = operands[expression.operands.indexOf('full')]!.shape;
  const split = whole.length - expression.axes;
  if (sizeOf(whole) === 0) return undefined;
  const numbers = operands.map((x, i) => (expression.operands[i] === 'scalar' ? numberOnHost(d, x) : undefined));
  const inMemory = operands.filter((_, i) => numbers[i] === undefined);
  if (inMemory.length + expression.results.length > mostBound(d)) return undefined;
  const work = workOf(expression, whole, split, numbers);
  const results = expression.results.map((result) => d.allocate(resultShape(result, whole, split), 'float32'));
  const { form, rows, columns, groups } = work;
  const given = form.given.map(Number).join('');
  runShader(
    d,
    {
      key: `nnlang ${form.width} ${form.lanes}/${form.threads} ${given} ${text}`,
      text: () => shaderText(expression, form),
      threads: form.threads,
      groups,
      lengths: [rows, columns],
      numbers: numbers.filter((value) => value !== undefined),
    },
    inMemory,
    results,
  );
  return results;
}

interface Work {
  readonly form: ShaderForm;
  readonly rows: number;
  /** Counted by the form's width. */
  readonly columns: number;
  readonly groups: number;
}

/** As many threads as a group has where nothing asks for more. */
const usual = 64;
/** Threads of a row take at least so many steps, if there are not more of them than a group has. */
const steps = 4;
/** From this length on, four times as many threads share a row. */
const long = 4096;

function workOf(expression: Expression, whole: readonly number[], split: number, numbers: readonly (number | undefined)[]): Work {
  const given = numbers.map((value) => value !== undefined);
  const byRows = goesByRows(expression);
  const hasRows = byRows || expression.operands.some((kind) => kind === 'row' || kind === 'column');
  const [rows, length] = hasRows ? [sizeOf(whole.slice(0, split)), sizeOf(whole.slice(split))] : [1, sizeOf(whole)];
  const width = length % 4 === 0 ? 4 : 1;
  const columns = length / width;
  if (!byRows) {
    const form: ShaderForm = { width, lanes: 1, threads: usual, given };
    return { form, rows, columns, groups: Math.ceil((rows * columns) / usual) };
  }
  const threads = columns >= long ? 4 * usual : usual;
  const lanes = Math.min(threads, 2 ** Math.ceil(Math.log2(Math.max(1, columns / steps))));
  return { form: { width, lanes, threads, given }, rows, columns, groups: Math.ceil((rows * lanes) / threads) };
} // prettier-ignore
