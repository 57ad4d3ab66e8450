/**
 * `nn lsp`: the language server on stdin and stdout, for any editor. It ends when the editor says so, or closes the stream.
 */
import { Command } from 'commander';
import type { GivenConfig } from '../../configuration/given-config.ts';
import type { LoadedConfig } from '../../configuration/read-config.ts';
import type { Configured } from '../../language-server/environment.ts';
import { configOption, givenConfigOf, type ConfigFlag } from '../config-option.ts';
import type { CommandContext } from '../terminal.ts';
import { packageVersion } from '../version.ts';

export const lspCommand = ({ terminal }: CommandContext): Command =>
  new Command('lsp')
    .description('Run the language server on stdin and stdout, for editors to start.')
    .option('--stdio', 'accepted, because many editors pass it; there is no other way')
    .addOption(configOption())
    .addHelpText('after', help)
    .action(async (options: ConfigFlag) => {
      const { startServer } = await import('../../language-server/server.ts');
      const { nodeSide } = await import('../../language-server/node-side.ts');
      const { configurationOf } = await import('../format-files.ts');
      const { configuredProject } = await import('../../configuration/configured-project.ts');
      const given = givenConfigOf(options, terminal);
      const configured = async (folder: string, isTrusted: boolean): Promise<Configured> => {
        const loaded = await configurationOfFolder(folder, given, isTrusted);
        return configuredProject(loaded.config, loaded.folder);
      };
      const side = nodeSide('stdio', { formatOptions: configurationOf, configured });
      startServer(side, { version: packageVersion() });
    });

async function configurationOfFolder(
  from: string,
  given: GivenConfig | undefined,
  isTrusted: boolean,
): Promise<LoadedConfig> {
  if (isTrusted) return (await import('../../configuration/load-config.ts')).loadConfig(from, given);
  const { readConfig } = await import('../../configuration/read-config.ts');
  const { valueWithoutRunning, whyUnread } = await import('../../configuration/unread-config.ts');
  return readConfig({ from, given }, (program) => valueWithoutRunning(program, ...whyUnread.untrusted));
}

const help = `
Editors start it themselves; docs/editors.md says how for Neovim, Helix, Zed and Emacs. In VS Code the extension
brings its own.
`;
