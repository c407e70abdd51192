import type { Program } from '../../kernel/program.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { ClientConnection, ClientError } from './client-connection.ts';
import { clientOptions, type Given, loginOf, OptionProblem, warnOfPassword } from './client-options.ts';
import type { Flavour } from './words.ts';

/** mysqladmin and mariadb-admin: ping, status, version, shutdown, create and drop. */
export const mysqladmin =
  (flavour: Flavour) =>
  (version: string): Program =>
    utility(async (io) => {
      let given: Given;
      try {
        given = await clientOptions(
          io,
          ['mysqladmin', 'mariadb-admin'],
          { s: 'silent', f: 'force', v: 'verbose', w: 'wait' },
          ['connect-timeout'],
        );
      } catch (error) {
        if (!(error instanceof OptionProblem)) throw error;
        return io.fail(error.message, 7);
      }
      if (given.options.has('version')) {
        io.stdout.write(`${io.name}  Ver ${version} for Linux on x86_64\n`);
        return 0;
      }
      await warnOfPassword(io, given, flavour);
      return administer(io, given, flavour);
    });

async function administer(io: Stdio, { options, words }: Given, flavour: Flavour): Promise<number> {
  const login = loginOf(options, '', flavour);
  const daemon = flavour === 'mariadb' ? 'mariadbd' : 'mysqld';
  let connection: ClientConnection;
  try {
    connection = await ClientConnection.open(io.sys, login);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    if (options.has('silent')) return 1;
    const isThere = error.code < 2000;
    const hint = isThere
      ? ''
      : `Check that ${daemon} is running and that the socket: '${login.socket}' exists!\n`;
    await io.stderr.write(
      `${io.name}: connect to server at '${login.host}' failed\nerror: '${error.message}'\n${hint}`,
    );
    // A server that refuses is alive.
    if (words[0] === 'ping' && isThere) {
      io.stdout.write('mysqld is alive\n');
      return 0;
    }
    return 1;
  }
  try {
    for (let i = 0; i < words.length; i++) await command(io, connection, words[i]!, () => words[++i] ?? '');
    return 0;
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    await io.stderr.write(`${io.name}: ${error.message}\n`);
    return 1;
  } finally {
    await connection.close();
  }
}

async function command(
  io: Stdio,
  connection: ClientConnection,
  word: string,
  next: () => string,
): Promise<void> {
  switch (word) {
    case 'ping':
      await connection.ping();
      io.stdout.write('mysqld is alive\n');
      return;
    case 'status':
      io.stdout.write(`${await connection.statistics()}\n`);
      return;
    case 'version':
      io.stdout.write(`Server version\t\t${connection.version}\n`);
      return;
    case 'shutdown':
      return connection.shutdown();
    case 'create':
      await connection.query(`CREATE DATABASE \`${next()}\``);
      return;
    case 'drop': {
      const name = next();
      await connection.query(`DROP DATABASE \`${name}\``);
      io.stdout.write(`Database "${name}" dropped\n`);
      return;
    }
    default:
      throw new ClientError(0, '', `Unknown command: '${word}'`);
  }
}
