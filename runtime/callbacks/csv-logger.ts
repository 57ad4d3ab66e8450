/** Writes the scores of each epoch as a line of a CSV file. */
import type { OpenCallbacks } from '../callbacks.ts';
import { readStored, writeStored } from '../storage.ts';
import type { Arguments } from './arguments.ts';

export function csvLogger(read: Arguments): OpenCallbacks {
  const [path, separator] = [read.required('filename'), read.text('separator', ',')];
  const field = (text: string): string =>
    text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  let text = '';
  let names: readonly string[] | undefined;
  const write = (line: readonly string[]): void => void (text += `${line.map(field).join(separator)}\r\n`);
  return {
    onTrainBegin: async () => {
      const before = read.flag('append') ? await readStored(path) : undefined;
      text = before === undefined ? '' : new TextDecoder().decode(before);
      await writeStored(path, new TextEncoder().encode(text));
    },
    onEpochEnd: async (epoch, logs) => {
      const scores: Readonly<Record<string, number>> = logs;
      if (names === undefined) {
        names = Object.keys(scores).sort();
        // As in Keras, columns for a validation that may come later.
        if (!names.some((name) => name.startsWith('val_'))) names = [...names, ...names.map((name) => `val_${name}`)];
        if (text === '') write(['epoch', ...names]);
      }
      write([String(epoch), ...names.map((name) => String(scores[name] ?? 'NA'))]);
      await writeStored(path, new TextEncoder().encode(text));
    },
  };
}
