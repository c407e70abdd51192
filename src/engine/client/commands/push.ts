/** `docker push`. Models docker/cli `cli/command/image/push.go`. */
import { formatPlatform, parsePlatform } from '../../oci/platform.ts';
import { isNameOnly, referenceName, referenceString, tagNameOnly } from '../../oci/reference.ts';
import { encodeBase64Url } from '../base64.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { authFor } from '../credential-store.ts';
import { note } from '../note.ts';
import { showProgress } from '../progress.ts';
import { refuseContentTrust } from './content-trust.ts';
import { platformQuery } from './platform.ts';
import { parseImageName } from './pull.ts';

const PLATFORM_NOTE = `Using --platform pushes only the specified platform manifest of a multi-platform image index.
Other components, like attestations, will not be included.
To push the complete multi-platform image, remove the --platform flag.
`;

export const push: Action = async (cli, { flags, args, config }) => {
  refuseContentTrust(cli, flags);
  const platform = flags.string('platform');
  if (platform !== '') {
    try {
      formatPlatform(parsePlatform(platform));
    } catch (error) {
      await cli.err(`Invalid platform ${platform}`);
      throw new CliError((error as Error).message);
    }
    const terminal = cli.terminal.stdout;
    await cli.out(
      note(
        terminal ? PLATFORM_NOTE.replaceAll('--platform', '\x1b[1m--platform\x1b[0m') : PLATFORM_NOTE,
        terminal,
      ),
    );
  }
  const all = flags.bool('all-tags');
  const quiet = flags.bool('quiet');
  let reference = parseImageName(args[0]!);
  if (all && !isNameOnly(reference)) throw new CliError("tag can't be used with --all-tags/-a");
  if (!all && isNameOnly(reference)) {
    reference = tagNameOnly(reference);
    if (!quiet) await cli.out(`Using default tag: ${reference.tag}\n`);
  }
  const auth = await authFor(cli, config, reference.domain);
  if (reference.digest !== undefined) throw new CliError('cannot push a digest reference');
  const response = await cli.engine.request('POST', `/images/${referenceName(reference)}/push`, {
    query: { tag: reference.tag, platform: platformQuery(platform) },
    headers: { 'X-Registry-Auth': encodeBase64Url(JSON.stringify(auth)) },
  });
  const columns = cli.terminal.stdout ? ((await cli.windowSize(1))?.columns ?? 80) : undefined;
  const write = quiet ? async () => {} : (text: string) => cli.out(text);
  await showProgress(response.body, { write, columns });
  if (quiet) await cli.out(`${referenceString(reference)}\n`);
  return undefined;
};
