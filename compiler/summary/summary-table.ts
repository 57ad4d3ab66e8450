/**
 * A summary → a table for people. Large numbers are shortened where only their size matters (FLOPs, bytes); parameters
 * are exact, because people compare them with papers.
 */
import picocolors from 'picocolors';
import { displayShape, subtract } from '../shapes/index.ts';
import { bytes, grouped, inCell, isZero, shortened } from './number-text.ts';
import { plainTable, type TableColumnStyle } from './plain-table.ts';
import type { ModelSummary, SummaryTensor } from './summarize.ts';
import { shortBytes } from './units.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

export function summaryTable(model: ModelSummary, options: { readonly colors: boolean }): string {
  const colors = picocolors.createColors(options.colors);
  return [
    title(model, colors),
    ...tensorLines('input ', model.inputs, colors),
    ...tensorLines('output', model.outputs, colors),
    '',
    layerTable(model, colors),
    '',
    ...totals(model, colors),
    ...memoryLines(model.memory, colors),
    ...requirementLines(model, colors),
  ].join('\n');
}

function title(model: ModelSummary, colors: Colors): string {
  const settings = Object.entries(model.arguments).map(([name, value]) =>
    name === value ? name : `${name}: ${value}`,
  );
  return `${colors.bold(model.name)}${settings.length > 0 ? `(${settings.join(', ')})` : ''}`;
}

const tensorLines = (role: string, tensors: readonly SummaryTensor[], colors: Colors): readonly string[] =>
  tensors.map(
    ({ name, dtype, shape }) => `  ${colors.dim(role)} ${name}: ${dtype}${shape.length > 0 ? displayShape(shape) : ''}`,
  );

function layerTable(model: ModelSummary, colors: Colors): string {
  const title = (name: string, align: 'left' | 'right' = 'left'): TableColumnStyle => ({
    title: colors.dim(name),
    align,
  });
  const columns = [
    ...['layer', 'type', 'output'].map((name) => title(name)),
    ...['parameters', 'FLOPs', 'activations'].map((name) => title(name, 'right')),
  ];
  const times = (uses: number): string => (uses > 1 ? colors.dim(` ×${uses}`) : '');
  const rows = model.rows.map((row) => {
    const fixed = !isZero(row.parameters) && isZero(row.trainable) ? colors.dim(' fixed') : '';
    return [
      row.path,
      row.type + times(row.uses),
      displayShape(row.outputShape),
      isZero(row.parameters) ? '' : grouped(row.parameters) + fixed,
      inCell(row.flops, shortened),
      row.activationBytes ? inCell(row.activationBytes, bytes) : '?',
    ];
  });
  const functions = model.functions.map(({ name, uses, flops }) => [
    colors.dim('function'), name + times(uses), '', '', inCell(flops, shortened), '',
  ]); // prettier-ignore
  return plainTable(columns, [...rows, ...functions]);
}

function totals(model: ModelSummary, colors: Colors): readonly string[] {
  const { total, trainable } = model.parameters;
  const rest = subtract(total, trainable);
  const parts = isZero(rest) ? '' : ` (${grouped(trainable)} trainable, ${grouped(rest)} not)`;
  return [
    `${colors.dim('parameters')}  ${colors.bold(grouped(total))}${parts}, ${bytes(model.weightBytes) || '0 B'}`,
    `${colors.dim('FLOPs')}       ${colors.bold(shortened(model.flops) || '0')} per example`,
    `${colors.dim('layers')}      ${model.rows.filter((row) => row.uses > 0).length}`,
  ];
}

const requirementLines = (model: ModelSummary, colors: Colors): readonly string[] =>
  model.requirements.map((text, i) => `${colors.dim((i === 0 ? 'requires' : '').padEnd(11))} ${text}`);

/** `memory      245 KiB to predict 1 example: weights 136 KiB, activations 109 KiB`. */
function memoryLines(memory: ModelSummary['memory'], colors: Colors): readonly string[] {
  if (memory === undefined) return [];
  const head = (text: string, i: number): string => `${colors.dim((i === 0 ? 'memory' : '').padEnd(11))} ${text}`;
  if ('open' in memory) {
    const options = memory.open.map((name) => `--size ${name}=…`).join(' ');
    return [head(`depends on ${memory.open.join(', ')}: give ${memory.open.length === 1 ? 'it' : 'them'} with ${options}`, 0)]; // prettier-ignore
  }
  const { predict, train } = memory;
  const examples = (count: number): string => (count === 1 ? '1 example' : `${count} examples`);
  const parts = (named: Readonly<Record<string, number>>): string =>
    Object.entries(named).flatMap(([name, bytes]) => (bytes === 0 ? [] : [`${name} ${shortBytes(bytes)}`])).join(', '); // prettier-ignore
  const lines = [
    `${colors.bold(shortBytes(predict.total))} to predict ${examples(predict.batch)}: ${parts({ weights: predict.weights, 'prepared weights': predict.prepared, activations: predict.activations })}`,
    ...(train === undefined ? [] : [`${colors.bold(shortBytes(train.total))} to train on ${examples(train.batch)}: ${parts({ weights: train.weights, 'optimizer state': train.optimizer, gradients: train.gradients, activations: train.activations, 'new values': train.update })}`]),
  ]; // prettier-ignore
  return lines.map(head);
}
