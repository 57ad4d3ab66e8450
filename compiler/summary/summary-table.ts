/**
 * A summary → a table for people. Large numbers are shortened where only their size matters (FLOPs, bytes); parameters
 * are exact, because people compare them with papers.
 */
import picocolors from 'picocolors';
import { displayShape, subtract } from '../shapes/index.ts';
import { bytes, grouped, inCell, isZero, shortened } from './number-text.ts';
import { plainTable, type TableColumnStyle } from './plain-table.ts';
import type { ModelSummary, SummaryTensor } from './summarize.ts';

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
