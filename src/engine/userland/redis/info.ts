import type { Server } from './server.ts';

/** INFO: sections of `name:value` lines. */
export function info(server: Server, sections: readonly string[]): string {
  const wanted = sections.map((name) => name.toLowerCase());
  const all = wanted.length === 0 || wanted.some((name) => ['all', 'default', 'everything'].includes(name));
  return SECTIONS.filter(([name]) => all || wanted.includes(name.toLowerCase()))
    .map(
      ([name, lines]) =>
        `# ${name}\r\n${lines(server)
          .map(([key, value]) => `${key}:${value}\r\n`)
          .join('')}`,
    )
    .join('\r\n');
}

type Lines = (server: Server) => [string, string | number][];

const SECTIONS: readonly [name: string, lines: Lines][] = [
  [
    'Server',
    (server) => {
      const up = Math.floor((server.now() - server.started) / 1000);
      return [
        ['redis_version', server.version],
        ['redis_mode', 'standalone'],
        ['os', 'Linux'],
        ['arch_bits', 64],
        ['process_id', server.sys.getpid()],
        ['tcp_port', server.config.port],
        ['uptime_in_seconds', up],
        ['uptime_in_days', Math.floor(up / 86_400)],
        ['config_file', server.config.path],
      ];
    },
  ],
  [
    'Clients',
    ({ clients, blocked }) => [
      ['connected_clients', clients.size],
      ['blocked_clients', blocked.count],
    ],
  ],
  [
    'Memory',
    () => [
      ['maxmemory', 0],
      ['maxmemory_human', '0B'],
      ['maxmemory_policy', 'noeviction'],
    ],
  ],
  [
    'Persistence',
    ({ changes, lastSave }) => [
      ['loading', 0],
      ['rdb_changes_since_last_save', changes],
      ['rdb_bgsave_in_progress', 0],
      ['rdb_last_save_time', Math.floor(lastSave / 1000)],
      ['rdb_last_bgsave_status', 'ok'],
      ['aof_enabled', 0],
    ],
  ],
  [
    'Stats',
    ({ connections, commands }) => [
      ['total_connections_received', connections],
      ['total_commands_processed', commands],
    ],
  ],
  [
    'Replication',
    () => [
      ['role', 'master'],
      ['connected_slaves', 0],
    ],
  ],
  [
    'Keyspace',
    ({ databases }) =>
      databases.flatMap((db, i): [string, string][] =>
        db.size === 0 ? [] : [[`db${i}`, `keys=${db.size},expires=${db.expiring},avg_ttl=0`]],
      ),
  ],
];
