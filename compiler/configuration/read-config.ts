/**
 * A folder, or the file that is asked for → what is configured there, checked. A `nn.config.ts` is a program: how it is made to tell what it exports is
 * the matter of whoever asks, for editors run none in folders that nobody has said to trust. `package.json` is only read.
 */
import { dirname } from 'node:path';
import { SourceFile } from '../../grammar/source.ts';
import { UnreadableFile } from '../project/host.ts';
import { readText } from '../project/node-host.ts';
import { UserError } from '../project/user-error.ts';
import { configOfProgram, configOfSection } from './checked-config.ts';
import type { NnConfig } from './define-config.ts';
import { findConfig } from './find-config.ts';
import { givenConfig, type GivenConfig } from './given-config.ts';
import type { PackageSection } from './package-section.ts';
import { packageSection } from './read-package-section.ts';
import { valueWithoutRunning } from './unread-config.ts';

export interface LoadedConfig {
  /** Undefined where nothing is configured. */
  readonly path: string | undefined;
  /** What its paths start from. */
  readonly folder: string;
  readonly config: NnConfig;
  /** The same as long as the file is the same. */
  readonly signature: string;
}

/** Where to look. */
export interface ConfigPlace {
  /** From this folder upward, */
  readonly from: string;
  /** unless it is said which one is meant. */
  readonly given?: GivenConfig | undefined;
}

/** What a program exports as its configuration. */
export type ValueOf = (program: SourceFile) => unknown;

/** @throws UserError that shows what is wrong and where. */
export async function readConfig(place: ConfigPlace, valueOf: ValueOf): Promise<LoadedConfig> {
  const { path, located, program, section } = lookedUp(place);
  if (program) return { ...located, path, config: configOfProgram(await valueOf(program), program) };
  return { ...located, path, config: section ? configOfSection(section) : {} };
}

/** The same at once, where nothing is run. @throws UserError also for a program that would have to be. */
export function configWithoutRunning(place: ConfigPlace, ...why: readonly [why: string, help: string]): NnConfig {
  const { program, section } = lookedUp(place);
  if (program) return configOfProgram(valueWithoutRunning(program, ...why), program);
  return section ? configOfSection(section) : {};
}

interface LookedUp {
  readonly path: string | undefined;
  readonly located: Pick<LoadedConfig, 'folder' | 'signature'>;
  /** One of the two, where there is a path. */
  readonly program?: SourceFile;
  readonly section?: PackageSection;
}

function lookedUp(place: ConfigPlace): LookedUp {
  const path = pathOf(place);
  const signature = signatureOf(path);
  if (path === undefined) return { path, located: { folder: place.from, signature } };
  const located = { folder: dirname(path), signature };
  const section = path.endsWith('package.json') ? packageSection(path) : undefined;
  if (section) return { path, located, section };
  return { path, located, program: new SourceFile(path, programText(path)) };
}

const pathOf = ({ from, given }: ConfigPlace): string | undefined => (given ? givenConfig(given) : findConfig(from));

/** Of the file that is read: cheap to ask for, and another one when it has changed. */
export function configSignature(place: ConfigPlace): string {
  try {
    return signatureOf(pathOf(place));
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
