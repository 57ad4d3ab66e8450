/** The curve of the loss, smoothed, over the batches so far. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface LossChart {
  add(loss: number): void;
  clear(): void;
}

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement): { readonly width: number; readonly height: number } => ({
  width: clientWidth,
  height: clientHeight,
});

export function createLossChart(element: HTMLElement): LossChart {
  const [batches, losses, smooth]: [number[], number[], number[]] = [[], [], []];
  const color = (name: string): string => getComputedStyle(element).getPropertyValue(name);
  const axis = { stroke: () => color('--quiet'), grid: { stroke: () => color('--line'), width: 1 }, ticks: { show: false } }; // prettier-ignore
  const plot = new uPlot(
    {
      ...sizeOf(element),
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, Math.max(high ?? 1, 0.1)] } },
      axes: [
        { ...axis, size: 28 },
        { ...axis, size: 44 },
      ],
      series: [
        {},
        {
          stroke: () => `color-mix(in srgb, ${color('--accent')} 25%, transparent)`,
          width: 1,
          points: { show: false },
        },
        { stroke: () => color('--accent'), width: 2, points: { show: false } },
      ],
    },
    [batches, losses, smooth],
    element,
  );
  new ResizeObserver(() => plot.setSize(sizeOf(element))).observe(element);
  let isDue = false;
  // At most one drawing per frame, however fast the batches come.
  const redraw = (): void => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      plot.setData([batches, losses, smooth]);
    });
  };
  return {
    add: (loss) => {
      batches.push(batches.length + 1);
      losses.push(loss);
      smooth.push(0.9 * (smooth.at(-1) ?? loss) + 0.1 * loss);
      redraw();
    },
    clear: () => {
      for (const list of [batches, losses, smooth]) list.length = 0;
      redraw();
    },
  };
}
