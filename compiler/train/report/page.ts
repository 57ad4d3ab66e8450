/** The script of `report.html`: draws the curves of what was written into the page. The tables are there without it. */
import uPlot from 'uplot';
import type { ReportData } from './report-data.ts';

const height = 220;
const data = JSON.parse(document.getElementById('nn-report')!.textContent) as ReportData;
const color = (name: string): string => getComputedStyle(document.body).getPropertyValue(name);

interface Curve {
  readonly label: string;
  readonly color: string;
  readonly values: readonly (number | null)[];
}

function draw(into: HTMLElement, x: { readonly label: string; readonly values: readonly number[] }, curves: readonly Curve[]): uPlot {
  const axis = { stroke: () => color('--quiet'), grid: { stroke: () => color('--line'), width: 1 }, ticks: { show: false } }; // prettier-ignore
  const hasFew = x.values.length < 40;
  const options: uPlot.Options = {
    width: into.clientWidth,
    height,
    scales: { x: { time: false } },
    legend: { live: true },
    cursor: { points: { size: 7 } },
    axes: [{ ...axis, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6] }, { ...axis, size: 56 }], // prettier-ignore
    series: [
      { label: x.label },
      ...curves.map(({ label, color: name }) => ({
        label,
        stroke: () => color(name),
        width: 2,
        spanGaps: false,
        points: { show: hasFew, size: 5 },
        value: (_plot: uPlot, value: number | null) => (value === null ? '–' : value.toPrecision(4)),
      })),
    ],
  };
  return new uPlot(options, [[...x.values], ...curves.map(({ values }) => [...values])], into);
} // prettier-ignore

const plots: (readonly [HTMLElement, uPlot])[] = [];
for (const figure of document.querySelectorAll<HTMLElement>('figure[data-score]')) {
  const into = figure.querySelector<HTMLElement>('.plot')!;
  const name = figure.dataset['score']!;
  const column = (score: string): readonly (number | null)[] => {
    const at = data.scores.indexOf(score);
    return data.epochs.map(({ values }) => values[at]!);
  };
  const curves = [
    { label: 'training', color: '--training', values: column(name) },
    ...(data.scores.includes(`val_${name}`) ? [{ label: 'validation', color: '--validation', values: column(`val_${name}`) }] : []), // prettier-ignore
  ];
  plots.push([into, draw(into, { label: 'epoch', values: data.epochs.map(({ epoch }) => epoch) }, curves)]);
}
const steps = document.querySelector<HTMLElement>('figure[data-steps] .plot');
if (steps) {
  const curve = { label: 'loss', color: '--training', values: data.steps.loss };
  plots.push([steps, draw(steps, { label: 'step', values: data.steps.at }, [curve])]);
}

new ResizeObserver(() => {
  for (const [into, plot] of plots) plot.setSize({ width: into.clientWidth, height });
}).observe(document.body);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const [, plot] of plots) plot.redraw();
});
