/** Documentation as TSDoc. */
import { line, type Line } from './code.ts';

/** A comment over the lines of `text`; nothing where there is none. */
export function docComment(text: string | undefined): readonly Line[] {
  const lines = (text ?? '')
    .trim()
    .split(/\r?\n/)
    .map((l) => l.trimEnd().replaceAll('*/', String.raw`*\/`));
  if (lines.length === 1) return lines[0] === '' ? [] : [line(`/** ${lines[0]!} */`)];
  return [line('/**'), ...lines.map((l) => line(l === '' ? ' *' : ` * ${l}`)), line(' */')];
}
