import type { Cli } from './cli.ts';
import type { ClientConfig } from './config-file.ts';
import { DEFAULT_CONTEXT } from './contexts.ts';
import type { ParsedFlags } from './flags/parsed.ts';

/** Which context a command is for. Models docker/cli `cli/command/cli.go`, resolveContextName. */
export function currentContext(cli: Cli, globals: ParsedFlags, config: ClientConfig): string {
  if (globals.string('context') !== '') return globals.string('context');
  if (globals.changed('host') || (cli.env('DOCKER_HOST') ?? '') !== '') return DEFAULT_CONTEXT;
  return cli.env('DOCKER_CONTEXT') || config.currentContext || DEFAULT_CONTEXT;
}
