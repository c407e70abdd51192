/** `docker create`, and creation as `docker run` does it. Models docker/cli `cli/command/container/create.go`. */
import type { CreateContainerRequest, CreateContainerResponse } from '../../api/containers.ts';
import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { parseAnyReference, tagNameOnly } from '../../oci/reference.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action, Invocation } from '../command.ts';
import type { ClientConfig } from '../config-file.ts';
import { createRequest } from '../create-request.ts';
import { EngineError } from '../engine-client.ts';
import type { ParsedFlags } from '../flags/parsed.ts';
import { absolute } from '../parse/mount.ts';
import { refuseContentTrust } from './content-trust.ts';
import { normalPlatform, platformAsked } from './platform.ts';
import { pullImage, unableToFind } from './pull.ts';

export const create: Action = async (cli, invocation) => {
  const request = await prepare(cli, invocation, 'create');
  await cli.out(`${await createContainer(cli, invocation.flags, request, invocation.config)}\n`);
  return undefined;
};

/** Reads flags and arguments. What is wrong with them ends the command with status 125 and a hint at the help. */
export async function prepare(
  cli: Cli,
  { flags, args, config }: Invocation,
  command: 'run' | 'create',
): Promise<CreateContainerRequest> {
  try {
    if (!['always', 'missing', 'never', ''].includes(flags.string('pull')))
      throw new Error(
        `invalid pull option: '${flags.string('pull')}': must be one of "always", "missing" or "never"`,
      );
    refuseContentTrust(cli, flags);
    const request = await createRequest(cli, flags, args[0]!, args.slice(1));
    request.Env = withProxies(
      request.Env ?? [],
      config.proxies.get(cli.engine.endpoint.url) ?? config.proxies.get('default') ?? [],
    );
    return request;
  } catch (error) {
    throw withHelp((error as Error).message, command, 125);
  }
}

/** Adds what config.json says of proxies; what the flags set stays. */
function withProxies(env: readonly string[], proxies: readonly (readonly [string, string])[]): string[] {
  const given = new Set(env.map((entry) => entry.split('=')[0]));
  return [...env, ...proxies.filter(([name]) => !given.has(name)).map(([name, value]) => `${name}=${value}`)];
}

/** `--use-api-socket`: the engine's socket goes into the container. */
function bindApiSocket(flags: ParsedFlags, request: CreateContainerRequest, config: ClientConfig): void {
  if (!flags.bool('use-api-socket')) return;
  const named = (request.Env ?? []).some((entry) => entry.startsWith('DOCKER_CONFIG='));
  if (config.credentials.size > 0 && !named)
    throw new CliError('docker: --use-api-socket with stored credentials is not modelled in Drydock yet');
  const socket = '/var/run/docker.sock';
  const mounts = request.HostConfig!.Mounts ?? [];
  request.HostConfig!.Mounts = [...mounts, { Type: 'bind', Source: socket, Target: socket, BindOptions: {} }];
}

/** An error of run or create with the line that points to the help. */
export const withHelp = (message: string, command: string, status: number): CliError =>
  new CliError(`docker: ${message}\n\nRun 'docker ${command} --help' for more information`, status);

/** Creates and gives the id; pulls the image first where the flags or its absence ask for it. */
export async function createContainer(
  cli: Cli,
  flags: ParsedFlags,
  request: CreateContainerRequest,
  config: ClientConfig,
): Promise<string> {
  try {
    normalPlatform(platformAsked(cli, flags));
  } catch (error) {
    throw new CliError((error as Error).message);
  }
  bindApiSocket(flags, request, config);
  const cidfile = flags.string('cidfile');
  const cidPath = cidfile === '' ? '' : absolute(await cli.cwd(), cidfile);
  if (cidPath !== '' && (await cli.exists(cidPath)))
    throw new CliError(
      `container ID file found, make sure the other container isn't running or delete ${cidfile}`,
    );
  if (cidPath !== '')
    try {
      await cli.writeFile(cidPath, new Uint8Array(), 0o644);
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new CliError(
        `failed to create the container ID file: open ${cidfile}: ${error.message[0]!.toLowerCase()}${error.message.slice(1)}`,
      );
    }
  try {
    const id = await createFrom(cli, flags, request, config);
    if (cidPath !== '') await cli.writeFile(cidPath, encode(id), 0o644);
    return id;
  } catch (error) {
    if (cidPath !== '') await cli.remove(cidPath);
    throw error;
  }
}

async function createFrom(
  cli: Cli,
  flags: ParsedFlags,
  request: CreateContainerRequest,
  config: ClientConfig,
): Promise<string> {
  const reference = imageReference(request.Image!);
  const platform = normalPlatform(platformAsked(cli, flags));
  const fetchImage = async () => {
    if (reference === undefined) return;
    await pullImage(cli, reference, config, { platform, quiet: flags.bool('quiet'), to: 'err' });
  };
  const post = () =>
    cli.engine.json<CreateContainerResponse>('POST', '/containers/create', {
      query: { name: flags.string('name') || undefined, platform: platform || undefined },
      body: request,
    });
  await cli.engine.requireEngine();
  const pullPolicy = flags.string('pull');
  if (pullPolicy === 'always') await fetchImage();
  let response: CreateContainerResponse;
  try {
    response = await post();
  } catch (error) {
    const absent = error instanceof EngineError && error.code === 404;
    if (!absent || reference === undefined || pullPolicy !== 'missing') throw error;
    if (!flags.bool('quiet')) await cli.err(unableToFind(reference));
    await fetchImage();
    response = await post();
  }
  for (const warning of response.Warnings ?? []) await cli.err(`WARNING: ${warning}\n`);
  return response.Id;
}

/** The image as something that can be pulled; undefined for an id. */
function imageReference(text: string) {
  let parsed: ReturnType<typeof parseAnyReference>;
  try {
    parsed = parseAnyReference(text);
  } catch (error) {
    throw new CliError((error as Error).message);
  }
  return 'path' in parsed ? tagNameOnly(parsed) : undefined;
}
