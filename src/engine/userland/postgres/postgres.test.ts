import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { spawnCaptured } from '../../kernel/capture.ts';
import { login } from '../../kernel/credentials.ts';
import { send } from '../../kernel/signal-delivery.ts';
import type { Signal } from '../../kernel/signals.ts';
import { bootTestMachine, type TestMachine } from '../../kernel/testing.ts';
import { ip } from '../net/ip/ip.ts';
import { postgres } from './index.ts';

const DATA = '/tmp/data';
const POSTGRES = login(70, 70, [70]);

class Lab {
  readonly m: TestMachine;

  constructor(version = '15.18') {
    const programs = Object.fromEntries([...postgres].map(([name, make]) => [name, make(version)]));
    this.m = bootTestMachine({
      programs: { ...programs, ip },
      files: {
        '/etc/passwd': 'root:x:0:0:::\npostgres:x:70:70::/tmp:/bin/sh\n',
        '/etc/hosts': '127.0.0.1\tlocalhost\n',
      },
    });
  }

  /** What a command prints, standard output and error together, and its status unless that is 0. */
  async run(
    argv: readonly string[],
    options: { stdin?: string; env?: Record<string, string>; root?: true } = {},
  ) {
    let out = '';
    const print = (chunk: Uint8Array) => {
      out += decode(chunk);
    };
    const { task, exited } = spawnCaptured(this.m.kernel, {
      path: `/bin/${argv[0]}`,
      argv,
      env: new Map(
        Object.entries({ PATH: '/bin', HOME: '/tmp', PGHOST: '/tmp', PGDATA: DATA, ...options.env }),
      ),
      ...(options.root ? {} : { cred: POSTGRES }),
      stdin: encode(options.stdin ?? ''),
      stdout: print,
      stderr: print,
    });
    await this.m.runUntil(() => task.zombie);
    if (this.m.faults.length > 0) throw this.m.faults.shift();
    const { kind, ...status } = await exited;
    return kind === 'exited' && 'code' in status && status.code === 0
      ? out
      : `${out}[${JSON.stringify(status)}]\n`;
  }

  async start(...options: string[]) {
    let out = '';
    const print = (chunk: Uint8Array) => {
      out += decode(chunk);
    };
    const { task } = spawnCaptured(this.m.kernel, {
      path: '/bin/postgres',
      argv: ['postgres', '-D', DATA, '-k', '/tmp', ...options],
      env: new Map([['PATH', '/bin']]),
      cred: POSTGRES,
      stdout: print,
      stderr: print,
    });
    await this.m.advance(1000);
    return {
      log: () => out,
      end: async (signal: Signal) => {
        send(task, signal);
        await this.m.runUntil(() => task.zombie);
      },
    };
  }

  /** Clients that stay for three seconds. */
  async occupy(count: number) {
    for (let i = 0; i < count; i++)
      spawnCaptured(this.m.kernel, {
        path: '/bin/psql',
        argv: ['psql', '-h', '/tmp', '-U', 'postgres', '-c', 'select pg_sleep(3)'],
        env: new Map(),
        cred: POSTGRES,
        stdout: () => {},
        stderr: () => {},
      });
    await this.m.advance(100);
  }

  async ready(...initdb: string[]) {
    await this.run(['ip', 'link', 'set', 'lo', 'up'], { root: true });
    await this.run(['initdb', ...initdb]);
    return this.start();
  }
}

/** Statements and what psql 15.18 showed of PostgreSQL 15.18's answers: `> STATEMENT`, then the lines. */
const recorded = readFileSync(new URL('recorded.txt', import.meta.url), 'utf8')
  .split(/^> /m)
  .slice(1)
  .map((block) => {
    const [statement = '', ...lines] = block.split('\n');
    return { statement, shown: lines.join('\n') };
  });

/** What is not simulated, and said to be. */
const NOT_SIMULATED = [
  'select array[1,2]',
  'select json_build_object',
  'select pg_typeof',
  'create view',
  'explain',
  'vacuum',
];

/** Simplified: decimals without a scale lose zeros at their end, and names of columns in quotes are found in any case. */
const UNLIKE = ["select date '2026-11-21', '2026-11-21 08:00:00'::timestamp", 'select "Name" from pets'];

