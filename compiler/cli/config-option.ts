/** `--config PATH`: the configuration that a command takes, instead of the nearest. */
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { GivenConfig } from '../configuration/given-config.ts';
import type { Terminal } from './terminal.ts';

export interface ConfigFlag {
  readonly config?: string;
}

export const configOption = (): Option =>
  new Option(
    '--config <path>',
    'the configuration to take, a file or its folder; default: the nearest from here upward',
  );

export const givenConfigOf = ({ config }: ConfigFlag, { cwd }: Pick<Terminal, 'cwd'>): GivenConfig | undefined =>
  config === undefined ? undefined : { written: config, path: resolve(cwd, config) };
