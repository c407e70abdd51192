import { useradd } from '../accounts.ts';
import {
  cmd,
  copyScript,
  entrypoint,
  env,
  expose,
  type Instruction,
  image,
  run,
  volume,
} from '../dockerfile.ts';
import { gosu } from '../gosu.ts';
import type { Recipe } from '../recipe.ts';
import { directory, program, type Tree, weighing } from '../tree.ts';
import { mysqlEntryPoint } from './mysql-entrypoint.ts';
import { oracleLinux9Slim } from './redhat.ts';

const ENTRYPOINT = mysqlEntryPoint({
  product: 'MySQL',
  version: 'MYSQL_VERSION',
  prefix: 'MYSQL',
  server: 'mysqld',
  client: 'mysql',
  socket: '/var/run/mysqld/mysqld.sock',
  initialize: '"$@" --initialize-insecure --default-time-zone=SYSTEM',
  start: '"$@" --daemonize --skip-networking --default-time-zone=SYSTEM --socket=/var/run/mysqld/mysqld.sock',
  stop: 'MYSQL_PWD=$password mysqladmin -uroot --socket=/var/run/mysqld/mysqld.sock shutdown; while [ -e /var/run/mysqld/mysqld.sock ]; do sleep 0.1; done',
  missing: `Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD`,
  after: '',
});

/** Our own; what it sets is what the image's sets. */
const MY_CNF = `# settings of the server, and below of its clients
[mysqld]
host-cache-size=0
skip-name-resolve
datadir=/var/lib/mysql
socket=/var/run/mysqld/mysqld.sock
secure-file-priv=/var/lib/mysql-files
user=mysql
pid-file=/var/run/mysqld/mysqld.pid

[client]
socket=/var/run/mysqld/mysqld.sock

!includedir /etc/mysql/conf.d/
`;

const MYSQL = 999;

function server(version: string): Tree {
  const own = (name: string, size: number) => program(`mysql/${name}@${version}`, size);
  return {
    'docker-entrypoint-initdb.d': directory(),
    'etc/my.cnf': MY_CNF,
    'etc/mysql/conf.d': directory(),
    'usr/bin/mysql': own('mysql', 7_500_000),
    'usr/bin/mysqladmin': own('mysqladmin', 6_900_000),
    'usr/bin/mysqldump': own('mysqldump', 7_000_000),
    'usr/sbin/mysqld': own('mysqld', 62_000_000),
    'run/mysqld': directory(0o1777, MYSQL, MYSQL),
    'var/lib/mysql': directory(0o1777, MYSQL, MYSQL),
    'var/lib/mysql-files': directory(0o750, MYSQL, MYSQL),
  };
}

const repository = (name: string, major: string): Instruction =>
  run(
    `set -eu;  {   echo '[mysql${major}-${name}]';   echo 'enabled=1';   echo 'gpgcheck=1';  } | tee /etc/yum.repos.d/mysql-community-${name}.repo`,
    { [`etc/yum.repos.d/mysql-community-${name}.repo`]: `[mysql${major}-${name}]\nenabled=1\ngpgcheck=1\n` },
  );

function mysql(tags: readonly string[], version: string, created: string): Recipe {
  const major = version.split('.').slice(0, 2).join('.');
  const packaged = `${version}-1.el9`;
  return image({
    repository: 'library/mysql',
    tags: [...tags, ...tags.map((tag) => (tag === 'latest' ? 'oraclelinux9' : `${tag}-oraclelinux9`))],
    created,
    from: oracleLinux9Slim,
    lines: [
      run(
        'set -eux;  groupadd --system --gid 999 mysql;  useradd --system --uid 999 --gid 999 --home-dir /var/lib/mysql --no-create-home mysql',
        ({ below }) =>
          useradd(below, { name: 'mysql', uid: MYSQL, home: '/var/lib/mysql', shell: '/bin/bash' }),
      ),
      ...gosu('1.19'),
      run(
        'set -eux;  microdnf install -y   bzip2   gzip   openssl   xz   zstd   findutils  ;  microdnf clean all',
        () => weighing(18_600_000, 'usr/share/doc/tools.data', {}),
      ),
      run(
        'set -eux;  key=\'BCA4 3417 C3B4 85DD 128E C6D4 B7B3 B788 A8D3 785C\';  gpg --batch --export --armor "$key" > /etc/pki/rpm-gpg/RPM-GPG-KEY-mysql',
        {
          'etc/pki/rpm-gpg/RPM-GPG-KEY-mysql': { bulk: 3_161 },
        },
      ),
      env('MYSQL_MAJOR', major),
      env('MYSQL_VERSION', packaged),
      repository('minimal', major),
      run(
        'set -eux;  microdnf install -y "mysql-community-server-minimal-$MYSQL_VERSION";  microdnf clean all;  mkdir -p /etc/mysql/conf.d;  mkdir -p /var/lib/mysql /var/run/mysqld;  chown mysql:mysql /var/lib/mysql /var/run/mysqld;  chmod 1777 /var/lib/mysql /var/run/mysqld;   mkdir /docker-entrypoint-initdb.d;   mysqld --version;  mysql --version',
        () => weighing(241_000_000, `usr/share/mysql-${major}/charsets.data`, server(version)),
      ),
      repository('tools', major),
      env('MYSQL_SHELL_VERSION', packaged),
      run(
        'set -eux;  microdnf install -y "mysql-shell-$MYSQL_SHELL_VERSION";  microdnf clean all;   mysqlsh --version',
        () =>
          weighing(412_000_000, 'usr/lib/mysqlsh/mysqlsh.data', {
            'usr/bin/mysqlsh': program('mysqlsh', 31_000_000),
          }),
      ),
      volume('/var/lib/mysql'),
      copyScript('docker-entrypoint.sh', '/usr/local/bin/', ENTRYPOINT),
      entrypoint('docker-entrypoint.sh'),
      expose(3306, 33_060),
      cmd('mysqld'),
    ],
  });
}

export const mysqlRecipes: readonly Recipe[] = [
  mysql(['latest', '9', '9.5', '9.5.0', 'innovation'], '9.5.0', '2026-10-22T18:02:14Z'),
  mysql(['8', '8.4', '8.4.7', 'lts'], '8.4.7', '2026-10-22T18:11:52Z'),
  mysql(['8.0', '8.0.44'], '8.0.44', '2026-10-22T18:20:07Z'),
  mysql(['5', '5.7', '5.7.44'], '5.7.44', '2023-10-25T19:07:31Z'),
];
