/** `--platform` as commands read it. Models docker/cli `cli/command/image` and containerd/platforms. */
import { formatPlatform, parsePlatform } from '../../oci/platform.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { ParsedFlags } from '../flags/parsed.ts';

/** `--platform linux/arm64` as the API's JSON; undefined when it is not given. Throws `CliError` for what is none. */
export function platformQuery(text: string, before = ''): string | undefined {
  if (text === '') return undefined;
  try {
    const { os, architecture, variant } = parsePlatform(text);
    return JSON.stringify({ architecture, os, ...(variant === undefined ? {} : { variant }) });
  } catch (error) {
    throw new CliError(`${before}${(error as Error).message}`);
  }
}

/** The platform that pull, run and create ask for: the flag's, else DOCKER_DEFAULT_PLATFORM's. */
export const platformAsked = (cli: Cli, flags: ParsedFlags): string =>
  flags.changed('platform') ? flags.string('platform') : (cli.env('DOCKER_DEFAULT_PLATFORM') ?? '');

/** The normal form in which run and create send it. Throws `Error` for what is none. */
export function normalPlatform(text: string): string {
  if (text === '') return '';
  try {
    return formatPlatform(parsePlatform(text));
  } catch (error) {
    throw new Error(`error parsing specified platform: ${(error as Error).message}`);
  }
}
