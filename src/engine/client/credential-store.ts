import { decodeBase64, encodeBase64 } from './base64.ts';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { type ClientConfig, type RegistryCredentials, saveConfig } from './config-file.ts';
import { jsonString, parseJson } from './format/json.ts';
import { GoMap, type GoValue } from './go-template/value.ts';

/** The key under which Docker Hub's are filed. */
export const HUB_KEY = 'https://index.docker.io/v1/';

const ENVIRONMENT = 'DOCKER_AUTH_CONFIG';

/** The key under which a registry's are filed. */
export const credentialKey = (domain: string): string =>
  domain === 'docker.io' || domain === 'index.docker.io' ? HUB_KEY : domain;

/** A host with its port: `https://` and a path fall away. */
export function hostnameOf(address: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\/(\[[^\]]+\]|[^/:?#]+)(:\d+)?/i.exec(address);
  return url ? `${url[1]}${url[2] ?? ''}` : address.split('/')[0]!;
}

/** What is filed for a registry; undefined where nobody has logged in. Throws `CliError` when a helper is named. */
export async function findCredentials(
  cli: Cli,
  config: ClientConfig,
  key: string,
): Promise<RegistryCredentials | undefined> {
  const given = await fromEnvironment(cli);
  if (given.has(key)) return given.get(key);
  await refuseHelper(cli, config, key, 'error getting credentials');
  return (
    config.credentials.get(key) ?? [...config.credentials].find(([name]) => hostnameOf(name) === key)?.[1]
  );
}

/** The X-Registry-Auth field's JSON for a registry. */
export async function authFor(cli: Cli, config: ClientConfig, domain: string): Promise<object> {
  const key = credentialKey(domain);
  const found = await findCredentials(cli, config, key);
  return found === undefined ? {} : { ...found, serveraddress: key };
}

/** Files credentials, and warns that they are there for whoever reads the file. */
export async function storeCredentials(
  cli: Cli,
  config: ClientConfig,
  key: string,
  { username, password }: RegistryCredentials,
): Promise<void> {
  await refuseHelper(cli, config, key, 'Error saving credentials: error storing credentials');
  const old = config.credentials.get(key);
  if (old !== undefined && old.username === username && old.password === password) return;
  const auth = new GoMap(new Map([['auth', encodeBase64(`${username}:${password}`)]]));
  await saveConfig(cli, config, new Map([['auths', new GoMap(new Map([...authsOf(config), [key, auth]]))]]));
  if (password !== '')
    await cli.err(
      `\nWARNING! Your credentials are stored unencrypted in '${config.path}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
    );
}

/** Takes out what is filed under any of these keys. */
export async function eraseCredentials(
  cli: Cli,
  config: ClientConfig,
  keys: readonly string[],
): Promise<void> {
  const auths = new Map(authsOf(config));
  let changed = false;
  // A program that keeps credentials and cannot be run is passed over in silence, as the real client does.
  for (const key of keys) changed = auths.delete(key) || changed;
  if (changed) await saveConfig(cli, config, new Map([['auths', new GoMap(auths)]]));
}

/** Says that what a variable gives counts before what is filed, where it is set. */
export async function warnOfEnvironment(cli: Cli, warn: (text: string) => Promise<void>): Promise<void> {
  if ((cli.env(ENVIRONMENT) ?? '') !== '')
    await warn(
      `${ENVIRONMENT} is set and takes precedence.\nUnset ${ENVIRONMENT} to restore the CLI auth behaviour.\n`,
    );
}

async function fromEnvironment(cli: Cli): Promise<Map<string, RegistryCredentials>> {
  const text = cli.env(ENVIRONMENT) ?? '';
  if (text === '') return new Map();
  try {
    const root = parseJson(text);
    const auths = root instanceof GoMap ? root.entries.get('auths') : undefined;
    const found = new Map<string, RegistryCredentials>();
    for (const [registry, entry] of auths instanceof GoMap ? auths.entries : []) {
      const auth = entry instanceof GoMap ? entry.entries.get('auth') : undefined;
      if (typeof auth !== 'string' || auth === '')
        throw new Error(`${ENVIRONMENT} environment variable is missing key \`auth\` for ${registry}`);
      const [username = '', ...password] = decodeBase64(auth).split(':');
      found.set(registry, { username, password: password.join(':') });
    }
    return found;
  } catch (error) {
    await cli.err(`Failed to create credential store from ${ENVIRONMENT}:  ${(error as Error).message}\n`);
    return new Map();
  }
}

/** Programs that keep credentials are not there, or not modelled. */
async function refuseHelper(cli: Cli, config: ClientConfig, key: string, doing: string): Promise<void> {
  const helper = config.helpers.get(key) ?? config.helpers.get('');
  if (helper === undefined) return;
  const program = `docker-credential-${helper}`;
  for (const directory of (cli.env('PATH') ?? '').split(':'))
    if (await cli.exists(`${directory}/${program}`))
      throw new CliError(`credential helpers (${program}) are not modelled in Drydock yet`);
  const text = `${doing} - err: exec: ${jsonString(program)}: executable file not found in $PATH, out: \`\``;
  throw new CliError(text);
}

const authsOf = (config: ClientConfig): ReadonlyMap<string, GoValue> =>
  (config.fields.get('auths') as GoMap | undefined)?.entries ?? new Map();
