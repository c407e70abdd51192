/** `docker login` and `docker logout`. Models docker/cli `cli/command/registry`. */

import type { AuthResponse } from '../../api/images.ts';
import { concat, decode } from '../../base/bytes.ts';
import { parseBool } from '../../base/go-bool.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import type { RegistryCredentials } from '../config-file.ts';
import {
  eraseCredentials,
  findCredentials,
  HUB_KEY,
  hostnameOf,
  storeCredentials,
  warnOfEnvironment,
} from '../credential-store.ts';
import { EngineError } from '../engine-client.ts';
import type { ParsedFlags } from '../flags/parsed.ts';
import { note, underlined } from '../note.ts';
import { readLine } from './read-line.ts';

export const login: Action = async (cli, invocation) => {
  const { flags, args, config } = invocation;
  checkFlags(flags);
  if (flags.string('password') !== '')
    await cli.err('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
  const username = flags.string('username').trim();
  const password = flags.bool('password-stdin') ? await passwordFrom(cli) : flags.string('password');
  await warnOfEnvironment(cli, (text) => cli.err(note(text, cli.terminal.stderr, 'warn')));
  const server = args[0] === undefined || args[0] === 'docker.io' ? HUB_KEY : args[0];
  const key = server === HUB_KEY ? server : hostnameOf(server);
  const stored =
    username === '' && password === ''
      ? await findCredentials(cli, config, key).catch(() => undefined)
      : undefined;
  if (stored !== undefined && stored.username !== '' && stored.password !== '') {
    const status = await withStored(cli, invocation, key, stored);
    if (status !== undefined) {
      await cli.out(`${status}\n`);
      return undefined;
    }
  }
  const status = await asked(cli, invocation, key, { username, password }, stored?.username ?? '');
  await cli.out(`${status}\n`);
  return undefined;
};

function checkFlags(flags: ParsedFlags): void {
  if (flags.changed('password-stdin')) {
    if (flags.changed('password'))
      throw new CliError('conflicting options: cannot specify both --password and --password-stdin');
    if (!flags.changed('username'))
      throw new CliError('the --password-stdin option requires --username to be set');
  }
  if (flags.changed('username') && flags.string('username') === '') throw new CliError('username is empty');
  if (flags.changed('password') && flags.string('password') === '') throw new CliError('password is empty');
}

/** All of standard input, without the last line's end. */
async function passwordFrom(cli: Cli): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await cli.stdin.read(); chunk !== null; chunk = await cli.stdin.read()) chunks.push(chunk);
  return decode(concat(chunks)).replace(/\n$/, '').replace(/\r$/, '');
}

/** Gives what the engine says, or undefined when the credentials are good no more. */
async function withStored(
  cli: Cli,
  { config }: Invocation,
  key: string,
  stored: RegistryCredentials,
): Promise<string | undefined> {
  await cli.err(`Authenticating with existing credentials... [Username: ${stored.username}]\n`);
  const advice = "To login with a different account, run 'docker logout' followed by 'docker login'";
  await cli.err(`${note(advice, cli.terminal.stderr)}\n\n`);
  try {
    const status = await authenticate(cli, key, stored);
    await storeCredentials(cli, config, key, stored);
    return status;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await cli.err(
      error instanceof EngineError && error.code === 401
        ? 'Stored credentials invalid or expired\n'
        : `Login did not succeed, error: ${error.message}\n`,
    );
    await storeCredentials(cli, config, key, stored);
    return undefined;
  }
}

async function asked(
  cli: Cli,
  { config }: Invocation,
  key: string,
  given: RegistryCredentials,
  before: string,
): Promise<string> {
  if ((given.username === '' || given.password === '') && !cli.terminal.stdin)
    throw new CliError('Error: Cannot perform an interactive login from a non TTY device');
  // Docker Hub's login by browser begins at a site that is not there: the client then asks for a password instead.
  if (key === HUB_KEY && given.username === '' && given.password === '' && !browserOff(cli))
    await cli.err('Failed to start web-based login - falling back to command line login...\n\n');
  const username = given.username || (await askName(cli, key, before));
  const password = given.password.trim() || (await askPassword(cli, key));
  const status = await authenticate(cli, key, { username, password });
  await storeCredentials(cli, config, key, { username, password });
  return status;
}

const browserOff = (cli: Cli): boolean => parseBool(cli.env('DOCKER_CLI_DISABLE_OAUTH_LOGIN') ?? '') === true;

async function askName(cli: Cli, key: string, before: string): Promise<string> {
  if (key === HUB_KEY) {
    await cli.out(
      "Log in with your Docker ID or email address to push and pull images from Docker Hub. If you don't have a Docker ID, head over to https://hub.docker.com/ to create one.\n",
    );
    if ((cli.env('DOCKER_CLI_HINTS') ?? '') !== 'false')
      await cli.out(
        'You can log in with your password or a Personal Access Token (PAT). Using a limited-scope PAT grants better security and is required for organizations using SSO. Learn more at https://docs.docker.com/go/access-tokens/\n\n',
      );
  }
  const typed = await readLine(cli, before === '' ? 'Username: ' : `Username (${before}): `);
  if (typed === '' && before === '') throw new CliError('Error: Non-null Username Required');
  return typed || before;
}

async function askPassword(cli: Cli, key: string): Promise<string> {
  const show = await cli.hideInput();
  try {
    if (key === HUB_KEY)
      await cli.err(
        note(
          `A Personal Access Token (PAT) can be used instead.\nTo create a PAT, visit ${underlined('https://app.docker.com/settings')}\n\n`,
          cli.terminal.stderr,
        ),
      );
    const typed = await readLine(cli, 'Password: ');
    await cli.out('\n');
    if (typed === '') throw new CliError('Error: Password Required');
    return typed;
  } finally {
    await show();
  }
}

async function authenticate(
  cli: Cli,
  key: string,
  { username, password }: RegistryCredentials,
): Promise<string> {
  const body = { username, password, serveraddress: key };
  return (await cli.engine.json<AuthResponse>('POST', '/auth', { body })).Status;
}

export const logout: Action = async (cli, { args, config }) => {
  await warnOfEnvironment(cli, (text) => cli.err(note(text, cli.terminal.stderr, 'warn')));
  const server = args[0] ?? '';
  if (server === '') {
    await cli.out(`Removing login credentials for ${HUB_KEY}\n`);
    await eraseCredentials(cli, config, [HUB_KEY]);
    return undefined;
  }
  const host = hostnameOf(server);
  await cli.out(`Removing login credentials for ${host}\n`);
  await eraseCredentials(cli, config, [server, host, `http://${host}`, `https://${host}`]);
  return undefined;
};
