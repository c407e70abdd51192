import type { Program } from '../../kernel/program.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { ClientConnection, NoConnection, StatementError } from './client-connection.ts';
import { BadOption, badOptionText, type Given, loginOf, readOptions } from './psql-options.ts';

type Options = Parameters<typeof readOptions>[1];

/** Options that they really have and that are not simulated. */
const OTHERS: Readonly<Record<string, string[]>> = {
  createdb: [
    'D',
    'E',
    'l',
    'S',
    'T',
    'tablespace',
    'encoding',
    'locale',
    'strategy',
    'template',
    'maintenance-db',
  ],
  dropdb: ['f', 'i', 'force', 'interactive', 'maintenance-db'],
  createuser: [
    'a',
    'c',
    'D',
    'g',
    'i',
    'I',
    'l',
    'L',
    'm',
    'P',
    'R',
    'S',
    'v',
    'pwprompt',
    'interactive',
    'replication',
    'role',
    'connection-limit',
  ],
  dropuser: ['i', 'interactive', 'if-exists'],
};

/** A program that connects and does one thing. */
const client = (
  name: string,
  version: string,
  options: Options,
  work: (io: Stdio, given: Given) => Promise<number>,
): Program =>
  utility(async (io) => {
    let given: Given;
    try {
      given = await readOptions(io, options, OTHERS[name]);
    } catch (error) {
      if (!(error instanceof BadOption)) throw error;
      await io.stderr.write(badOptionText(name, error));
      return name === 'pg_isready' ? 3 : 1;
    }
    if (given.options.some((option) => option.name === 'version')) {
      io.stdout.write(`${name} (PostgreSQL) ${version}\n`);
      return 0;
    }
    return work(io, given);
  });

/** pg_isready(1): whether a server takes connections; who asks need not be anybody there. */
export const pgIsReady = (version: string): Program =>
  client(
    'pg_isready',
    version,
    {
      d: { long: 'dbname', takes: true },
      q: { long: 'quiet', takes: false },
      t: { long: 'timeout', takes: true },
    },
    async (io, given) => {
      const where = `${given.host}:${given.port}`;
      let state = 'accepting connections';
      let status = 0;
      try {
        const login = { ...loginOf(io, given), password: async () => undefined };
        await (await ClientConnection.open(io.sys, login)).close();
      } catch (error) {
        if (!(error instanceof NoConnection)) throw error;
        // Whoever refuses somebody is there.
        if (!/FATAL|no password supplied/.test(error.message)) [state, status] = ['no response', 2];
      }
      if (!given.options.some(({ name }) => name === 'quiet')) io.stdout.write(`${where} - ${state}\n`);
      return status;
    },
  );

/** What the real ones ask before everything; here names are found in public alone, so that it need not be sent. */
const SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', false);";

const quotedName = (name: string) =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** A program that stands for one statement, sent to the database postgres. */
const statement = (
  name: string,
  version: string,
  what: string,
  options: Options,
  make: (given: Given, target: string) => string,
): Program =>
  client(name, version, { e: { long: 'echo', takes: false }, ...options }, async (io, given) => {
    const target = given.words[0] ?? given.user;
    try {
      const connection = await ClientConnection.open(io.sys, loginOf(io, given, 'postgres'));
      const text = make(given, target);
      if (has(given, 'echo')) io.stdout.write(`${SEARCH_PATH}\n${text}\n`);
      await io.stdout.flush();
      await connection.query(text, async () => undefined);
      await connection.close();
      return 0;
    } catch (error) {
      if (error instanceof NoConnection) await io.stderr.write(`${name}: error: ${error.message}\n`);
      else if (error instanceof StatementError)
        await io.stderr.write(`${name}: error: ${what} failed: ${error.fields.S}:  ${error.message}\n`);
      else throw error;
      return 1;
    }
  });

const has = ({ options }: Given, name: string) => options.some((option) => option.name === name);

export const createdb = (version: string): Program =>
  statement(
    'createdb',
    version,
    'database creation',
    { O: { long: 'owner', takes: true } },
    (given, target) => {
      const owner = given.options.find(({ name }) => name === 'owner')?.value;
      return `CREATE DATABASE ${quotedName(target)}${owner === undefined ? '' : ` OWNER ${quotedName(owner)}`};`;
    },
  );

export const dropdb = (version: string): Program =>
  statement(
    'dropdb',
    version,
    'database removal',
    { 'if-exists': { long: 'if-exists', takes: false } },
    (given, target) => `DROP DATABASE ${has(given, 'if-exists') ? 'IF EXISTS ' : ''}${quotedName(target)};`,
  );

export const createuser = (version: string): Program =>
  statement(
    'createuser',
    version,
    'creation of new role',
    {
      s: { long: 'superuser', takes: false },
      d: { long: 'createdb', takes: false },
      r: { long: 'createrole', takes: false },
    },
    (given, target) =>
      `CREATE ROLE ${quotedName(target)} ${has(given, 'superuser') ? 'SUPERUSER' : 'NOSUPERUSER'} ${has(given, 'createdb') ? 'CREATEDB' : 'NOCREATEDB'} ${has(given, 'createrole') ? 'CREATEROLE' : 'NOCREATEROLE'} INHERIT LOGIN;`,
  );

export const dropuser = (version: string): Program =>
  statement(
    'dropuser',
    version,
    'removal of role',
    {},
    (_given, target) => `DROP ROLE ${quotedName(target)};`,
  );
