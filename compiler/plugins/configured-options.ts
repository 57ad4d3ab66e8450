/** What a plugin is given and what the project configures → the options that hold: what is given goes before what is configured. */
import { loadConfig } from '../configuration/load-config.ts';
import { checkedOptions, type CheckedOptions, type PluginOptions } from './plugin-options.ts';

export interface ConfiguredOptions {
  readonly options: CheckedOptions;
  /** The file that they are from, if there is one. */
  readonly path: string | undefined;
}

/** @throws Error that says what is wrong with the configuration, and where. */
export async function configuredOptions(given: PluginOptions, root: string): Promise<ConfiguredOptions> {
  const { path, config } = await loadConfig(root);
  const shared = { backends: config.backends, sourceMap: config.sourceMap };
  const all = [shared, config.bundle ?? {}, given].map(withoutUndefined);
  return { path, options: together(Object.assign({}, ...all), path) };
}

/** Each may be right by itself and wrong with the other. */
function together(options: PluginOptions, path: string | undefined): CheckedOptions {
  try {
    return checkedOptions(options);
  } catch (error) {
    if (path === undefined || !(error instanceof Error)) throw error;
    throw new Error(`${error.message} Some of its options are from ${path}.`, { cause: error });
  }
}

const withoutUndefined = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
