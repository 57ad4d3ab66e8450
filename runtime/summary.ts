/** The weights of a model as a text table. */
import type { ModelSpec, TensorSpec } from './program.ts';

/** One row for each weight with shape and number of parameters, then totals. */
export function summaryText(spec: ModelSpec): string {
  const rows = Object.entries(spec.weights).map(([path, { shape, trainable }]) => ({
    path: trainable ? path : `${path} (not trainable)`,
    shape: `[${shape.join(', ')}]`,
    count: shape.reduce((product, size) => product * size, 1),
    trainable,
  }));
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const trainable = rows.reduce((sum, row) => sum + (row.trainable ? row.count : 0), 0);
  const table = columns([
    ['weight', 'shape', 'parameters'],
    ...rows.map(({ path, shape, count }) => [path, shape, number(count)]),
  ]);
  return [
    `${spec.name} (${spec.source})`,
    `${signature(spec.inputs)} -> ${signature(spec.outputs)}`,
    '',
    ...table,
    '',
    `${number(total)} parameters, ${number(trainable)} of them trainable (${number(total * 4)} bytes)`,
  ].join('\n');
}

function signature(tensors: Readonly<Record<string, TensorSpec>>): string {
  return Object.entries(tensors)
    .map(([name, { shape }]) => `${name} [${[/\bn\b/.test(shape.join()) ? 'batch' : 'n', ...shape].join(', ')}]`)
    .join(', ');
}

/** Rows with columns of equal width, the last one flush right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(
    ([path, shape, count]) =>
      `${path!.padEnd(widths[0]!)}  ${shape!.padEnd(widths[1]!)}  ${count!.padStart(widths[2]!)}`,
  );
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
