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
  stopsignal,
  symlink,
  volume,
} from '../dockerfile.ts';
import { gosu } from '../gosu.ts';
import { apkAdd, aptInstall, flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { directory, link, program, type Tree, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';
import { debianTrixieSlim } from './debian.ts';

/** Our own; messages, variables and what it does are those of the official image's. */
const ENTRYPOINT = `#!/usr/bin/env bash
# Makes a cluster in an empty data directory, with what the environment asks for, then starts the server.
set -Eeo pipefail

# NAME, or what is in the file that NAME_FILE names.
take() {
  local file=\${1}_FILE value=$2
  if [ -n "\${!1:-}" ] && [ -n "\${!file:-}" ]; then
    echo "error: both $1 and $file are set (but are exclusive)" >&2
    exit 1
  fi
  if [ -n "\${!1:-}" ]; then value=\${!1}
  elif [ -n "\${!file:-}" ]; then value=$(cat "\${!file}")
  fi
  export "$1"="$value"
  unset "$file"
}

settings() {
  take POSTGRES_PASSWORD ''
  take POSTGRES_USER postgres
  take POSTGRES_DB "$POSTGRES_USER"
  take POSTGRES_INITDB_ARGS ''
  : "\${POSTGRES_HOST_AUTH_METHOD:=}"
  exists=
  if [ -s "$PGDATA/PG_VERSION" ]; then exists=true; fi
}

directories() {
  mkdir -p "$PGDATA"
  chmod 00700 "$PGDATA" || :
  mkdir -p /var/run/postgresql || :
  chmod 03775 /var/run/postgresql || :
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" \\! -user postgres -exec chown postgres '{}' +
    find /var/run/postgresql \\! -user postgres -exec chown postgres '{}' +
  fi
}

require_password() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    cat >&2 <<'EOE'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
EOE
    exit 1
  fi
  if [ "$POSTGRES_HOST_AUTH_METHOD" = trust ]; then
    cat >&2 <<'EOWARN'
********************************************************************************
WARNING: POSTGRES_HOST_AUTH_METHOD has been set to "trust". This will allow
         anyone with access to the Postgres port to access your database without
         a password, even if POSTGRES_PASSWORD is set. See PostgreSQL
         documentation about "trust":
         https://www.postgresql.org/docs/current/auth-trust.html
         In Docker's default configuration, this is effectively any other
         container on the same system.

         It is not recommended to use POSTGRES_HOST_AUTH_METHOD=trust. Replace
         it with "-e POSTGRES_PASSWORD=password" instead to set a password in
         "docker run".
********************************************************************************
EOWARN
  fi
}

sql() {
  PGHOST= PGHOSTADDR= psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc "$@"
}

make_database() {
  local found
  found=$(sql --dbname postgres --tuples-only -c "SELECT 1 FROM pg_database WHERE datname = '$POSTGRES_DB'" | tr -d ' \\n')
  if [ -z "$found" ]; then
    sql --dbname postgres -c "CREATE DATABASE \\"$POSTGRES_DB\\""
    printf '\\n'
  fi
}

run_scripts() {
  local file
  printf '\\n'
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh)
        if [ -x "$file" ]; then
          printf '%s: running %s\\n' "$0" "$file"
          "$file"
        else
          printf '%s: sourcing %s\\n' "$0" "$file"
          . "$file"
        fi
        ;;
      *.sql)
        printf '%s: running %s\\n' "$0" "$file"
        sql --dbname "$POSTGRES_DB" -f "$file"
        printf '\\n'
        ;;
      *.sql.gz)
        printf '%s: running %s\\n' "$0" "$file"
        gunzip -c "$file" | sql --dbname "$POSTGRES_DB"
        printf '\\n'
        ;;
      *) printf '%s: ignoring %s\\n' "$0" "$file" ;;
    esac
    printf '\\n'
  done
}

case "$1" in
  -*) set -- postgres "$@" ;;
esac

if [ "$1" = postgres ]; then
  settings
  directories
  if [ "$(id -u)" = 0 ]; then
    exec gosu postgres "$0" "$@"
  fi
  if [ -z "$exists" ]; then
    require_password
    printf '%s\\n' "$POSTGRES_PASSWORD" > /tmp/.password
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/.password $POSTGRES_INITDB_ARGS
    rm /tmp/.password
    printf '\\nhost all all all %s\\n' "\${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
    pg_ctl -D "$PGDATA" -o '-c listen_addresses="" -p 5432' -w start
    make_database
    run_scripts
    pg_ctl -D "$PGDATA" -m fast -w stop
    printf '\\nPostgreSQL init process complete; ready for start up.\\n\\n'
  else
    printf '\\nPostgreSQL Database directory appears to contain a database; Skipping initialization\\n\\n'
  fi
fi

exec "$@"
`;

const PROGRAMS: Readonly<Record<string, number>> = {
  postgres: 9_900_000,
  initdb: 190_000,
  pg_ctl: 80_000,
  psql: 760_000,
  pg_isready: 70_000,
  createdb: 75_000,
  dropdb: 70_000,
  createuser: 80_000,
  dropuser: 70_000,
};

interface Version {
  version: string;
  /** As the server calls itself, with the package that it is of. */
  packaged: string;
  names: readonly string[];
  created: string;
}

/** The server listens everywhere: who comes must prove who it is. */
const SAMPLE = "# Copied into a new cluster's settings.\nlisten_addresses = '*'\n";

const programs = (to: string, called: string): Tree =>
  Object.fromEntries(
    Object.entries(PROGRAMS).map(([name, size]) => [
      `${to}/${name}`,
      program(`postgres/${name}@${called}`, size),
    ]),
  );

/** Where the data is: below the major version since 18. */
const dataOf = (major: string) =>
  Number(major) >= 18 ? `/var/lib/postgresql/${major}/docker` : '/var/lib/postgresql/data';

/** Debian's postgres has a number of its own, and Alpine's another. */
const [DEBIAN_UID, ALPINE_UID] = [999, 70] as const;

function ending(uid: number, major: string): Instruction[] {
  const data = dataOf(major);
  return [
    env('PGDATA', data),
    run('install --verbose --directory --owner postgres --group postgres --mode 1777 "$PGDATA"', {
      [data.slice(1)]: directory(0o1777, uid, uid),
    }),
    volume(Number(major) >= 18 ? '/var/lib/postgresql' : data),
    copyScript('docker-entrypoint.sh', '/usr/local/bin/', ENTRYPOINT),
    symlink('usr/local/bin/docker-entrypoint.sh', '/docker-entrypoint.sh'),
    entrypoint('docker-entrypoint.sh'),
    stopsignal('SIGINT'),
    expose(5432),
    cmd('postgres'),
  ];
}

const server = (called: string, home: string): Tree => ({
  ...programs(home, called),
  'docker-entrypoint-initdb.d': directory(),
  [`${home.startsWith('usr/local') ? 'usr/local' : 'usr'}/share/postgresql/postgresql.conf.sample`]: SAMPLE,
});

const user = (uid: number) =>
  run(
    `set -eux;  groupadd -r postgres --gid=${uid};  useradd -r -g postgres --uid=${uid} --home-dir=/var/lib/postgresql --shell=/bin/bash postgres;  install --verbose --directory --owner postgres --group postgres --mode 1777 /var/lib/postgresql`,
    ({ below }) => ({
      ...useradd(below, { name: 'postgres', uid, home: '/var/lib/postgresql', shell: '/bin/bash' }),
      'var/lib/postgresql': directory(0o1777, uid, uid),
    }),
  );

const runDirectory = (uid: number) =>
  run('install --verbose --directory --owner postgres --group postgres --mode 3777 /var/run/postgresql', {
    'run/postgresql': directory(0o3777, uid, uid),
  });

function onDebian({ version, packaged, names, created }: Version): Recipe {
  const [major = ''] = version.split('.');
  const home = `usr/lib/postgresql/${major}/bin`;
  return image({
    repository: 'library/postgres',
    tags: [...names, ...flavoured(names, 'trixie')],
    created,
    from: debianTrixieSlim,
    lines: [
      user(DEBIAN_UID),
      aptInstall('gnupg less', { total: 10_400_000 }),
      ...gosu('1.19'),
      aptInstall('locales', { total: 26_100_000 }),
      env('LANG', 'en_US.utf8'),
      aptInstall('libnss-wrapper xz-utils zstd', { total: 3_300_000 }),
      run('mkdir /docker-entrypoint-initdb.d', { 'docker-entrypoint-initdb.d': directory() }),
      env('PG_MAJOR', major),
      env(
        'PATH',
        `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/${major}/bin`,
      ),
      env('PG_VERSION', packaged),
      run(
        'set -ex;  apt-get update;  apt-get install -y --no-install-recommends "postgresql-$PG_MAJOR=$PG_VERSION";  rm -rf /var/lib/apt/lists/*;  postgres --version',
        () =>
          weighing(286_000_000, `usr/lib/postgresql/${major}/lib/bitcode.data`, {
            ...server(packaged, home),
            'usr/bin/psql': link(`/${home}/psql`),
          }),
      ),
      runDirectory(DEBIAN_UID),
      ...ending(DEBIAN_UID, major),
    ],
  });
}

function onAlpine({ version, names, created }: Version): Recipe {
  const [major = ''] = version.split('.');
  return image({
    repository: 'library/postgres',
    tags: [...flavoured(names, 'alpine'), ...flavoured(names, 'alpine3.22')],
    created,
    from: alpine322,
    lines: [
      user(ALPINE_UID),
      ...gosu('1.19'),
      env('LANG', 'en_US.utf8'),
      run('mkdir /docker-entrypoint-initdb.d', { 'docker-entrypoint-initdb.d': directory() }),
      env('PG_MAJOR', major),
      env('PG_VERSION', version),
      apkAdd('bash icu-data-full zstd', { total: 36_500_000, packages: ['bash'] }),
      run(
        'set -eux;   wget -O postgresql.tar.bz2 "https://ftp.postgresql.org/pub/source/v$PG_VERSION/postgresql-$PG_VERSION.tar.bz2";  make -j "$(nproc)" world-bin;  make install-world-bin;  postgres --version',
        () => weighing(218_000_000, 'usr/local/lib/postgresql.data', server(version, 'usr/local/bin')),
      ),
      runDirectory(ALPINE_UID),
      ...ending(ALPINE_UID, major),
    ],
  });
}

const VERSIONS: readonly Version[] = [
  {
    version: '18.1',
    packaged: '18.1-1.pgdg13+2',
    names: ['latest', '18', '18.1'],
    created: '2026-11-18T05:42:10Z',
  },
  { version: '17.7', packaged: '17.7-3.pgdg13+1', names: ['17', '17.7'], created: '2026-11-18T05:45:33Z' },
  { version: '16.11', packaged: '16.11-1.pgdg13+1', names: ['16', '16.11'], created: '2026-11-18T05:49:02Z' },
];

export const postgresRecipes: readonly Recipe[] = VERSIONS.flatMap((version) => [
  onDebian(version),
  onAlpine(version),
]);
