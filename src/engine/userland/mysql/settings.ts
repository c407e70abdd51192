import type { Syscalls } from '../../kernel/syscalls.ts';
import type { Options } from './options.ts';
import type { Flavour } from './words.ts';

/** How long a server takes to make a data directory, and to start with one. */
export const INITIALIZE_MS: Record<Flavour, number> = { mysql: 4000, mariadb: 1500 };
export const BOOT_MS: Record<Flavour, number> = { mysql: 900, mariadb: 300 };

/** Options that are taken. Those of caches and logs change nothing that one can see here. */
export const compiledOptions: ReadonlySet<string> = new Set(
  `autocommit basedir bind-address binlog-expire-logs-seconds character-set-client-handshake character-set-server
collation-server daemonize datadir default-storage-engine default-time-zone disable-log-bin expire-logs-days general-log
help host-cache-size initialize initialize-insecure innodb-buffer-pool-size innodb-flush-log-at-trx-commit
innodb-log-file-size innodb-redo-log-capacity log-bin-index log-error lower-case-table-names max-allowed-packet
max-connections mysql-native-password mysqlx old-mode performance-schema pid-file port secure-file-priv server-id
skip-host-cache skip-log-bin skip-name-resolve skip-networking skip-replica-start skip-slave-start skip-ssl slow-query-log
socket sql-mode ssl-ca ssl-cert ssl-key table-open-cache tls-version tmpdir transaction-isolation user verbose version
wait-timeout wsrep-on enforce-storage-engine`.split(/\s+/),
);

/** System variables, by their names with underscores. */
export async function serverVariables(
  sys: Syscalls,
  flavour: Flavour,
  version: string,
  options: Options,
): Promise<Map<string, string>> {
  const { nodename } = await sys.uname();
  const isMaria = flavour === 'mariadb';
  const run = isMaria ? '/run/mysqld' : '/var/run/mysqld';
  const variables = new Map<string, string>([
    ['autocommit', 'ON'],
    ['character_set_server', options.get('character-set-server') ?? 'utf8mb4'],
    [
      'collation_server',
      options.get('collation-server') ?? (isMaria ? 'utf8mb4_uca1400_ai_ci' : 'utf8mb4_0900_ai_ci'),
    ],
    ['datadir', `${options.get('datadir') ?? '/var/lib/mysql'}/`.replace(/\/+$/, '/')],
    ['default_storage_engine', 'InnoDB'],
    ['foreign_key_checks', 'ON'],
    ['hostname', nodename],
    ['innodb_buffer_pool_size', '134217728'],
    ['innodb_lock_wait_timeout', '50'],
    ['max_connections', options.get('max-connections') ?? '151'],
    ['pid_file', options.get('pid-file') ?? `${run}/${isMaria ? 'mariadbd' : 'mysqld'}.pid`],
    ['port', options.get('port') ?? '3306'],
    ['server_id', options.get('server-id') ?? '1'],
    ['socket', options.get('socket') ?? `${run}/mysqld.sock`],
    ['sql_log_bin', 'ON'],
    [
      'sql_mode',
      options.get('sql-mode') ?? 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    ],
    ['time_zone', 'SYSTEM'],
    ['transaction_isolation', 'REPEATABLE-READ'],
    ['unique_checks', 'ON'],
    ['version', version],
    ['version_comment', isMaria ? 'mariadb.org binary distribution' : 'MySQL Community Server - GPL'],
    ['version_compile_machine', 'x86_64'],
    ['version_compile_os', isMaria ? 'debian-linux-gnu' : 'Linux'],
    ['wait_timeout', '28800'],
  ]);
  return variables;
}
