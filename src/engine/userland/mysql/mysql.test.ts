import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decode } from '../../base/bytes.ts';
import { spawnCaptured } from '../../kernel/capture.ts';
import { send } from '../../kernel/signal-delivery.ts';
import type { Signal } from '../../kernel/signals.ts';
import { bootTestMachine, type TestMachine } from '../../kernel/testing.ts';
import { ip } from '../net/ip/ip.ts';
import { mysql } from './index.ts';
import type { Flavour } from './words.ts';

const VERSIONS: Record<Flavour, string> = { mysql: '8.4.7', mariadb: '11.8.5-MariaDB-ubu2404' };

class Lab {
  readonly m: TestMachine;
  readonly flavour: Flavour;

  constructor(flavour: Flavour) {
    this.flavour = flavour;
    const programs = Object.fromEntries([...mysql].map(([name, make]) => [name, make(VERSIONS[flavour])]));
    this.m = bootTestMachine({
      programs: { ...programs, ip },
      files: {
        '/etc/hosts': '127.0.0.1\tlocalhost\n',
        '/var/lib/mysql/': '',
        '/run/mysqld/': '',
        '/var/run/mysqld/': '',
      },
    });
  }

  get server(): string {
    return this.flavour === 'mariadb' ? 'mariadbd' : 'mysqld';
  }

  get client(): string {
    return this.flavour === 'mariadb' ? 'mariadb' : 'mysql';
  }

  async initialize(): Promise<void> {
    await this.m.run(['ip', 'link', 'set', 'lo', 'up']);
    await this.m.run([this.server, '--initialize-insecure', '--user=root']);
  }

  async start(...options: string[]) {
    let out = '';
    const print = (chunk: Uint8Array) => {
      out += decode(chunk);
    };
    const { task } = spawnCaptured(this.m.kernel, {
      path: `/bin/${this.server}`,
      argv: [this.server, '--user=root', ...options],
      env: new Map(),
      stdout: print,
      stderr: print,
    });
    await this.m.advance(2000);
    return {
      log: () => out,
      end: async (signal: Signal) => {
        send(task, signal);
        await this.m.runUntil(() => task.zombie);
      },
    };
  }

  async run(words: string[], options: { stdin?: string; env?: Record<string, string> } = {}) {
    return this.m.run([this.client, ...words], options);
  }

  /** What a statement gives, as a table, or the error. */
  async ask(statement: string, ...options: string[]): Promise<string> {
    const { stdout, stderr } = await this.run(['-t', ...options, '-e', statement]);
    return stdout + errors(stderr);
  }
}

const errors = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('ERROR'))
    .map((line) => `${line}\n`)
    .join('');

/** Statements with what MariaDB 10.11's client shows of them, one after the other in a database `app`. */
const RECORDED = readFileSync(new URL('recorded.txt', import.meta.url), 'utf8')
  .split(/^> /m)
  .slice(1)
  .map((block) => [block.slice(0, block.indexOf('\n')), block.slice(block.indexOf('\n') + 1)] as const);

test('statements give what they give with MariaDB', async () => {
  const lab = new Lab('mariadb');
  await lab.initialize();
  await lab.start();
  await lab.ask('create database app');
  const differing: Record<string, { ours: string; theirs: string }> = {};
  for (const [statement, theirs] of RECORDED) {
    const ours = await lab.ask(statement, 'app');
    if (ours !== theirs) differing[statement] = { ours, theirs };
  }
  expect(differing).toEqual({});
});

const words = (text: string) => text.trim().split(/\s+/);

test('what is in tables outlives the server, and a password is asked for from then on', async () => {
  const lab = new Lab('mysql');
  await lab.initialize();
  const server = await lab.start();
  expect(server.log()).toMatch(
    /ready for connections\. Version: '8\.4\.7' {2}socket: '\/var\/run\/mysqld\/mysqld\.sock' {2}port: 3306/,
  );
  for (const statement of [
    'create database shop',
    'create table shop.t (id int auto_increment primary key, at datetime default now(), n decimal(6,2) check (n > 0), name varchar(9) unique)',
    "insert into shop.t (n, name) values (1.5, 'grüß'), (2, null)",
    "create user 'app'@'%' identified by 'secret'",
    "grant select, insert on shop.* to 'app'@'%'",
    "alter user 'root'@'localhost' identified by 'top'",
  ])
    expect(await lab.ask(statement)).toBe('');
  await server.end('SIGTERM');
  expect(server.log()).toMatch(
    /Received SHUTDOWN from user <via user signal>[\s\S]*Shutdown complete[\s\S]*MySQL Server - end\.\n$/,
  );
  await lab.start();
  expect(await lab.ask('select * from shop.t')).toBe(
    "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: NO)\n",
  );
  expect(await lab.ask('select * from shop.t', '-pwrong')).toBe(
    "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)\n",
  );
  const { stdout, stderr } = await lab.run(['-ptop', '-N', '-e', 'select id, n, name from shop.t']);
  expect([stdout, stderr]).toEqual([
    '1\t1.50\tgrüß\n2\t2.00\tNULL\n',
    'mysql: [Warning] Using a password on the command line interface can be insecure.\n',
  ]);
  const app = (statement: string) => lab.ask(statement, ...words('-uapp -psecret -h127.0.0.1'));
  expect(await app('insert into shop.t (n) values (3)')).toBe('');
  expect(await app('insert into shop.t (n) values (-3)')).toBe(
    "ERROR 3819 (HY000) at line 1: Check constraint 't_chk_1' is violated.\n",
  );
  expect(await app('delete from shop.t')).toBe(
    "ERROR 1142 (42000) at line 1: DELETE command denied to user 'app'@'127.0.0.1' for table 't'\n",
  );
  expect(await app('create database more')).toBe(
    "ERROR 1044 (42000) at line 1: Access denied for user 'app'@'%' to database 'more'\n",
  );
  expect(await app('select user(), current_user(), count(*) from shop.t')).toContain(
    '| app@127.0.0.1 | app@%          |        3 |',
  );
  expect(await app("insert into shop.t (name) values ('grüß')")).toBe(
    "ERROR 1062 (23000) at line 1: Duplicate entry 'grüß' for key 't.name'\n",
  );
});

