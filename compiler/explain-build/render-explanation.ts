/**
 * An explanation → text for a terminal: programs, passes, what each did and did not do. Passes that did nothing are left out.
 */
import picocolors from 'picocolors';
import { wrapText } from '../explain/wrap.ts';
import type { Change, ModelExplanation, PassExplanation, ProgramExplanation, Sentence } from './explanation.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

interface RenderOptions {
  readonly colors: boolean;
  readonly width: number;
  readonly displayPath: (path: string) => string;
}

export function renderExplanation(model: ModelExplanation, options: RenderOptions): string {
  const colors = picocolors.createColors(options.colors);
  const { file, span } = model.place;
  const head = `${colors.bold(model.model)} ${colors.dim(`(${options.displayPath(file.path)}:${file.positionAt(span.start).line})`)} for ${model.backends.join(' and ')}`;
  const programs = model.programs.flatMap((program) => {
    const own = program.backends.length < model.backends.length ? ` on ${program.backends.join(' and ')}` : '';
    return ['', ...programLines(program, own, colors, options.width)];
  });
  return [head, ...programs, ''].join('\n');
} // prettier-ignore

const titles: Readonly<Record<ProgramExplanation['program'], string>> = {
  prediction: 'Prediction',
  'training step': 'Training step',
};

function programLines({ program, operations, passes }: ProgramExplanation, own: string, colors: Colors, width: number): readonly string[] {
  const rest = program === 'training step' ? ', without the update of the weights' : '';
  const title = `  ${colors.bold(`${titles[program]}${own}${rest}`)}: ${changed(operations)}`;
  const told = passes.filter(({ done, left }) => done.length + left.length > 0);
  return [title, ...told.flatMap((pass) => passLines(pass, colors, width))];
} // prettier-ignore

const changed = ({ before, after }: Change): string =>
  before === after ? `${before} operations, as written` : `${before} operations as written, ${after} as built`;

function passLines({ pass, summary, operations: { before, after }, done, left }: PassExplanation, colors: Colors, width: number): readonly string[] {
  const count = before === after ? '' : colors.dim(` (${before} → ${after})`);
  return [
    `    ${colors.cyan(pass)}: ${summary}${count}`,
    ...done.flatMap((sentence) => sentenceLines(sentence, '', colors, width)),
    ...left.flatMap((sentence) => sentenceLines(sentence, `${colors.yellow('not')} `, colors, width)),
  ];
} // prettier-ignore

const indent = ' '.repeat(6);

function sentenceLines({ text, times }: Sentence, mark: string, colors: Colors, width: number): readonly string[] {
  const count = times === 1 ? '' : colors.dim(` (${times} times)`);
  const [first = '', ...rest] = wrapText(text, Math.max(40, width - indent.length - 12));
  const lines = [`${indent}${mark}${first}`, ...rest.map((line) => `${indent}  ${line}`)];
  return [...lines.slice(0, -1), `${lines.at(-1)}${count}`];
}