test('statements are answered in the words of the real server', async () => {
  const lab = new Lab();
  await lab.ready();
  const script = recorded
    .map(({ statement }) => `\\echo '> ${statement.replaceAll("'", "''")}'\n${statement};\n`)
    .join('');
  const out = await lab.run(['psql', '-U', 'postgres'], { stdin: script });
  const answers = new Map(
    out
      .split(/^> /m)
      .slice(1)
      .map((block, at) => [at, block.slice(block.indexOf('\n') + 1)] as const),
  );
  const unlike: string[] = [];
  for (const [at, { statement, shown }] of recorded.entries()) {
    const answer = answers.get(at) ?? '';
    const begins = (one: string) => statement.startsWith(one);
    if (NOT_SIMULATED.some(begins)) expect(answer).toContain('not simulated in Drydock');
    else if (UNLIKE.some(begins)) expect(answer).not.toBe(shown);
    else if (answer !== shown) unlike.push(`> ${statement}\n${answer}instead of\n${shown}`);
  }
  expect(unlike.join('\n')).toBe('');
});

/** What psql 15.18 showed of the same statements. */
const LOOKED = `        List of relations
 Schema | Name | Type  |  Owner   
--------+------+-------+----------
 public | a    | table | postgres
 public | b    | table | postgres
(2 rows)

            List of relations
 Schema |   Name   |   Type   |  Owner   
--------+----------+----------+----------
 public | a        | table    | postgres
 public | a_id_seq | sequence | postgres
 public | b        | table    | postgres
(3 rows)

                                   Table "public.a"
 Column |         Type          | Collation | Nullable |            Default            
--------+-----------------------+-----------+----------+-------------------------------
 id     | integer               |           | not null | nextval('a_id_seq'::regclass)
 name   | character varying(10) |           | not null | 'x'::character varying
 n      | integer               |           |          | 
Indexes:
    "a_pkey" PRIMARY KEY, btree (id)
    "a_name_n_key" UNIQUE CONSTRAINT, btree (name, n)
Check constraints:
    "a_n_check" CHECK (n > 0)
Referenced by:
    TABLE "b" CONSTRAINT "b_id_fkey" FOREIGN KEY (id) REFERENCES a(id) ON DELETE CASCADE

                           Table "public.b"
 Column |            Type             | Collation | Nullable | Default 
--------+-----------------------------+-----------+----------+---------
 id     | integer                     |           |          | 
 t      | timestamp without time zone |           |          | now()
Indexes:
    "b_t" btree (t)
Foreign-key constraints:
    "b_id_fkey" FOREIGN KEY (id) REFERENCES a(id) ON DELETE CASCADE

Did not find any relation named "nix".
Did not find any relation named "nix*".
Expanded display is on.
-[ RECORD 1 ]
id   | 1
name | one
n    | 1
-[ RECORD 2 ]
id   | 2
name | two
n    | 2

(0 rows)

Expanded display is off.
Tuples only is on.
  1 | one
  2 | two

Tuples only is off.
Output format is unaligned.
id|name
1|one
2|two
(2 rows)
Output format is aligned.
invalid command \\foo
hi
`;

test('psql shows what there is, and rows in all its ways', async () => {
  const lab = new Lab();
  await lab.ready();
  const psql = (...args: string[]) => lab.run(['psql', '-U', 'postgres', ...args]);
  await psql(
    '-c',
    "create table a (id serial primary key, name varchar(10) default 'x' not null, n int check (n > 0), unique (name, n)); create table b (id int references a(id) on delete cascade, t timestamp default now()); create index b_t on b (t); insert into a (name, n) values ('one', 1), ('two', 2)",
  );
  const script = `\\dt\n\\d\n\\d a\n\\d b\n\\d nix\n\\dt nix*\n\\x\nselect * from a;\nselect * from a where false;\n\\x\n\\t\nselect id, name from a;\n\\t\n\\a\nselect id, name from a;\n\\a\n\\foo\n\\echo hi\n`;
  expect(await lab.run(['psql', '-U', 'postgres'], { stdin: script })).toBe(LOOKED);
  const values = "select 1 as a, 'x,y' as b, null as c";
  expect(await psql('--csv', '-c', values)).toBe('a,b,c\n1,"x,y",\n');
  expect(await psql('-At', '-c', values)).toBe('1|x,y|\n');
  expect(await psql('-x', '-c', "select 1 as a, 'a long value of text' as bcdefghijklmnopqrstuvw")).toBe(
    '-[ RECORD 1 ]----------+---------------------\na                      | 1\nbcdefghijklmnopqrstuvw | a long value of text\n\n',
  );
  expect(await psql('-c', 'select 1; select 2/0; select 3')).toBe(
    ' ?column? \n----------\n        1\n(1 row)\n\nERROR:  division by zero\n[{"code":1}]\n',
  );
  expect(
    await psql(
      '-c',
      "select a\nfrom a where averyveryverylongcolumnname = 'with a very long value indeed' and id = 7",
    ),
  ).toBe(
    `ERROR:  column "averyveryverylongcolumnname" does not exist\nLINE 2: from a where averyveryverylongcolumnname = 'with a very long...\n                     ^\n[{"code":1}]\n`,
  );
  expect(
    await lab.run(['psql', '-U', 'postgres', '-v', 'ON_ERROR_STOP=1'], { stdin: 'select 1/0;\nselect 1;\n' }),
  ).toBe('ERROR:  division by zero\n[{"code":3}]\n');
});