test('a transaction is seen by others when it is committed, and who changes the same table waits', async () => {
  const lab = new Lab('mariadb');
  await lab.initialize();
  await lab.start();
  await lab.ask('create database d; create table d.t (n int); insert into d.t values (1)');
  let out = '';
  const { task } = spawnCaptured(lab.m.kernel, {
    path: '/bin/mariadb',
    argv: ['mariadb', '-e', 'begin; update d.t set n = n + 10; select sleep(5); commit'],
    env: new Map(),
    stdout: (chunk) => {
      out += decode(chunk);
    },
    stderr: (chunk) => {
      out += decode(chunk);
    },
  });
  await lab.m.advance(1000);
  expect(await lab.ask('select n from d.t')).toContain('|    1 |');
  const begun = lab.m.clock.now();
  expect(await lab.ask('update d.t set n = n + 100')).toBe('');
  expect(lab.m.clock.now() - begun).toBeGreaterThan(3000);
  await lab.m.runUntil(() => task.zombie);
  expect(out).toBe('sleep(5)\n0\n');
  expect(await lab.ask('select n from d.t')).toContain('|  111 |');
  await lab.ask('begin; delete from d.t; rollback');
  expect(await lab.ask('select count(*) from d.t')).toContain('|        1 |');
});

test('a dump makes the tables again', async () => {
  const lab = new Lab('mysql');
  await lab.initialize();
  await lab.start();
  await lab.ask(
    "create database a; use a; create table p (id int primary key auto_increment, t text); create table c (p int, n decimal(5,1), constraint k foreign key (p) references p (id) on delete cascade); insert into p (t) values ('it''s'), (null); insert into c values (1, 2.5)",
  );
  const dump = await lab.m.run(['mysqldump', 'a']);
  expect([dump.exit, dump.stdout]).toEqual([
    0,
    expect.stringContaining("INSERT INTO `p` VALUES (1,'it\\'s'),\n(2,NULL);\n"),
  ]);
  await lab.ask('create database b');
  expect(await lab.run(['b'], { stdin: dump.stdout })).toMatchObject({ exit: 0, stderr: '' });
  const again = await lab.m.run(['mysqldump', 'b']);
  expect(again.stdout.replaceAll('Database: b', 'Database: a')).toBe(dump.stdout);
  await lab.ask('delete from b.p where id = 1');
  expect(await lab.ask('select count(*) from b.c')).toContain('|        0 |');
});

test('what is missing or strange is said plainly', async () => {
  const lab = new Lab('mysql');
  await lab.m.run(words('ip link set lo up'));
  expect(await lab.ask('select 1')).toBe(
    "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)\n",
  );
  expect(await lab.ask('select 1', '-h127.0.0.1')).toBe(
    "ERROR 2003 (HY000): Can't connect to MySQL server on '127.0.0.1:3306' (111)\n",
  );
  const strange = await lab.m.run(['mysqld', '--user=root', '--nonsense=1']);
  expect([strange.exit, strange.stderr]).toEqual([
    1,
    expect.stringContaining("[ERROR] [MY-000067] [Server] unknown variable 'nonsense=1'.\n"),
  ]);
  expect((await lab.m.run(['mysqld'])).stderr).toContain('how to run mysqld as root!');
  const ping = await lab.m.run(words('mysqladmin ping'));
  expect([ping.exit, ping.stderr]).toEqual([
    1,
    expect.stringMatching(/^mysqladmin: connect to server at 'localhost' failed\nerror: 'Can't connect/),
  ]);
  await lab.initialize();
  await lab.start();
  expect((await lab.m.run(words('mysqladmin ping'))).stdout).toBe('mysqld is alive\n');
  expect(await lab.ask('create view v as select 1')).toBe(
    'ERROR 1235 (42000) at line 1: This is not simulated in Drydock: CREATE VIEW\n',
  );
  expect(await lab.ask('select a.x from (select 1 as x) a, (select 2 as y) b')).toContain('| x |');
});
