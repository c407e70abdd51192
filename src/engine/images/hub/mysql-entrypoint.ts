/**
 * What the entry points of MySQL's and MariaDB's images have in common: a new database is made by a temporary server that nobody
 * else can reach, with what the environment says. The words are those of the real scripts.
 */
export interface EntryPoint {
  /** `MySQL`, `MariaDB`. */
  product: string;
  /** The variable that the version is in. */
  version: string;
  /** The environment's variables begin with it; MARIADB_… also under its older name. */
  prefix: 'MYSQL' | 'MARIADB';
  server: string;
  client: string;
  socket: string;
  /** Shell lines: making the data directory, starting and stopping the temporary server. */
  initialize: string;
  start: string;
  stop: string;
  /** What is said when no password is set. */
  missing: string;
  /** What comes after the accounts. */
  after: string;
}

export const mysqlEntryPoint = (e: EntryPoint): string => `#!/usr/bin/env bash
set -eo pipefail
shopt -s nullglob

say() { printf '%s [%s] [Entrypoint]: %s\\n' "$(date --rfc-3339=seconds)" "$1" "$2"; }
note() { say Note "$1"; }
warn() { say Warn "$1" >&2; }
die() {
  say ERROR "$1" >&2
  exit 1
}

# A variable may stand in a file that NAME_FILE names.
take() {
  local name=$1 file=$1_FILE
  if [ -n "\${!name}" ] && [ -n "\${!file}" ]; then
    die "Both $name and $file are set (but are exclusive)"
  fi
  if [ -n "\${!file}" ]; then
    export "$name"="$(cat "\${!file}")"
  elif [ -z "\${!name}" ] && [ -n "$2" ]; then
    export "$name"="$2"
  fi
  unset "$file"
}
${
  e.prefix === 'MARIADB'
    ? `
# What is said with the older names counts as well.
older() {
  local old=MYSQL_$1 new=MARIADB_$1
  take "$old"
  take "$new"
  if [ -z "\${!new}" ] && [ -n "\${!old}" ]; then
    export "$new"="\${!old}"
  fi
}
`
    : ''
}
datadir=/var/lib/mysql
for arg; do
  case "$arg" in
    --datadir=*) datadir=\${arg#--datadir=} ;;
  esac
done

sql() {
  MYSQL_PWD=$password ${e.client} --protocol=socket -uroot -hlocalhost --socket=${e.socket} "$@"
}

# A text within quotes of SQL.
quoted() {
  local text=\${1//\\\\/\\\\\\\\}
  printf '%s' "\${text//\\'/\\\\\\'}"
}

require_password() {
  if [ -z "$${e.prefix}_ROOT_PASSWORD" ] && [ -z "$${e.prefix}_ALLOW_EMPTY_${e.prefix === 'MYSQL' ? '' : 'ROOT_'}PASSWORD" ] && [ -z "$${e.prefix}_RANDOM_ROOT_PASSWORD" ]; then
    die "${e.missing}"
  fi
${
  e.prefix === 'MYSQL'
    ? `  if [ "$MYSQL_USER" = root ]; then
    die "MYSQL_USER=\\"root\\", MYSQL_USER and MYSQL_PASSWORD are for configuring a regular user and cannot be used for the root user
    Remove MYSQL_USER=\\"root\\" and use one of the following to control the root user password:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD"
  fi
  if [ -n "$MYSQL_USER" ] && [ -z "$MYSQL_PASSWORD" ]; then
    warn 'MYSQL_USER specified, but missing MYSQL_PASSWORD; MYSQL_USER will not be created'
  elif [ -z "$MYSQL_USER" ] && [ -n "$MYSQL_PASSWORD" ]; then
    warn 'MYSQL_PASSWORD specified, but missing MYSQL_USER; MYSQL_PASSWORD will be ignored'
  fi
