#!/usr/bin/env node
/**
 * The `nn` command. Sets the exit code instead of exiting, so that piped output of any size is written to its end. What Ctrl-C has ended dies of it,
 * as `tsc --watch` does: a shell that runs several commands then ends, too.
 */
import { processTerminal } from './process-terminal.ts';
import { runCli } from './run-cli.ts';
import { interrupted } from './terminal.ts';

process.exitCode = await runCli(process.argv.slice(2), processTerminal());
if (process.exitCode === interrupted) process.kill(process.pid, 'SIGINT');
