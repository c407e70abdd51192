/** Reads DOCKER_HOST and `-H`. Models docker/cli `opts/hosts.go` and moby's client. */
import type { Endpoint } from './cli.ts';
import { CliError } from './cli-error.ts';

export const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/** Throws `CliError` for schemes that do not exist, and for those that are not modelled. */
export function parseEndpoint(text: string): Endpoint {
  const value = text.trim();
  const refuse = () =>
    new CliError(
      `Failed to initialize: unable to resolve docker endpoint: invalid bind address format: ${text}`,
    );
  const scheme = /^([a-z]+):\/\/(.*)$/s.exec(value);
  if (value === '') return parseEndpoint(DEFAULT_HOST);
  if (scheme === null) {
    if (value.startsWith('://')) throw refuse();
    return tcp(value);
  }
  const [, name, rest] = scheme as unknown as [string, string, string];
  if (name === 'unix') {
    const path = rest === '' ? '/var/run/docker.sock' : rest;
    return { kind: 'unix', path, url: `unix://${path}` };
  }
  if (name === 'tcp') return tcp(rest);
  if (name === 'ssh') throw new CliError(`docker: '${name}://' hosts are not modelled in Drydock yet`);
  if (name === 'npipe') throw new CliError('Failed to initialize: protocol not available');
  if (name === 'fd') throw new CliError(`Failed to initialize: unable to parse docker host \`${value}\``);
  throw refuse();
}

function tcp(address: string): Endpoint {
  const [authority = '', ...path] = address.split('/');
  const noPort = /:([^\]:]*\D[^\]:]*)$/.exec(authority)?.[1];
  if (noPort !== undefined)
    throw new CliError(
      `Failed to initialize: unable to resolve docker endpoint: parse ${JSON.stringify(`tcp://${address}`)}: invalid port ${JSON.stringify(`:${noPort}`)} after host`,
    );
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority);
  if (match === null)
    throw new CliError(
      `Failed to initialize: unable to resolve docker endpoint: invalid bind address format: ${address}`,
    );
  const host = match[1] === '' ? 'localhost' : match[1]!;
  const port = match[2] === undefined || match[2] === '' ? 2375 : Number(match[2]);
  return {
    kind: 'tcp',
    host: host.replace(/^\[|\]$/g, ''),
    port,
    url: [`tcp://${host}:${port}`, ...path].join('/'),
  };
}