`
    : ''
}}

make_accounts() {
  local root user
  if [ -n "$${e.prefix}_RANDOM_ROOT_PASSWORD" ]; then
    ${e.prefix}_ROOT_PASSWORD=$(head -c 18 /dev/urandom | base64)
    note "GENERATED ROOT PASSWORD: $${e.prefix}_ROOT_PASSWORD"
  fi
  root=$(quoted "$${e.prefix}_ROOT_PASSWORD")
  if [ "$${e.prefix}_ROOT_HOST" != localhost ]; then
    sql -e "CREATE USER 'root'@'$${e.prefix}_ROOT_HOST' IDENTIFIED BY '$root'; GRANT ALL ON *.* TO 'root'@'$${e.prefix}_ROOT_HOST' WITH GRANT OPTION"
  fi
  sql -e "ALTER USER 'root'@'localhost' IDENTIFIED BY '$root'"
  password=$${e.prefix}_ROOT_PASSWORD
  if [ -n "$${e.prefix}_DATABASE" ]; then
    note "Creating database $${e.prefix}_DATABASE"
    sql -e "CREATE DATABASE IF NOT EXISTS \\\`$${e.prefix}_DATABASE\\\`"
  fi
  if [ -n "$${e.prefix}_USER" ] && [ -n "$${e.prefix}_PASSWORD" ]; then
    note "Creating user $${e.prefix}_USER"
    user=$(quoted "$${e.prefix}_PASSWORD")
    sql -e "CREATE USER '$${e.prefix}_USER'@'%' IDENTIFIED BY '$user'"
    if [ -n "$${e.prefix}_DATABASE" ]; then
      note "Giving user $${e.prefix}_USER access to schema $${e.prefix}_DATABASE"
      sql -e "GRANT ALL ON \\\`\${${e.prefix}_DATABASE//_/\\\\_}\\\`.* TO '$${e.prefix}_USER'@'%'"
    fi
  fi
}

run_scripts() {
  local file
  echo
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh)
        if [ -x "$file" ]; then
          note "$0: running $file"
          "$file"
        else
          note "$0: sourcing $file"
          . "$file"
        fi
        ;;
      *.sql)
        note "$0: running $file"
        sql $${e.prefix}_DATABASE < "$file"
        ;;
      *.sql.gz)
        note "$0: running $file"
        gunzip -c "$file" | sql $${e.prefix}_DATABASE
        ;;
      *) warn "$0: ignoring $file" ;;
    esac
    echo
  done
}

case "$1" in
  -*) set -- ${e.server} "$@" ;;
esac

if [ "$1" = ${e.server} ]${e.server === 'mariadbd' ? ' || [ "$1" = mysqld ]' : ''}; then
  note "Entrypoint script for ${e.product} Server \${${e.version}} started."
${
  e.prefix === 'MYSQL'
    ? `  take MYSQL_ROOT_HOST %
  take MYSQL_DATABASE
  take MYSQL_USER
  take MYSQL_PASSWORD
  take MYSQL_ROOT_PASSWORD
`
    : `  for name in ROOT_HOST DATABASE USER PASSWORD ROOT_PASSWORD RANDOM_ROOT_PASSWORD; do older "$name"; done
  : "\${MARIADB_ROOT_HOST:=%}" "\${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:=\${MYSQL_ALLOW_EMPTY_PASSWORD:-}}"
`
}
  mkdir -p "$datadir"
  if [ "$(id -u)" = 0 ]; then
    find "$datadir" \\! -user mysql -exec chown mysql '{}' +
    note "Switching to dedicated user 'mysql'"
    exec gosu mysql "$0" "$@"
  fi
  if [ ! -d "$datadir/mysql" ]; then
    require_password
    note "Initializing database files"
    ${e.initialize}
    note "Database files initialized"
    note "Starting temporary server"
    ${e.start}
    note "Temporary server started."
    password=
    make_accounts
    run_scripts
${e.after}    note "Stopping temporary server"
    ${e.stop}
    note "Temporary server stopped"
    echo
    note "${e.product} init process done. Ready for start up."
    echo
  fi
fi

exec "$@"
`;
