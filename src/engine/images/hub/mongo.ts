import { useradd } from '../accounts.ts';
import { cmd, copyScript, entrypoint, env, expose, image, run, volume } from '../dockerfile.ts';
import { gosu } from '../gosu.ts';
import { aptInstall } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { directory, program, weighing } from '../tree.ts';
import { ubuntu2204, ubuntu2404 } from './ubuntu.ts';

/** Our own; messages, variables and what it does are those of the official image's. */
const ENTRYPOINT = `#!/bin/bash
# Makes the first user and runs scripts in an empty data directory, then starts the server.
set -Eeuo pipefail

case "\${1:-}" in
  -*) set -- mongod "$@" ;;
esac

if [[ "$1" == mongo* ]] && [ "$(id -u)" = 0 ]; then
  if [ "$1" = mongod ]; then
    find /data/configdb /data/db \\! -user mongodb -exec chown mongodb '{}' +
  fi
  # The server that makes the first user writes to the container's own output.
  chown --dereference mongodb "/proc/$$/fd/1" "/proc/$$/fd/2" || :
  exec gosu mongodb "$0" "$@"
fi

# NAME, or what is in the file that NAME_FILE names.
take() {
  local name=$1 file=\${1}_FILE
  if [ -n "\${!name:-}" ] && [ -n "\${!file:-}" ]; then
    echo >&2 "error: both $name and $file are set (but are exclusive)"
    exit 1
  fi
  if [ -n "\${!file:-}" ]; then export "$name"="$(cat "\${!file}")"; fi
  unset "$file"
}

shell() { mongosh --quiet --host 127.0.0.1 --port 27017 "$@"; }

# The server's own arguments, without those that would open it to others.
own_arguments() {
  local skip=
  arguments=()
  for argument in "$@"; do
    if [ -n "$skip" ]; then skip=; continue; fi
    case "$argument" in
      --bind_ip | --port | --logpath | --pidfilepath) skip=1 ;;
      --bind_ip=* | --port=* | --logpath=* | --pidfilepath=* | --bind_ip_all | --auth | --fork | --logappend) ;;
      *) arguments+=("$argument") ;;
    esac
  done
}

if [ "$1" = mongod ]; then
  take MONGO_INITDB_ROOT_USERNAME
  take MONGO_INITDB_ROOT_PASSWORD
  user=\${MONGO_INITDB_ROOT_USERNAME:-}
  password=\${MONGO_INITDB_ROOT_PASSWORD:-}
  if { [ -n "$user" ] && [ -z "$password" ]; } || { [ -z "$user" ] && [ -n "$password" ]; }; then
    cat >&2 <<'EOE'

error: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'
       both must be specified for a user to be created

EOE
    exit 1
  fi
  initialize=
  if [ -n "$user" ]; then initialize=1; fi
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in *.sh | *.js) initialize=1 ;; esac
  done
  # Whatever is there is not to be touched.
  if [ -e /data/db/WiredTiger ] || [ -e /data/db/storage.bson ]; then initialize=; fi

  if [ -n "$initialize" ]; then
    own_arguments "$@"
    pidfile=/tmp/docker-entrypoint-temp-mongod.pid
    "\${arguments[@]}" --bind_ip 127.0.0.1 --port 27017 --logpath "/proc/$$/fd/1" --logappend --pidfilepath "$pidfile" --fork
    if [ -n "$user" ]; then
      shell admin --eval "db.createUser({ user: process.env.MONGO_INITDB_ROOT_USERNAME, pwd: process.env.MONGO_INITDB_ROOT_PASSWORD, roles: [{ role: 'root', db: 'admin' }] })"
    fi
    echo
    export MONGO_INITDB_DATABASE="\${MONGO_INITDB_DATABASE:-test}"
    for file in /docker-entrypoint-initdb.d/*; do
      case "$file" in
        *.sh) echo "$0: running $file"; . "$file" ;;
        *.js) echo "$0: running $file"; shell "$MONGO_INITDB_DATABASE" "$file"; echo ;;
        *) echo "$0: ignoring $file" ;;
      esac
      echo
    done
    "\${arguments[@]}" --shutdown
    rm -f "$pidfile"
    echo
    echo 'MongoDB init process complete; ready for start up.'
    echo
  fi

  if [ -n "$user" ]; then set -- "$@" --auth; fi
  # A container's neighbours reach it unless it was told otherwise.
  case " $* " in
    *' --bind_ip'*) ;;
    *) set -- "$@" --bind_ip_all ;;
  esac
  unset "\${!MONGO_INITDB_@}"
fi

rm -f /tmp/docker-entrypoint*.json
exec "$@"
`;

