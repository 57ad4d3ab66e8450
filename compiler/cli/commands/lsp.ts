/**
 * `nn lsp`: the language server on stdin and stdout, for any editor. It ends when the editor says so, or closes the stream.
 */
import { Command } from 'commander';
import { packageVersion } from '../version.ts';

export const lspCommand = (): Command =>
  new Command('lsp')
    .description('Run the language server on stdin and stdout, for editors to start.')
    .option('--stdio', 'accepted, because many editors pass it; there is no other way')
    .addHelpText('after', help)
    .action(async () => {
      const { startNodeServer } = await import('../../language-server/node-server.ts');
      const { configurationOf } = await import('../format-files.ts');
      const { configuredProject } = await import('../../configuration/configured-project.ts');
      startNodeServer('stdio', packageVersion(), configurationOf, configuredProject);
    });

const help = `
Editors start it themselves; docs/editors.md says how for Neovim, Helix, Zed and Emacs. In VS Code the extension
brings its own.
`;
