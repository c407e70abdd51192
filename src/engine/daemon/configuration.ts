import { isErrno } from '../base/errno.ts';
import type { Syscalls } from '../kernel/syscalls.ts';
import { readText } from '../runtime/files.ts';
import { errorText, GoError } from '../runtime/go-error.ts';
import { kindOf, unmarshal } from '../runtime/go-json.ts';
import { checkKinds, refuseUnknown, refuseUnmodelled } from './directives.ts';
import type { DaemonFlags } from './flags.ts';
import { PATHS } from './identity.ts';

/** daemon.json, the part that is modelled. */
export interface Configuration {
  'data-root'?: string;
  debug?: boolean;
  hosts?: string[];
  'insecure-registries'?: string[];
  'registry-mirrors'?: string[];
  labels?: string[];
  dns?: string[];
  'default-address-pools'?: { base: string; size: number }[];
  bip?: string;
  iptables?: boolean;
  'live-restore'?: boolean;
  /** Of containers that name none; `json-file` where nothing is said. */
  'log-driver'?: string;
  /** For containers that use that driver. */
  'log-opts'?: Record<string, string>;
}

/**
 * The daemon's configuration: what its flags say, and the rest from its configuration file. What is wrong there, or said twice,
 * keeps the daemon from starting. A file that is not there is an empty one, unless it was asked for.
 */