interface Version {
  version: string;
  tags: readonly string[];
  created: string;
  from: Recipe;
  /** What Ubuntu's release is called. */
  codename: string;
  /** Of the servers and tools. */
  total: number;
  shell: string;
}

function mongo({ version, tags, created, from, codename, total, shell }: Version): Recipe {
  const major = version.split('.').slice(0, 2).join('.');
  return image({
    repository: 'library/mongo',
    tags: [...tags, ...tags.map((tag) => (tag === 'latest' ? codename : `${tag}-${codename}`))],
    created,
    from,
    lines: [
      run(
        'set -eux;  groupadd --gid 999 --system mongodb;  useradd --uid 999 --system --gid mongodb --home-dir /data/db mongodb;  mkdir -p /data/db /data/configdb;  chown -R mongodb:mongodb /data/db /data/configdb',
        ({ below }) => ({
          ...useradd(below, { name: 'mongodb', uid: 999, home: '/data/db', shell: '/bin/sh' }),
          'data/db': directory(0o755, 999, 999),
          'data/configdb': directory(0o755, 999, 999),
        }),
      ),
      aptInstall('ca-certificates jq numactl procps tzdata', {
        total: 8_790_000,
        packages: ['jq'],
      }),
      ...gosu('1.19'),
      run('mkdir /docker-entrypoint-initdb.d', { 'docker-entrypoint-initdb.d': directory() }),
      env('MONGO_PACKAGE', 'mongodb-org'),
      env('MONGO_REPO', 'repo.mongodb.org'),
      env('MONGO_MAJOR', major),
      run(
        `echo "deb [ signed-by=/etc/apt/keyrings/mongodb.asc ] http://$MONGO_REPO/apt/ubuntu ${codename}/\${MONGO_PACKAGE%-unstable}/$MONGO_MAJOR multiverse" | tee "/etc/apt/sources.list.d/\${MONGO_PACKAGE%-unstable}.list"`,
        {
          'etc/apt/sources.list.d/mongodb-org.list': `deb [ signed-by=/etc/apt/keyrings/mongodb.asc ] http://repo.mongodb.org/apt/ubuntu ${codename}/mongodb-org/${major} multiverse\n`,
        },
      ),
      env('MONGO_VERSION', version),
      run(
        'set -x  && export DEBIAN_FRONTEND=noninteractive  && apt-get update  && apt-get install -y   ${MONGO_PACKAGE}=$MONGO_VERSION   ${MONGO_PACKAGE}-server=$MONGO_VERSION   ${MONGO_PACKAGE}-shell=$MONGO_VERSION   ${MONGO_PACKAGE}-mongos=$MONGO_VERSION   ${MONGO_PACKAGE}-tools=$MONGO_VERSION  && rm -rf /var/lib/apt/lists/*  && rm -rf /var/lib/mongodb  && mv /etc/mongod.conf /etc/mongod.conf.orig',
        () =>
          weighing(total, 'usr/share/doc/mongodb-org/tools.data', {
            'usr/bin/mongod': program(`mongo/mongod@${version}`, 190_000_000),
            'usr/bin/mongosh': program(`mongo/mongosh@${shell}`, 150_000_000),
          }),
      ),
      volume('/data/configdb', '/data/db'),
      env('HOME', '/data/db'),
      copyScript('docker-entrypoint.sh', '/usr/local/bin/', ENTRYPOINT),
      entrypoint('docker-entrypoint.sh'),
      expose(27017),
      cmd('mongod'),
    ],
  });
}

export const mongoRecipes: readonly Recipe[] = [
  mongo({
    version: '8.2.2',
    tags: ['latest', '8', '8.2', '8.2.2'],
    created: '2026-11-18T09:12:44Z',
    from: ubuntu2404,
    codename: 'noble',
    total: 823_000_000,
    shell: '2.5.9',
  }),
  mongo({
    version: '7.0.26',
    tags: ['7', '7.0', '7.0.26'],
    created: '2026-11-18T09:15:20Z',
    from: ubuntu2204,
    codename: 'jammy',
    total: 741_000_000,
    shell: '2.5.9',
  }),
];
