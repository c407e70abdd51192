import { calendar } from '../../base/calendar.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { showDate, showMoment } from '../sql/value.ts';
import type { Options } from './options.ts';
import type { MysqlServer } from './server.ts';
import type { Flavour } from './words.ts';

/** A server's error log, on its standard error: lines of both servers in the form of each. */
export class Log {
  readonly #sys: Syscalls;
  readonly #flavour: Flavour;
  readonly #version: string;

  constructor(sys: Syscalls, flavour: Flavour, version: string) {
    this.#sys = sys;
    this.#flavour = flavour;
    this.#version = version;
  }

  /** `about` is MySQL's number and part; a line that only one of them has is undefined for the other. */
  async #write(
    level: 'System' | 'Warning' | 'ERROR' | 'Note',
    mysql: readonly [number: string, text: string] | undefined,
    maria: string | undefined,
  ): Promise<void> {
    const now = this.#sys.clock_gettime();
    if (this.#flavour === 'mysql') {
      if (mysql === undefined) return;
      const [number, text] = mysql;
      const part = number === 'MY-013576' || number === 'MY-013577' ? 'InnoDB' : 'Server';
      await this.#line(`${showMoment(now, 6).replace(' ', 'T')}Z 0 [${level}] [${number}] [${part}] ${text}`);
    } else if (maria !== undefined)
      await this.#line(`${mariaTime(now)} 0 [${level === 'System' ? 'Note' : level}] ${maria}`);
  }

  #line(text: string): Promise<void> {
    return writeAll(this.#sys, 2, textToBytes(`${text}\n`));
  }

  async starting(): Promise<void> {
    const version = this.#version;
    const pid = this.#sys.getpid();
    await this.#write('System', ['MY-015015', 'MySQL Server - start.'], undefined);
    await this.#write(
      'System',
      ['MY-010116', `/usr/sbin/mysqld (mysqld ${version}) starting as process ${pid}`],
      `Starting MariaDB ${version} source revision  server_uid  as process ${pid}`.replace(/ {2}/g, ' '),
    );
    await this.#write(
      'System',
      ['MY-013576', 'InnoDB initialization has started.'],
      'InnoDB: Completed initialization of buffer pool',
    );
    await this.#write(
      'System',
      ['MY-013577', 'InnoDB initialization has ended.'],
      'InnoDB: 128 rollback segments are active.',
    );
  }

  async ready({ variables, version }: MysqlServer, options: Options): Promise<void> {
    const port = options.has('skip-networking') ? 0 : variables.get('port');
    const socket = variables.get('socket');
    if (this.#flavour === 'mysql')
      await this.#write(
        'System',
        [
          'MY-010931',
          `/usr/sbin/mysqld: ready for connections. Version: '${version}'  socket: '${socket}'  port: ${port}  MySQL Community Server - GPL.`,
        ],
        undefined,
      );
    else {
      if (port !== 0) {
        await this.#write('System', undefined, `Server socket created on IP: '0.0.0.0', port: '${port}'.`);
        await this.#write('System', undefined, `Server socket created on IP: '::', port: '${port}'.`);
      }
      await this.#write('System', undefined, 'mariadbd: ready for connections.');
      await this.#line(
        `Version: '${version}'  socket: '${socket}'  port: ${port}  mariadb.org binary distribution`,
      );
    }
  }

  stopping(by: string): Promise<void> {
    return this.#write(
      'System',
      ['MY-013172', `Received SHUTDOWN from user ${by}. Shutting down mysqld (Version: ${this.#version}).`],
      `mariadbd (initiated by: ${by === '<via user signal>' ? 'unknown' : `${by}[${by}] @ localhost []`}): Normal shutdown`,
    );
  }

  async stopped(): Promise<void> {
    await this.#write(
      'System',
      [
        'MY-010910',
        `/usr/sbin/mysqld: Shutdown complete (mysqld ${this.#version})  MySQL Community Server - GPL.`,
      ],
      'mariadbd: Shutdown complete',
    );
    await this.#write('System', ['MY-015016', 'MySQL Server - end.'], undefined);
  }

  initializing(): Promise<void> {
    return this.#write(
      'System',
      [
        'MY-013169',
        `/usr/sbin/mysqld (mysqld ${this.#version}) initializing of server in progress as process ${this.#sys.getpid()}`,
      ],
      undefined,
    );
  }

  async notEmpty(directory: string): Promise<void> {
    await this.#write(
      'ERROR',
      ['MY-010457', '--initialize specified but the data directory has files in it. Aborting.'],
      undefined,
    );
    await this.#write(
      'ERROR',
      [
        'MY-013236',
        `The designated data directory ${directory}/ is unusable. You can remove all files that the server added to it.`,
      ],
      undefined,
    );
    await this.#write('ERROR', ['MY-010119', 'Aborting'], undefined);
  }

  rootWithoutPassword(): Promise<void> {
    return this.#write(
      'Warning',
      [
        'MY-010453',
        'root@localhost is created with an empty password ! Please consider switching off the --initialize-insecure option.',
      ],
      undefined,
    );
  }

  async rootRefused(): Promise<void> {
    await this.#write(
      'ERROR',
      [
        'MY-010123',
        'Fatal error: Please read "Security" section of the manual to find out how to run mysqld as root!',
      ],
      'Please consult the Knowledge Base to find out how to run mysqld as root!',
    );
    await this.#write('ERROR', ['MY-010119', 'Aborting'], 'Aborting');
  }

  async unknown(option: string): Promise<void> {
    const what = option.includes('=') ? 'variable' : 'option';
    await this.#write(
      'ERROR',
      ['MY-000067', `unknown ${what} '${what === 'option' ? `--${option}` : option}'.`],
      `mariadbd: unknown ${what} '${what === 'option' ? `--${option}` : option}'`,
    );
    await this.#write('ERROR', ['MY-010119', 'Aborting'], 'Aborting');
  }

  async noDataDirectory(reason: string): Promise<void> {
    await this.#write(
      'ERROR',
      ['MY-010020', `Data Dictionary initialization failed: ${reason}`],
      `Can't open the data directory: ${reason}`,
    );
    await this.#write('ERROR', ['MY-010119', 'Aborting'], 'Aborting');
  }

  async cannotListen(reason: string, port: string): Promise<void> {
    await this.#write(
      'ERROR',
      ['MY-010262', `Can't start server: Bind on TCP/IP port: ${reason}`],
      `Can't start server: Bind on TCP/IP port. Got error: ${reason}`,
    );
    await this.#write(
      'ERROR',
      ['MY-010257', `Do you already have another mysqld server running on port: ${port} ?`],
      `Do you already have another server running on port: ${port} ?`,
    );
    await this.#write('ERROR', ['MY-010119', 'Aborting'], 'Aborting');
  }
}

/** `2026-11-21  8:00:00`: the hour takes two places without a zero. */
function mariaTime(ms: number): string {
  const { hour } = calendar(ms);
  return `${showDate(ms)} ${String(hour).padStart(2)}${showMoment(ms).slice(13)}`;
}