test('who comes with a password proves that, and who is not let in is told why', async () => {
  const lab = new Lab();
  lab.m.write('/tmp/pw', 'right\n');
  const server = await lab.ready('--username=postgres', '--pwfile=/tmp/pw', '--auth-host=scram-sha-256');
  const psql = (args: string[], env: Record<string, string> = {}) =>
    lab.run(['psql', '-w', '-tA', '-c', 'select current_user', ...args], { env });
  const tcp = ['-h', 'localhost', '-U', 'postgres'];
  const at = 'psql: error: connection to server at "localhost" (127.0.0.1), port 5432 failed:';
  expect(await psql(tcp, { PGPASSWORD: 'right' })).toBe('postgres\n');
  expect(await psql(['postgresql://postgres:right@localhost:5432/postgres'])).toBe('postgres\n');
  expect(await psql(tcp, { PGPASSWORD: 'wrong' })).toBe(
    `${at} FATAL:  password authentication failed for user "postgres"\n[{"code":2}]\n`,
  );
  expect(await psql(tcp)).toBe(`${at} fe_sendauth: no password supplied\n[{"code":2}]\n`);
  expect(server.log()).toContain(
    'DETAIL:  Connection matched file "/tmp/data/pg_hba.conf" line 4: "host    all             all             127.0.0.1/32            scram-sha-256"',
  );
  const socket = 'psql: error: connection to server on socket "/tmp/.s.PGSQL.5432" failed:';
  expect(await psql(['-U', 'nix'])).toBe(`${socket} FATAL:  role "nix" does not exist\n[{"code":2}]\n`);
  expect(await psql(['-U', 'postgres', '-d', 'nix'])).toBe(
    `${socket} FATAL:  database "nix" does not exist\n[{"code":2}]\n`,
  );
  expect(await psql(['-h', 'localhost', '-p', '1'])).toBe(
    'psql: error: connection to server at "localhost" (127.0.0.1), port 1 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n[{"code":2}]\n',
  );
  expect(await psql(['-h', '/nowhere'])).toBe(
    'psql: error: connection to server on socket "/nowhere/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n[{"code":2}]\n',
  );
  expect(await lab.run(['pg_isready', '-h', 'localhost'])).toBe('localhost:5432 - accepting connections\n');
  expect(await lab.run(['pg_isready', '-p', '1'])).toBe('/tmp:1 - no response\n[{"code":2}]\n');
});

test('a role may do what it was granted, and no more', async () => {
  const lab = new Lab();
  await lab.ready('--username=postgres');
  const as = (user: string, statement: string, database = 'shop') =>
    lab.run(['psql', '-U', user, '-d', database, '-tA', '-c', statement]);
  await as('postgres', 'create role ada login', 'postgres');
  expect(await lab.run(['createdb', '-U', 'postgres', 'shop'])).toBe('');
  await as('postgres', 'create table t (a int); insert into t values (1)');
  expect(await as('ada', 'select * from t')).toBe('ERROR:  permission denied for table t\n[{"code":1}]\n');
  await as('postgres', 'grant select on t to ada');
  expect(await as('ada', 'select * from t')).toBe('1\n');
  expect(await as('ada', 'insert into t values (2)')).toContain('permission denied for table t');
  expect(await as('ada', 'drop table t')).toContain('must be owner of table t');
  expect(await as('ada', 'create table mine (a int)')).toContain('permission denied for schema public');
  expect(await as('ada', 'create database d')).toContain('permission denied to create database');
  expect(await as('ada', 'create role eve')).toContain('permission denied to create role');
  expect(await as('postgres', 'drop role ada')).toBe(
    'ERROR:  role "ada" cannot be dropped because some objects depend on it\nDETAIL:  privileges for table t\n[{"code":1}]\n',
  );
  expect(await as('postgres', 'drop database shop')).toContain('cannot drop the currently open database');
});

