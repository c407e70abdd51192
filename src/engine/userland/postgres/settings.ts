/** When a setting can be changed (documentation of pg_settings, `context`). */
type Context = 'internal' | 'postmaster' | 'sighup' | 'superuser-backend' | 'superuser' | 'user';

interface Setting {
  value: string;
  context: Context;
  /** Values that are heeded, or that change nothing that is simulated. Without it only the default is taken. */
  takes?: RegExp;
}

const setting = (context: Context, value: string, takes?: RegExp): Setting => ({
  context,
  value,
  ...(takes ? { takes } : {}),
});

const ANY = /^/;
const AMOUNT = /^\d+ *([kMGT]?B)?$/;
const SWITCH = /^(on|off)$/;
const UTC = /^(Etc\/)?(UTC|UCT|GMT)$/i;
const LOCALE = /^(en_US\.utf-?8|C)$/i;

/** Settings of the server (documentation, "Server Configuration"). */
const SETTINGS: Readonly<Record<string, Setting>> = {
  application_name: setting('user', '', ANY),
  autovacuum: setting('sighup', 'on', SWITCH),
  client_encoding: setting('user', 'UTF8', /^'?utf-?8'?$/i),
  client_min_messages: setting('user', 'notice'),
  data_directory: setting('postmaster', ''),
  datestyle: setting('user', 'ISO, MDY', /^iso(, *mdy)?$/i),
  default_text_search_config: setting('user', 'pg_catalog.english', ANY),
  dynamic_shared_memory_type: setting('postmaster', 'posix', ANY),
  effective_cache_size: setting('user', '4GB', AMOUNT),
  fsync: setting('sighup', 'on', SWITCH),
  hba_file: setting('postmaster', ''),
  lc_messages: setting('superuser', 'en_US.utf8', LOCALE),
  lc_monetary: setting('user', 'en_US.utf8', LOCALE),
  lc_numeric: setting('user', 'en_US.utf8', LOCALE),
  lc_time: setting('user', 'en_US.utf8', LOCALE),
  listen_addresses: setting('postmaster', 'localhost', ANY),
  log_connections: setting('superuser-backend', 'off'),
  log_min_duration_statement: setting('superuser', '-1'),
  log_statement: setting('superuser', 'none', /^(none|ddl|mod|all)$/),
  log_timezone: setting('sighup', 'Etc/UTC', UTC),
  logging_collector: setting('postmaster', 'off'),
  maintenance_work_mem: setting('user', '64MB', AMOUNT),
  max_connections: setting('postmaster', '100', /^\d+$/),
  max_wal_size: setting('sighup', '1GB', AMOUNT),
  min_wal_size: setting('sighup', '80MB', AMOUNT),
  password_encryption: setting('user', 'scram-sha-256'),
  port: setting('postmaster', '5432', /^\d+$/),
  search_path: setting('user', '"$user", public', /^("\$user", *)?public$/),
  server_encoding: setting('internal', 'UTF8'),
  server_version: setting('internal', ''),
  server_version_num: setting('internal', ''),
  shared_buffers: setting('postmaster', '128MB', AMOUNT),
  standard_conforming_strings: setting('user', 'on'),
  statement_timeout: setting('user', '0', /^0(ms|s|min)?$/),
  superuser_reserved_connections: setting('postmaster', '3', /^\d+$/),
  synchronous_commit: setting('user', 'on', /^(on|off|local|remote_write|remote_apply)$/),
  timezone: setting('user', 'Etc/UTC', UTC),
  transaction_isolation: setting('user', 'read committed'),
  unix_socket_directories: setting('postmaster', '/var/run/postgresql', ANY),
  wal_level: setting('postmaster', 'replica', ANY),
  work_mem: setting('user', '4MB', AMOUNT),
};

/** A setting that cannot be set so: in the server's words, with SQLSTATE and perhaps a hint. */
export class SettingError extends Error {
  readonly state: string;
  readonly hint: string | undefined;

  constructor(state: string, message: string, hint?: string) {
    super(message);
    this.state = state;
    this.hint = hint;
  }
}

/** The text of postgresql.conf: `name = value`, with comments. Throws `SettingError`. */
export function readSettings(text: string, into: Map<string, string>): void {
  for (const line of text.split('\n')) {
    const [, name, value] =
      /^\s*([a-z_.]+)\s*=?\s*('(?:[^']|'')*'|[^#\s]*)/i.exec(line.replace(/^\s*#.*/, '')) ?? [];
    if (name !== undefined && value !== undefined) setTo(into, name, value.replace(/^'(.*)'$/s, '$1'));
  }
}

/** Sets what the server starts with. Throws `SettingError`. */
export function setTo(settings: Map<string, string>, name: string, value: string): void {
  settings.set(...checked(name, value));
}

/**
 * What SET gives: the name as it is known, and its value.
 * Throws `SettingError` for what cannot be changed while the server runs, or by who is no superuser.
 */
export function setInSession(
  name: string,
  value: string,
  isSuperuser: boolean,
): [name: string, value: string] {
  const known = find(name);
  const changed = (when: string) =>
    new SettingError('55P02', `parameter "${name.toLowerCase()}" cannot be ${when}`);
  switch (known.context) {
    case 'internal':
      throw changed('changed');
    case 'postmaster':
      throw changed('changed without restarting the server');
    case 'sighup':
      throw changed('changed now');
    case 'superuser-backend':
      throw changed('set after connection start');
    case 'superuser':
      if (!isSuperuser)
        throw new SettingError('42501', `permission denied to set parameter "${name.toLowerCase()}"`);
  }
  return checked(name, /^default$/i.test(value) ? known.value : value);
}

function find(name: string): Setting {
  const known = SETTINGS[name.toLowerCase()];
  if (known === undefined) throw new SettingError('42704', `unrecognized configuration parameter "${name}"`);
  return known;
}

function checked(name: string, given: string): [name: string, value: string] {
  const known = find(name);
  const value =
    known.value === 'on' || known.value === 'off'
      ? given.replace(/^(true|yes|1)$/i, 'on').replace(/^(false|no|0)$/i, 'off')
      : given;
  if (value !== known.value && !known.takes?.test(value)) {
    if (name.toLowerCase() === 'log_statement')
      throw new SettingError(
        '22023',
        `invalid value for parameter "log_statement": "${value}"`,
        'Available values: none, ddl, mod, all.',
      );
    throw new SettingError('0A000', `${name} = "${value}" is not simulated in Drydock`);
  }
  return [name.toLowerCase(), value];
}

/** Whether a query string is written to the log, by `log_statement`. */
export function isLogged(logStatement: string, query: string): boolean {
  const kinds = {
    none: /(?!)/,
    ddl: /(?:^|;)\s*(create|alter|drop|grant|revoke|comment)\b/i,
    mod: /(?:^|;)\s*(create|alter|drop|grant|revoke|comment|insert|update|delete|truncate)\b/i,
    all: /^/,
  };
  return kinds[logStatement as keyof typeof kinds].test(query);
}

export function defaultSettings(version: string, directory: string): Map<string, string> {
  const [major = '', minor = '0'] = version.split(/[. ]/);
  return new Map([
    ...Object.entries(SETTINGS).map(([name, { value }]) => [name, value] as const),
    ['data_directory', directory],
    ['hba_file', `${directory}/pg_hba.conf`],
    ['server_version', version],
    ['server_version_num', `${major}${minor.padStart(4, '0')}`],
  ]);
}
