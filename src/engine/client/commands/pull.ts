/** `docker pull`, and the pull that run and create do by themselves. Models docker/cli `cli/command/image/pull.go`. */
import {
  familiarString,
  isNameOnly,
  parseNormalizedNamed,
  type Reference,
  referenceName,
  referenceString,
  tagNameOnly,
} from '../../oci/reference.ts';
import { encodeBase64Url } from '../base64.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import type { ClientConfig } from '../config-file.ts';
import { authFor } from '../credential-store.ts';
import { showProgress } from '../progress.ts';
import { refuseContentTrust } from './content-trust.ts';
import { platformAsked } from './platform.ts';

export const pull: Action = async (cli, { flags, args, config }) => {
  refuseContentTrust(cli, flags);
  let reference = parseImageName(args[0]!);
  const all = flags.bool('all-tags');
  const quiet = flags.bool('quiet');
  if (all && !isNameOnly(reference)) throw new CliError("tag can't be used with --all-tags/-a");
  if (!all && isNameOnly(reference)) {
    reference = tagNameOnly(reference);
    if (!quiet) await cli.out(`Using default tag: ${reference.tag}\n`);
  }
  await pullImage(cli, reference, config, { platform: platformAsked(cli, flags), quiet, to: 'out' });
  await cli.out(`${referenceString(reference)}\n`);
  return undefined;
};

/** A reference as a person types it; refused in the client's words. */
export function parseImageName(text: string): Reference {
  try {
    return parseNormalizedNamed(text);
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

/** Pulls and shows the progress on a standard stream. */
export async function pullImage(
  cli: Cli,
  reference: Reference,
  config: ClientConfig,
  options: { platform: string; quiet: boolean; to: 'out' | 'err' },
): Promise<void> {
  // What pull itself finds no credentials for it asks for without; run and create give up.
  const auth = await authFor(cli, config, reference.domain).catch((error: unknown) => {
    if (options.to === 'out' && error instanceof CliError) return {};
    throw error;
  });
  const response = await cli.engine.request('POST', '/images/create', {
    query: {
      fromImage: referenceName(reference),
      tag: reference.digest ?? reference.tag,
      platform: options.platform === '' ? undefined : options.platform.toLowerCase(),
    },
    headers: { 'X-Registry-Auth': encodeBase64Url(JSON.stringify(auth)) },
  });
  const isTerminal = options.to === 'out' ? cli.terminal.stdout : cli.terminal.stderr;
  const columns = isTerminal ? ((await cli.windowSize(1))?.columns ?? 80) : undefined;
  const write = options.quiet ? async () => {} : (text: string) => cli[options.to](text);
  await showProgress(response.body, { write, columns });
}

/** What `run` says before it pulls. */
export const unableToFind = (reference: Reference): string =>
  `Unable to find image '${familiarString(reference)}' locally\n`;