test('what was committed is there after an end and after a crash, and only once is a server started', async () => {
  const lab = new Lab();
  const first = await lab.ready('--username=postgres');
  const count = () => lab.run(['psql', '-U', 'postgres', '-tA', '-c', 'select count(*) from t']);
  await lab.run(['psql', '-U', 'postgres', '-c', 'create table t (a int); insert into t values (1), (2)']);
  const other = await lab.start('-p', '5433');
  expect(other.log()).toMatch(/FATAL: {2}lock file "postmaster\.pid" already exists\n/);
  await first.end('SIGINT');
  expect(first.log()).toMatch(/received fast shutdown request[\s\S]*database system is shut down\n$/);
  const second = await lab.start();
  expect(second.log()).toMatch(/database system was shut down at [\s\S]*ready to accept connections\n$/);
  expect(await count()).toBe('2\n');
  await lab.run(['psql', '-U', 'postgres'], { stdin: 'begin;\ninsert into t values (3);\n' });
  expect(await count()).toBe('2\n');
  await second.end('SIGKILL');
  const third = await lab.start();
  expect(third.log()).toContain('database system was not properly shut down; automatic recovery in progress');
  expect(await count()).toBe('2\n');
  expect(await lab.run(['pg_ctl', 'status'])).toMatch(/^pg_ctl: server is running \(PID: \d+\)\n$/);
  expect(await lab.run(['pg_ctl', 'stop'])).toBe(
    'waiting for server to shut down.... done\nserver stopped\n',
  );
  expect(await lab.run(['pg_ctl', 'status'])).toBe('pg_ctl: no server running\n[{"code":3}]\n');
  expect(await lab.run(['postgres', '-D', DATA], { root: true })).toContain(
    '"root" execution of the PostgreSQL server is not permitted.',
  );
  expect(await lab.run(['initdb'])).toContain('initdb: error: directory "/tmp/data" exists but is not empty');
});

/** What is expected here is what PostgreSQL 15.18 and its clients were seen to print. */
test('settings are heeded, and changed by whom and when they can be', async () => {
  const lab = new Lab();
  await lab.ready('--username=postgres', '--no-sync');
  await lab.run(['pg_ctl', 'stop']);
  const server = await lab.start('-c', 'log_statement=mod', '-N', '5');
  const psql = (...args: string[]) => lab.run(['psql', '-U', 'postgres', ...args]);
  const set = (name: string, value: string) => psql('-c', `set ${name} = ${value}`);
  expect(await set('nix', '1')).toBe('ERROR:  unrecognized configuration parameter "nix"\n[{"code":1}]\n');
  expect(await set('log_statement', '1')).toBe(
    'ERROR:  invalid value for parameter "log_statement": "1"\nHINT:  Available values: none, ddl, mod, all.\n[{"code":1}]\n',
  );
  expect(await set('max_connections', '3')).toBe(
    'ERROR:  parameter "max_connections" cannot be changed without restarting the server\n[{"code":1}]\n',
  );
  expect(await set('statement_timeout', '100')).toContain('is not simulated in Drydock');
  expect(await set('timezone', "'UTC'")).toBe('SET\n');
  await psql('-c', 'create role joe login', '-c', 'select 1', '-c', 'insert into nix\nvalues (1)');
  expect(server.log()).toMatch(/LOG: {2}statement: create role joe login\n/);
  expect(server.log()).toMatch(/LOG: {2}statement: insert into nix\n\tvalues \(1\)\n/);
  expect(server.log()).not.toContain('statement: select 1');
  expect(await psql('-o', 'f')).toBe('psql: option -o is not simulated in Drydock\n[{"code":1}]\n');
  await lab.occupy(2);
  const refused = (text: string) =>
    `psql: error: connection to server on socket "/tmp/.s.PGSQL.5432" failed: FATAL:  ${text}\n[{"code":2}]\n`;
  expect(await lab.run(['psql', '-U', 'joe', '-d', 'postgres', '-c', 'select 1'])).toBe(
    refused('remaining connection slots are reserved for non-replication superuser connections'),
  );
  await lab.occupy(3);
  expect(await psql('-c', 'select 1')).toBe(refused('sorry, too many clients already'));
  await lab.m.advance(4000);
  expect(await psql('-tA', '-c', 'select 1')).toBe('1\n');
  await server.end('SIGINT');
  expect((await lab.start('-c', 'timezone=Asia/Tokyo')).log()).toMatch(
    /FATAL: {2}timezone = "Asia\/Tokyo" is not simulated in Drydock\n$/,
  );
});

