/** What both builders are told beside their flags. */
import { marshal } from '../../base/go-json.ts';
import { encodeBase64Url } from '../base64.ts';
import type { Cli } from '../cli.ts';
import type { Invocation } from '../command.ts';
import { findCredentials } from '../credential-store.ts';

/** `NAME=value`; a bare name has the value of the client's environment, or else `bare`; undefined leaves it out. */
export function assignments<Bare extends string | null | undefined>(
  cli: Cli,
  given: readonly string[],
  bare: Bare,
): Record<string, string | Exclude<Bare, undefined>> {
  const out: Record<string, string | Exclude<Bare, undefined>> = {};
  for (const text of given) {
    const equals = text.indexOf('=');
    const name = equals === -1 ? text : text.slice(0, equals);
    const value = equals === -1 ? (bare === '' ? '' : (cli.env(name) ?? bare)) : text.slice(equals + 1);
    if (value !== undefined) out[name] = value as string | Exclude<Bare, undefined>;
  }
  return out;
}

/** The credentials of all registries, for the daemon to choose from. */
export async function registries(cli: Cli, { config }: Invocation): Promise<string> {
  const all: Record<string, object> = {};
  for (const key of config.credentials.keys())
    all[key] = { ...(await findCredentials(cli, config, key)), serveraddress: key };
  return encodeBase64Url(marshal(all));
}
