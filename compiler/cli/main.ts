#!/usr/bin/env node
/**
 * The `nn` command. Sets the exit code instead of exiting, so that piped output of any size is written to its end.
 */
import { processTerminal } from './process-terminal.ts';
import { runCli } from './run-cli.ts';

process.exitCode = await runCli(process.argv.slice(2), processTerminal());