test('psql echoes what it sends, and puts all of it in one transaction', async () => {
  const lab = new Lab();
  await lab.ready('--username=postgres');
  const psql = (...args: string[]) => lab.run(['psql', '-U', 'postgres', ...args]);
  const one = ' ?column? \n----------\n        1\n(1 row)\n\n';
  const two = one.replace('1\n', '2\n');
  const failed = `psql:/tmp/f.sql:7: ERROR:  relation "nix" does not exist\nLINE 1: insert into nix values (1);\n                    ^\n`;
  lab.m.write('/tmp/f.sql', 'select 1;\n\n-- hi\nselect\n2;\n\\echo x\ninsert into nix values (1);\n');
  expect(await psql('-a', '-f', '/tmp/f.sql')).toBe(
    `select 1;\n${one}-- hi\nselect\n2;\n${two}\\echo x\nx\ninsert into nix values (1);\n${failed}`,
  );
  expect(await psql('-e', '-f', '/tmp/f.sql')).toBe(
    `select 1;\n${one}select\n2;\n${two}x\ninsert into nix values (1);\n${failed}`,
  );
  expect(await psql('-1', '-c', 'create table t1 (a int)', '-c', 'select 1/0', '-c', 'select 3')).toBe(
    'CREATE TABLE\nERROR:  division by zero\nERROR:  current transaction is aborted, commands ignored until end of transaction block\n[{"code":1}]\n',
  );
  expect(await psql('-c', 'select count(*) from t1')).toContain('relation "t1" does not exist');
  lab.m.write('/tmp/g.sql', 'create table t2 (a int);\nselect 1/0;\nselect 4;\n');
  expect(await psql('-1', '-v', 'ON_ERROR_STOP=1', '-f', '/tmp/g.sql')).toBe(
    'CREATE TABLE\npsql:/tmp/g.sql:2: ERROR:  division by zero\n[{"code":3}]\n',
  );
  expect(await psql('-1', '-c', 'create table t9 (a int)', '-c', '\\foo')).toBe(
    'CREATE TABLE\ninvalid command \\foo\n[{"code":1}]\n',
  );
  expect(await psql('-tA', '-c', 'select count(*) from t9')).toBe('0\n');
  await psql('-1', '-v', 'ON_ERROR_STOP=1', '-c', 'create table t10 (a int)', '-c', '\\foo');
  expect(await psql('-c', 'select count(*) from t10')).toContain('relation "t10" does not exist');
  const path = "SELECT pg_catalog.set_config('search_path', '', false);\n";
  expect(await lab.run(['createdb', '-e', '-U', 'postgres', 'nx'])).toBe(`${path}CREATE DATABASE nx;\n`);
  expect(await lab.run(['dropdb', '-e', '-U', 'postgres', 'nix'])).toBe(
    `${path}DROP DATABASE nix;\ndropdb: error: database removal failed: ERROR:  database "nix" does not exist\n[{"code":1}]\n`,
  );
  expect(await lab.run(['createdb', '-z'])).toBe(
    `createdb: invalid option -- 'z'\ncreatedb: hint: Try "createdb --help" for more information.\n[{"code":1}]\n`,
  );
  expect(await lab.run(['pg_ctl', '-m', 'bad', 'stop'])).toBe(
    'pg_ctl: unrecognized shutdown mode "bad"\nTry "pg_ctl --help" for more information.\n[{"code":1}]\n',
  );
  expect(await lab.run(['pg_ctl', '-l', '/tmp/lf', '-o', '-k /tmp', 'restart'])).toBe(
    'waiting for server to shut down.... done\nserver stopped\nwaiting for server to start.... done\nserver started\n',
  );
  expect(lab.m.read('/tmp/lf')).toContain('database system is ready to accept connections');
});
