/** Problems of a `.nn` file → the error that bundlers show: message, place and lines of the source. */
import { relative } from 'node:path';
import type { Problem } from '../api.ts';
import { plural } from '../diagnostics/suggest.ts';

/** What Rollup, Vite, Rolldown and webpack look for in an error. */
export interface PluginError extends Error {
  id: string;
  plugin: string;
  code: string;
  loc: { file: string; line: number; column: number };
  frame: string;
}

const mostNamed = 20;

/** The first error with its place; the others, if any, in short after it. */
export function pluginError(problems: readonly Problem[], root: string): PluginError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first, ...others] = errors as [Problem, ...Problem[]];
  const more = others
    .slice(0, mostNamed)
    .map((problem) => `  ${place(problem, root)} ${problem.message.split('\n')[0]}`);
  const rest = others.length === 0 ? '' : `\n\nand ${plural(others.length, 'more error')}:\n${more.join('\n')}`;
  const error = new Error(`${spoken(first)}${rest}`) as PluginError;
  // There is nothing to see in how the compiler got there; bundlers print it.
  error.stack = '';
  return Object.assign(error, {
    id: first.file,
    plugin: 'nnlang',
    code: first.code,
    loc: placeOf(first),
    frame: first.frame,
  });
}

export const isPluginError = (error: unknown): error is PluginError => error instanceof Error && 'frame' in error;

/** For bundlers that show nothing but the message. */
export function withFrame(error: PluginError, root: string): PluginError {
  const { file, line, column } = error.loc;
  const [said, ...rest] = error.message.split('\n\nand ');
  const more = rest.map((text) => `\n\nand ${text}`).join('');
  return Object.assign(error, {
    message: `${place({ file, line, column: column + 1 }, root)} ${said}\n\n${error.frame}${more}`,
  });
}

/** What is no error, as text with the lines of the source. */
export const warningText = (problem: Problem, root: string): string =>
  `${place(problem, root)} ${spoken(problem)}\n\n${problem.frame}`;

/** Columns of bundlers count from 0. */
export const placeOf = ({ file, line, column }: Problem): PluginError['loc'] => ({ file, line, column: column - 1 });

const spoken = ({ message, code, help }: Problem): string =>
  `${message} [${code}]${help === undefined ? '' : `\nhelp: ${help}`}`;

const place = ({ file, line, column }: Pick<Problem, 'file' | 'line' | 'column'>, root: string): string => {
  const near = relative(root, file).replaceAll('\\', '/');
  return `${near.startsWith('..') ? file : near}:${line}:${column}`;
};
