import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { makeVerifier } from '../lib/scram.ts';
import { readFile, utility } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { fileNames, replaceFile } from '../lib/write-file.ts';
import type { Role, RoleFile } from './roles.ts';
import { type Control, type DatabaseFile, PLACES } from './server.ts';

const DIRECTORIES = [
  'base',
  'base/1',
  'base/4',
  'base/5',
  'global',
  'pg_commit_ts',
  'pg_dynshmem',
  'pg_logical',
  'pg_multixact',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_tblspc',
  'pg_twophase',
  'pg_wal',
  'pg_xact',
];

/** How long it takes, most of it to run the bootstrap script. */
const BOOTSTRAP_MS = 450;
const INITIALIZATION_MS = 350;

/** initdb(1): makes a cluster with the databases postgres, template0 and template1, and one role. */
export const initdb = (version: string): Program =>
  utility(async (io) => {
    const { sys, stdout, stderr } = io;
    const given = {
      directory: io.env.get('PGDATA') ?? '',
      user: '',
      local: 'trust',
      host: 'trust',
      file: '',
      checksums: Number.parseInt(version, 10) >= 18,
      sync: true,
    };
    for (let i = 0; i < io.args.length; i++) {
      const arg = io.args[i] ?? '';
      const [, name = '', attached] = /^(--[a-z-]+|-[A-Za-z])(?:=(.*))?$/s.exec(arg) ?? [];
      const value = () => attached ?? io.args[++i] ?? '';
      if (name === '-V' || name === '--version') {
        stdout.write(`initdb (PostgreSQL) ${version}\n`);
        return 0;
      }
      if (name === '-D' || name === '--pgdata') given.directory = value();
      else if (name === '-U' || name === '--username') given.user = value();
      else if (name === '--pwfile') given.file = value();
      else if (name === '-A' || name === '--auth') given.local = given.host = value();
      else if (name === '--auth-local') given.local = value();
      else if (name === '--auth-host') given.host = value();
      else if (name === '-E' || name === '--encoding' || name === '--locale') {
        const only = name === '--locale' ? /^en_US\.utf-?8$/i : /^utf-?8$/i;
        const wanted = value();
        if (!only.test(wanted)) return io.fail(`${name} ${wanted} is not simulated in Drydock`);
      } else if (name === '-k' || name === '--data-checksums') given.checksums = true;
      else if (name === '--no-data-checksums') given.checksums = false;
      else if (name === '') given.directory = arg;
      else if (name === '-N' || name === '--no-sync') given.sync = false;
      else return io.fail(`option "${arg}" is not simulated in Drydock`);
    }
    if (sys.geteuid() === 0) {
      await stderr.write(
        'initdb: error: cannot be run as root\ninitdb: hint: Please log in (using, e.g., "su") as the (unprivileged) user that will own the server process.\n',
      );
      return 1;
    }
    const { directory } = given;
    if (directory === '') {
      await stderr.write(
        'initdb: error: no data directory specified\ninitdb: hint: You must identify the directory where the data for this database system will reside.  Do this with either the invocation option -D or the environment variable PGDATA.\n',
      );
      return 1;
    }
    const owner = (await readAccounts(sys)).userName(sys.geteuid());
    stdout.write(
      `The files belonging to this database system will be owned by user "${owner}".\nThis user must also own the server process.\n\nThe database cluster will be initialized with locale "en_US.utf8".\nThe default database encoding has accordingly been set to "UTF8".\nThe default text search configuration will be set to "english".\n\nData page checksums are ${given.checksums ? 'enabled' : 'disabled'}.\n\n`,
    );
    await stdout.flush();
    const names = await fileNames(sys, directory);
    if (names.length > 0) {
      await stderr.write(
        `initdb: error: directory "${directory}" exists but is not empty\ninitdb: hint: If you want to create a new database system, either remove or empty the directory "${directory}" or run initdb with an argument other than "${directory}".\n`,
      );
      return 1;
    }
    const done = async (what: string, result = 'ok') => {
      stdout.write(`${what} ... ${result}\n`);
      await stdout.flush();
    };
    try {
      const exists = await sys.stat(directory).then(
        () => true,
        () => false,
      );
      if (!exists) await sys.mkdir(directory, 0o700);
      else await sys.chmod(directory, 0o700);
      await done(
        exists ? `fixing permissions on existing directory ${directory}` : `creating directory ${directory}`,
      );
      for (const name of DIRECTORIES) await sys.mkdir(`${directory}/${name}`, 0o700);
      await done('creating subdirectories');
      await done('selecting dynamic shared memory implementation', 'posix');
      await done('selecting default "max_connections"'.replaceAll('"', version < '18' ? '' : '"'), '100');
      await done('selecting default "shared_buffers"'.replaceAll('"', version < '18' ? '' : '"'), '128MB');
      await done('selecting default time zone', 'Etc/UTC');
      const password =
        given.file === '' ? undefined : bytesToText(await readFile(sys, given.file)).split('\n')[0];
      await writeCluster(sys, directory, version, { ...given, user: given.user || owner, password });
      await done('creating configuration files');
      await sys.nanosleep(BOOTSTRAP_MS);
      await done('running bootstrap script');
      await sys.nanosleep(INITIALIZATION_MS);
      await done('performing post-bootstrap initialization');
      if (given.sync) await done('syncing data to disk');
      else
        stdout.write(
          '\nSync to disk skipped.\nThe data directory might become corrupt if the operating system crashes.\n',
        );
    } catch (error) {
      if (!isErrno(error)) throw error;
      await stderr.write(`initdb: error: could not access directory "${directory}": ${error.message}\n`);
      return 1;
    }
    stdout.write(
      `\n\nSuccess. You can now start the database server using:\n\n    pg_ctl -D ${directory} -l logfile start\n\n`,
    );
    await stdout.flush();
    if (given.local === 'trust')
      await stderr.write(
        'initdb: warning: enabling "trust" authentication for local connections\ninitdb: hint: You can change this by editing pg_hba.conf or using the option -A, or --auth-local and --auth-host, the next time you run initdb.\n',
      );
    return 0;
  });

