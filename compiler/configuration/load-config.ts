/**
 * A folder → what is configured there, checked. A `nn.config.ts` is a program that is run; `package.json` is only read, which is why editors may do so
 * in folders that nobody has said to trust.
 */
import { dirname } from 'node:path';
import { SourceFile } from '../../grammar/source.ts';
import { readText } from '../project/node-host.ts';
import { UnreadableFile } from '../project/host.ts';
import { UserError } from '../project/user-error.ts';
import { ConfigError } from './config-error.ts';
import { configProblems, type ConfigProblem } from './config-options.ts';
import type { NnConfig } from './define-config.ts';
import { findConfig } from './find-config.ts';
import { packageSection, placeInPackage } from './package-section.ts';
import { placeInProgram } from './place-in-program.ts';
import { programValue } from './program-value.ts';

export interface LoadedConfig {
  /** Undefined where nothing is configured. */
  readonly path: string | undefined;
  /** What its paths start from. */
  readonly folder: string;
  readonly config: NnConfig;
  /** The same as long as the file is the same. */
  readonly signature: string;
}

export interface LoadOptions {
  /** Whether code of the project may be run. */
  readonly isTrusted?: boolean;
}

/** @throws UserError that shows what is wrong and where. */
export async function loadConfig(from: string, { isTrusted = true }: LoadOptions = {}): Promise<LoadedConfig> {
  const path = findConfig(from);
  const signature = signatureOf(path);
  if (path === undefined) return { path, folder: from, config: {}, signature };
  const folder = dirname(path);
  const section = path.endsWith('package.json') ? packageSection(path) : undefined;
  if (section) {
    const { source, value } = section;
    return { path, folder, signature, config: checked(value, source, ({ path: at, isName }) => placeInPackage(source, at, isName)) }; // prettier-ignore
  }
  if (!isTrusted) return { path: undefined, folder: from, config: {}, signature };
  const source = new SourceFile(path, programText(path));
  const value = await programValue(source);
  return { path, folder, signature, config: checked(value, source, (problem) => placeInProgram(source.text, problem)) };
}

/** Of the file that a folder's configuration is in: cheap to ask for, and another one when it has changed. */
export function configSignature(from: string): string {
  try {
    return signatureOf(findConfig(from));
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function signatureOf(path: string | undefined): string {
  if (path === undefined) return '';
  const text = path.endsWith('package.json') ? JSON.stringify(packageSection(path)?.value) : programText(path);
  return `${path}\n${text}`;
}

function programText(path: string): string {
  try {
    return readText(path, 'a configuration') ?? '';
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new UserError(`${path} cannot be read: ${error.message}`, 'Mend it, or remove it to go without.');
  }
}

function checked(value: unknown, source: SourceFile, place: (problem: ConfigProblem) => ReturnType<typeof placeInProgram>): NnConfig {
  const problems = configProblems(value);
  if (problems.length === 0) return value as NnConfig;
  throw new ConfigError(
    source,
    problems.map((problem) => ({ message: problem.message, help: problem.help, span: place(problem) })),
  );
} // prettier-ignore
