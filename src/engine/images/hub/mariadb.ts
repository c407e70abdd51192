import { useradd } from '../accounts.ts';
import { arg, cmd, copyScript, entrypoint, env, expose, image, label, run, volume } from '../dockerfile.ts';
import { gosu } from '../gosu.ts';
import { aptInstall } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { directory, link, program, type Tree, weighing } from '../tree.ts';
import { mysqlEntryPoint } from './mysql-entrypoint.ts';
import { ubuntu2204, ubuntu2404 } from './ubuntu.ts';

const SOCKET = '/run/mysqld/mysqld.sock';

const ENTRYPOINT = mysqlEntryPoint({
  product: 'MariaDB',
  version: 'MARIADB_VERSION',
  prefix: 'MARIADB',
  server: 'mariadbd',
  client: 'mariadb',
  socket: SOCKET,
  initialize:
    'mariadb-install-db --datadir="$datadir" --rpm --auth-root-authentication-method=normal --skip-test-db',
  start: `"$@" --skip-networking --default-time-zone=SYSTEM --socket=${SOCKET} &
    temporary=$!
    note "Waiting for server startup"
    password=
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
      sql -e 'SELECT 1' > /dev/null 2>&1 && break
      sleep 1
    done`,
  stop: 'kill "$temporary"; wait "$temporary"',
  missing: `Database is uninitialized and password option is not specified
	You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD`,
  after: '    note "Securing system users (equivalent to running mysql_secure_installation)"\n    echo\n',
});

/** Asks the server what the options say: whether one can connect, whether InnoDB is ready. */
const HEALTHCHECK = `#!/bin/bash
for check; do
  case "$check" in
    --connect | --innodb_initialized)
      # Who is refused has connected.
      reply=$(mariadb --protocol=tcp -h 127.0.0.1 -u healthcheck -e 'SELECT 1' 2>&1) && continue
      case "$reply" in
        *'Access denied'*) continue ;;
        *) exit 1 ;;
      esac
      ;;
    *)
      echo "healthcheck $check is not simulated in Drydock" >&2
      exit 1
      ;;
  esac
done
`;

const MYSQL = 999;

function server(version: string, older: boolean): Tree {
  const own = (name: string, size: number) => program(`mysql/${name}@${version}`, size);
  return {
    'etc/mysql/conf.d': directory(),
    'etc/mysql/mariadb.cnf':
      '# settings of servers and clients\n[client-server]\nsocket = /run/mysqld/mysqld.sock\n\n!includedir /etc/mysql/mariadb.conf.d/\n!includedir /etc/mysql/conf.d/\n',
    'etc/mysql/mariadb.conf.d/05-skipcache.cnf': '[mariadb]\nhost-cache-size=0\nskip-name-resolve\n',
    'etc/mysql/my.cnf': link('/etc/mysql/mariadb.cnf'),
    'run/mysqld': directory(0o1777, MYSQL, MYSQL),
    'usr/bin/mariadb': own('mariadb', 4_800_000),
    'usr/bin/mariadb-admin': own('mariadb-admin', 4_500_000),
    'usr/bin/mariadb-dump': own('mariadb-dump', 4_600_000),
    'usr/bin/mariadb-install-db': own('mariadb-install-db', 23_000),
    'usr/sbin/mariadbd': own('mariadbd', 27_000_000),
    'var/lib/mysql': directory(0o755, MYSQL, MYSQL),
    // The names of MySQL's programs went with 11.0.
    ...(older
      ? {
          'usr/bin/mysql': link('mariadb'),
          'usr/bin/mysqladmin': link('mariadb-admin'),
          'usr/bin/mysqldump': link('mariadb-dump'),
          'usr/sbin/mysqld': link('mariadbd'),
        }
      : {}),
  };
}

interface Version {
  tags: readonly string[];
  version: string;
  created: string;
}

function mariadb({ tags, version, created }: Version): Recipe {
  const older = version.startsWith('10.');
  const codename = older ? 'jammy' : 'noble';
  const packaged = `1:${version}+maria~ubu${older ? '2204' : '2404'}`;
  const [gosuVersion, gosuBinary] = gosu('1.19');
  return image({
    repository: 'library/mariadb',
    tags: [...tags, ...tags.map((tag) => (tag === 'latest' ? codename : `${tag}-${codename}`))],
    created,
    from: older ? ubuntu2204 : ubuntu2404,
    lines: [
      run(
        `groupadd -r mysql && useradd -r -g mysql mysql --home-dir /var/lib/mysql${older ? '' : ' && userdel --remove ubuntu'}`,
        ({ below }) => {
          const without = Object.fromEntries(
            ['etc/passwd', 'etc/group', 'etc/shadow'].map((path) => {
              const node = below[path]!;
              const text = typeof node === 'string' ? node : 'text' in node ? node.text : '';
              return [path, text.replace(/^ubuntu:.*\n/m, '')];
            }),
          );
          return useradd({ ...below, ...without }, { name: 'mysql', uid: MYSQL, home: '/var/lib/mysql' });
        },
      ),
      gosuVersion!,
      aptInstall('ca-certificates gpg gpgv libjemalloc2 pwgen tzdata xz-utils zstd', { total: 15_100_000 }),
      gosuBinary!,
      run('mkdir /docker-entrypoint-initdb.d', { 'docker-entrypoint-initdb.d': directory() }),
      env('LANG', 'C.UTF-8'),
      label('org.opencontainers.image.title', 'MariaDB Database'),
      label('org.opencontainers.image.base.name', `docker.io/library/ubuntu:${codename}`),
      label('org.opencontainers.image.version', version),
      arg(`MARIADB_VERSION=${packaged}`),
      env('MARIADB_VERSION', packaged),
      run('set -e;  echo "deb ${REPOSITORY}" > /etc/apt/sources.list.d/mariadb.list', {
        'etc/apt/sources.list.d/mariadb.list': `deb http://archive.mariadb.org/mariadb-${version}/repo/ubuntu/ ${codename} main\n`,
      }),
      run(
        'set -ex;  apt-get update;  apt-get install -y --no-install-recommends mariadb-server="$MARIADB_VERSION" mariadb-backup socat;  rm -rf /var/lib/apt/lists/*;  rm -rf /var/lib/mysql;  mkdir -p /var/lib/mysql /run/mysqld;  chown -R mysql:mysql /var/lib/mysql /run/mysqld;  chmod 1777 /run/mysqld',
        () =>
          weighing(
            234_000_000,
            'usr/share/mariadb/charsets.data',
            server(`${version}-MariaDB-ubu${older ? '2204' : '2404'}`, older),
          ),
      ),
      volume('/var/lib/mysql'),
      copyScript('healthcheck.sh', '/usr/local/bin/', HEALTHCHECK),
      copyScript('docker-entrypoint.sh', '/usr/local/bin/', ENTRYPOINT),
      entrypoint('docker-entrypoint.sh'),
      expose(3306),
      cmd('mariadbd'),
    ],
  });
}

export const mariadbRecipes: readonly Recipe[] = [
  mariadb({ tags: ['latest', '12', '12.1', '12.1.2'], version: '12.1.2', created: '2026-11-20T06:11:38Z' }),
  mariadb({ tags: ['lts', '11', '11.8', '11.8.5'], version: '11.8.5', created: '2026-11-20T06:18:02Z' }),
  mariadb({ tags: ['10', '10.11', '10.11.15'], version: '10.11.15', created: '2026-11-20T06:24:45Z' }),
];