/** Where the package keeps what new clusters begin with. */
const SAMPLES = ['/usr/share/postgresql', '/usr/local/share/postgresql'];

async function sampleOf(sys: Syscalls): Promise<string> {
  for (const directory of SAMPLES) {
    const text = await readFile(sys, `${directory}/postgresql.conf.sample`).then(
      bytesToText,
      () => undefined,
    );
    if (text !== undefined) return text;
  }
  return '';
}

async function writeCluster(
  sys: Syscalls,
  directory: string,
  version: string,
  given: { user: string; local: string; host: string; password: string | undefined },
): Promise<void> {
  const { user, password } = given;
  const write = (name: string, text: string) =>
    replaceFile(sys, `${directory}/${name}`, textToBytes(text), 0o600);
  const role: Role = {
    name: user,
    ...(password === undefined ? {} : { password: makeVerifier(password, sys.getrandom(16)) }),
    superuser: true,
    login: true,
    createdb: true,
    createrole: true,
    inherit: true,
    replication: true,
  };
  const databases: DatabaseFile = {
    postgres: { oid: 5, owner: user },
    template0: { oid: 4, owner: user },
    template1: { oid: 1, owner: user },
  };
  await write(PLACES.version, `${version.split('.')[0]}\n`);
  await write(PLACES.roles, JSON.stringify({ roles: [role], grants: [] } satisfies RoleFile));
  await write(PLACES.databases, JSON.stringify(databases));
  await write(
    PLACES.control,
    JSON.stringify({ state: 'shut down', at: sys.clock_gettime() } satisfies Control),
  );
  await write(
    PLACES.settings,
    "# Settings of this cluster; what is left out is as it is by default.\nmax_connections = 100\nshared_buffers = 128MB\ndynamic_shared_memory_type = posix\nmax_wal_size = 1GB\nmin_wal_size = 80MB\nlog_timezone = 'Etc/UTC'\ndatestyle = 'iso, mdy'\ntimezone = 'Etc/UTC'\ndefault_text_search_config = 'pg_catalog.english'\n" +
      (await sampleOf(sys)),
  );
  await write('postgresql.auto.conf', '# What ALTER SYSTEM has set; not to be edited.\n');
  await write('pg_ident.conf', '# Maps users of the system to roles.\n');
  await write(
    PLACES.hba,
    `# Who may come from where, and by which proof. The first line that fits counts.\n# TYPE  DATABASE        USER            ADDRESS                 METHOD\nlocal   all             all                                     ${given.local}\nhost    all             all             127.0.0.1/32            ${given.host}\nhost    all             all             ::1/128                 ${given.host}\nlocal   replication     all                                     ${given.local}\nhost    replication     all             127.0.0.1/32            ${given.host}\nhost    replication     all             ::1/128                 ${given.host}\n`,
  );
}
