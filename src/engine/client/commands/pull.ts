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
  const response = await cli.engine.request('POST', '/images/create', {
    query: {
      fromImage: referenceName(reference),
      tag: reference.digest ?? reference.tag,
      platform: options.platform === '' ? undefined : options.platform.toLowerCase(),
    },
    headers: { 'X-Registry-Auth': encodeBase64Url(JSON.stringify(credentialsFor(reference, config))) },
  });
  const isTerminal = options.to === 'out' ? cli.terminal.stdout : cli.terminal.stderr;
  const columns = isTerminal ? ((await cli.windowSize(1))?.columns ?? 80) : undefined;
  const write = options.quiet ? async () => {} : (text: string) => cli[options.to](text);
  await showProgress(response.body, { write, columns });
}

/** What config.json has for the reference's registry; `{}` where nobody has logged in. */
function credentialsFor({ domain }: Reference, { credentials }: ClientConfig) {
  const key = domain === 'docker.io' ? 'https://index.docker.io/v1/' : domain;
  const bare = (name: string) => name.replace(/^https?:\/\//, '').split('/')[0];
  const found = credentials.get(key) ?? [...credentials].find(([name]) => bare(name) === bare(key))?.[1];
  return found === undefined ? {} : { ...found, serveraddress: key };
}

/** What `run` says before it pulls. */
export const unableToFind = (reference: Reference): string =>
  `Unable to find image '${familiarString(reference)}' locally\n`;
