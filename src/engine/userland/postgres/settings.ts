/** Settings of the server (documentation, "Server Configuration") that are taken, with what they are unless set. */
const DEFAULTS: Readonly<Record<string, string>> = {
  application_name: '',
  autovacuum: 'on',
  client_encoding: 'UTF8',
  client_min_messages: 'notice',
  data_directory: '',
  datestyle: 'ISO, MDY',
  default_text_search_config: 'pg_catalog.english',
  dynamic_shared_memory_type: 'posix',
  effective_cache_size: '4GB',
  fsync: 'on',
  hba_file: '',
  lc_messages: 'en_US.utf8',
  lc_monetary: 'en_US.utf8',
  lc_numeric: 'en_US.utf8',
  lc_time: 'en_US.utf8',
  listen_addresses: 'localhost',
  log_connections: 'off',
  log_min_duration_statement: '-1',
  log_statement: 'none',
  log_timezone: 'Etc/UTC',
  logging_collector: 'off',
  maintenance_work_mem: '64MB',
  max_connections: '100',
  max_wal_size: '1GB',
  min_wal_size: '80MB',
  password_encryption: 'scram-sha-256',
  port: '5432',
  search_path: '"$user", public',
  server_encoding: 'UTF8',
  server_version: '',
  server_version_num: '',
  shared_buffers: '128MB',
  standard_conforming_strings: 'on',
  statement_timeout: '0',
  synchronous_commit: 'on',
  timezone: 'Etc/UTC',
  transaction_isolation: 'read committed',
  unix_socket_directories: '/var/run/postgresql',
  wal_level: 'replica',
  work_mem: '4MB',
};

export class UnknownSetting extends Error {}

/** The text of postgresql.conf: `name = value`, with comments. Throws `UnknownSetting`. */
export function readSettings(text: string, into: Map<string, string>): void {
  for (const line of text.split('\n')) {
    const [, name, value] =
      /^\s*([a-z_.]+)\s*=?\s*('(?:[^']|'')*'|[^#\s]*)/i.exec(line.replace(/^\s*#.*/, '')) ?? [];
    if (name !== undefined && value !== undefined) setTo(into, name, value.replace(/^'(.*)'$/s, '$1'));
  }
}

export function setTo(settings: Map<string, string>, name: string, value: string): void {
  const key = name.toLowerCase();
  if (!Object.hasOwn(DEFAULTS, key))
    throw new UnknownSetting(`unrecognized configuration parameter "${name}"`);
  settings.set(key, value);
}

export function defaultSettings(version: string, directory: string): Map<string, string> {
  const [major = '', minor = '0'] = version.split(/[. ]/);
  return new Map(
    Object.entries({
      ...DEFAULTS,
      data_directory: directory,
      hba_file: `${directory}/pg_hba.conf`,
      server_version: version,
      server_version_num: `${major}${minor.padStart(4, '0')}`,
    }),
  );
}
