/**
 * A training → a page that needs nothing else: curves of losses and metrics, and the same as a table.
 */
import { escaped } from '../../graph-view/draw.ts';
import { builtText, dataText, scriptText } from '../../project/built-text.ts';
import { durationText, scoreText } from '../progress.ts';
import type { EpochResult, TrainingResult } from '../run-training.ts';
import type { Scores } from '../trainable.ts';
import type { ReportData } from './report-data.ts';

/** More than a screen has columns of pixels is not seen. */
const shownSteps = 1000;

export interface Reported {
  readonly title: string;
  readonly facts: ReportData['facts'];
  readonly result: TrainingResult;
  readonly test?: Scores;
}

export function reportData({ title, facts, result: { epochs, stepLosses }, test }: Reported): ReportData {
  const scores = [...new Set(epochs.flatMap((epoch) => Object.keys(epoch.scores)))];
  return {
    title,
    facts,
    scores,
    epochs: epochs.map(({ epoch, scores: own, seconds }) => ({
      epoch: epoch + 1,
      values: scores.map((name) => finite(own[name])),
      seconds,
    })),
    steps: thinned(stepLosses),
    ...(test ? { test: Object.entries(test).map(([name, value]) => [name, scoreText(value)] as const) } : {}),
  };
}

const finite = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null); // prettier-ignore

/** Means of neighbours, so that no more than can be seen are left. */
function thinned(losses: readonly number[]): ReportData['steps'] {
  const each = Math.max(1, Math.ceil(losses.length / shownSteps));
  const groups = Array.from({ length: Math.ceil(losses.length / each) }, (_, i) => losses.slice(i * each, (i + 1) * each)); // prettier-ignore
  return {
    at: groups.map((_, i) => i * each + 1),
    loss: groups.map((group) => finite(group.reduce((sum, loss) => sum + loss, 0) / group.length)),
  };
}

export function reportPage(reported: Reported): string {
  const data = reportData(reported);
  const named = data.scores.filter((name) => !name.startsWith('val_'));
  const figures = data.epochs.length > 1 ? named.map((name) => figure(name, `data-score="${escaped(name)}"`)) : [];
  const steps = data.steps.at.length > 1 ? [figure('loss of each step', 'data-steps class="wide"')] : [];
  const curves = [...figures, ...steps];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(data.title)}</title>
<style>${builtText('report.css')}</style>
</head>
<body>
<h1>${escaped(data.title)}</h1>
${list(data.facts)}
${data.test ? `<h2>On the test data</h2>\n${list(data.test)}` : ''}
${curves.length > 0 ? `<h2>Curves</h2>\n<div class="figures">\n${curves.join('\n')}\n</div>` : ''}
<h2>Epochs</h2>
<div class="scroll">${table(data.scores, reported.result.epochs)}</div>
<script type="application/json" id="nn-report">${dataText(data)}</script>
<script>${scriptText('report.js')}</script>
</body>
</html>
`;
}

const list = (entries: readonly (readonly [string, string])[]): string =>
  `<dl>\n${entries.map(([label, value]) => `<div><dt>${escaped(label)}</dt><dd>${escaped(value)}</dd></div>`).join('\n')}\n</dl>`;

const figure = (caption: string, attributes: string): string =>
  `<figure ${attributes}><figcaption>${escaped(caption)}</figcaption><div class="plot" role="img" aria-label="${escaped(caption)}; its numbers are in the table below"></div></figure>`;

function table(scores: readonly string[], epochs: readonly EpochResult[]): string {
  const head = ['epoch', ...scores, 'time'].map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  const rows = epochs.map(({ epoch, scores: own, seconds }) => {
    const cells = scores.map((name) => `<td>${own[name] === undefined ? '' : scoreText(own[name])}</td>`);
    return `<tr><td>${epoch + 1}</td>${cells.join('')}<td>${durationText(seconds)}</td></tr>`;
  });
  return `<table class="numbers"><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
}