export async function readConfiguration(
  sys: Syscalls,
  { configuration: flags, configFile }: DaemonFlags,
): Promise<Configuration> {
  const path = configFile ?? PATHS.configuration;
  try {
    const text = await readText(sys, path).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT') && configFile === undefined) return '';
      throw new GoError(`open ${path}: ${errorText(error)}`);
    });
    const file = readDirectives(text);
    refuseConflicts(flags, file);
    checkKinds(file);
    const merged = { ...file, ...flags } as Configuration;
    const problem = problemOf(merged);
    if (problem !== undefined)
      throw new GoError(
        `merged configuration validation from file and command line flags failed: ${problem}`,
      );
    return merged;
  } catch (error) {
    throw new GoError(
      `unable to configure the Docker daemon with file ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/**
 * The configuration file for a daemon that runs already, and is told to read it again.
 * Models moby daemon/config Reload: what flags say counts before it.
 */
export async function rereadConfiguration(
  sys: Syscalls,
  { configuration: flags, configFile }: DaemonFlags,
): Promise<Configuration> {
  const path = configFile ?? PATHS.configuration;
  let file: Configuration;
  try {
    const text = await readText(sys, path).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT') && configFile === undefined) return '';
      throw new GoError(`open ${path}: ${errorText(error)}`);
    });
    const directives = readDirectives(text);
    refuseConflicts(flags, directives);
    checkKinds(directives);
    refuseUnmodelled(directives);
    file = directives as Configuration;
  } catch (error) {
    throw new GoError(`unable to configure the Docker daemon with file ${path}: ${errorText(error)}`);
  }
  const problem = problemOf(file);
  if (problem !== undefined) throw new GoError(`file configuration validation failed: ${problem}`);
  return file;
}

/** Models moby daemon/config findConfigurationConflicts. */
function refuseConflicts(
  flags: Readonly<Record<string, unknown>>,
  file: Readonly<Record<string, unknown>>,
): void {
  const keys = Object.keys(flags)
    .filter((key) => key in file)
    .sort();
  const show = (value: unknown) =>
    Array.isArray(value)
      ? `[${value.join(' ')}]`
      : typeof value === 'object' && value !== null
        ? `map[${Object.entries(value)
            .map((pair) => pair.join(':'))
            .join(' ')}]`
        : String(value);
  if (keys.length === 0) return;
  const conflicts = keys.map(
    (key) => `${key}: (from flag: ${show(flags[key])}, from file: ${show(file[key])})`,
  );
  throw new GoError(
    `the following directives are specified both as a flag and in the configuration file: ${conflicts.join(', ')}`,
  );
}

/** What a configuration file says, of whatever kind; refuses what is no JSON, and directives that there are not. */
export function readDirectives(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  const parsed = parseDocument(text);
  refuseUnknown(parsed);
  return parsed;
}

const LEVELS = ['', 'trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'];

/** What is wrong with a configuration though it is well-formed. Models moby daemon/config Validate. */
export function problemOf(configuration: Configuration): string | undefined {
  const { 'log-level': level, ...numbers } = configuration as Readonly<Record<string, unknown>>;
  const problems = [
    typeof level === 'string' && !LEVELS.includes(level.toLowerCase())
      ? `invalid logging level: ${level}`
      : undefined,
    ...['downloads', 'uploads'].map((what) => {
      const value = numbers[`max-concurrent-${what}`];
      return typeof value === 'number' && value < 0 ? `invalid max concurrent ${what}: ${value}` : undefined;
    }),
    ...(configuration.labels ?? []).map((label) =>
      label.includes('=') ? undefined : `bad attribute format: ${label}`,
    ),
    ...(configuration['registry-mirrors'] ?? []).map(mirrorProblem),
    ...(configuration.hosts ?? []).map(hostProblem),
  ];
  return problems.find((problem) => problem !== undefined);
}

/** Models moby registry/config.go ValidateMirror. */
function mirrorProblem(mirror: string): string | undefined {
  const uses = "must use either 'https://' or 'http://'";
  const [, scheme = '', rest] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(mirror) ?? [];
  if (scheme === '') return `invalid mirror: no scheme specified for "${mirror}": ${uses}`;
  if (!/^https?$/.test(scheme))
    return `invalid mirror: unsupported scheme "${scheme}" in "${mirror}": ${uses}`;
  if (/[?#]/.test(rest ?? '')) return `invalid mirror: query or fragment at end of the URI "${mirror}"`;
  const [, user] = /^([^/@]*)@/.exec(rest ?? '') ?? [];
  if (user === undefined) return undefined;
  const hidden = mirror.replace(user, user.replace(/:.*/, ':xxxxx'));
  return `invalid mirror: username/password not allowed in URI "${hidden}"`;
}

/** An address on which the daemon listens; `activation`: the sockets that the service manager hands it. */
type ListenAddress =
  | { family: 'activation' }
  | { family: 'unix'; path: string }
  | { family: 'inet'; address: string; port: number };

/** Without TLS, which is not modelled. */
const DEFAULT_PORT = 2375;

/** Models docker/go-connections and moby opts/hosts.go: `fd://`, `unix://PATH` and `tcp://[ADDRESS][:PORT]`. */
export function parseHost(host: string): ListenAddress {
  const [, scheme = '', rest = ''] = /^(\w+):\/\/(.*)$/.exec(host) ?? [];
  if (scheme === 'fd' && rest === '') return { family: 'activation' };
  if (scheme === 'unix') return { family: 'unix', path: rest || '/var/run/docker.sock' };
  const tcp = /^([\d.]*)(?::(\d+))?\/?$/.exec(rest);
  if (scheme === 'tcp' && tcp) {
    const [, address = '', port] = tcp;
    return { family: 'inet', address: address || '127.0.0.1', port: port ? Number(port) : DEFAULT_PORT };
  }
  if (scheme === 'tcp' || scheme === 'fd') throw new GoError(`the host ${host} is not modelled by Drydock`);
  throw new GoError(
    scheme === '' || scheme === 'tcp'
      ? `invalid bind address format: ${host}`
      : `invalid bind address (${host}): unsupported proto '${scheme}'`,
  );
}

/** What is wrong with a host, if anything is. */
export function hostProblem(host: string): string | undefined {
  try {
    parseHost(host);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

function parseDocument(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = unmarshal(text);
  } catch (error) {
    throw new GoError(`invalid JSON: ${errorText(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GoError(
      `invalid JSON: json: cannot unmarshal ${kindOf(value)} into Go value of type map[string]interface {}`,
    );
  return value as Record<string, unknown>;
}
