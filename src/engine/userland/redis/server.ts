import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { compilePattern } from '../lib/glob.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { Blocked } from './blocked.ts';
import type { Config } from './config.ts';
import { Database } from './keyspace.ts';
import { decodeRdb, encodeRdb } from './rdb.ts';
import { array, bulk } from './resp.ts';
import type { Client } from './session.ts';

/** A running server: its databases, its clients, and the dump that they are kept in. */
export class Server {
  readonly sys: Syscalls;
  readonly config: Config;
  readonly version: string;
  readonly databases: readonly Database[];
  readonly clients = new Map<number, Client>();
  readonly blocked: Blocked;
  readonly started: number;
  /** Changes since the last save. */
  changes = 0;
  /** When it last saved, ms since the epoch. */
  lastSave: number;
  connections = 0;
  commands = 0;
  /** Ends the program; with `save` as SHUTDOWN says it. */
  stop: (save: boolean | undefined) => void = () => undefined;
  log: (mark: string, text: string, who?: { by: number; role: string }) => Promise<void> = async () =>
    undefined;
  /** Saves in the background. */
  saveInBackground: () => Promise<void> = async () => undefined;
  /** Hears of each change. */
  onChange: () => void = () => undefined;

  constructor(sys: Syscalls, config: Config, version: string) {
    this.sys = sys;
    this.config = config;
    this.version = version;
    this.blocked = new Blocked(sys);
    this.started = this.now();
    this.lastSave = this.started;
    this.databases = Array.from({ length: config.databases }, () => new Database(() => this.now()));
    for (const db of this.databases) db.onWrite = (key) => this.blocked.serve(db, key);
  }

  now(): number {
    return Math.floor(this.sys.clock_gettime());
  }

  /** A number below `sides`, by chance. */
  dice(sides: number): number {
    return new DataView(this.sys.getrandom(4).buffer).getUint32(0) % sides;
  }

  get dumpPath(): string {
    return `${this.config.dir}/${this.config.file}`;
  }

  /** How many keys the dump held; undefined when there is none. Throws `Error` for one that cannot be read. */
  async load(): Promise<number | undefined> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.sys, this.dumpPath);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
    let keys = 0;
    for (const { database, key, value, until } of decodeRdb(bytes)) {
      this.databases[database]?.set(key, value, until);
      keys++;
    }
    return keys;
  }

  /** All databases as a dump. */
  dump(): Uint8Array {
    return encodeRdb(this.databases, { version: this.version, now: this.now() });
  }

  /** Writes all to a file of its own and puts that in the dump's place. */
  async save(): Promise<void> {
    const { sys } = this;
    const temporary = `${this.config.dir}/temp-${sys.getpid()}.rdb`;
    const fd = await sys.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    await writeAll(sys, fd, this.dump());
    await sys.close(fd);
    await sys.rename(temporary, this.dumpPath);
    this.changes = 0;
    this.lastSave = this.now();
  }

  /** Tells those who listen on a channel; gives how many there were. */
  async publish(channel: string, message: string): Promise<number> {
    let heard = 0;
    for (const client of this.clients.values()) {
      if (client.channels.has(channel)) {
        heard++;
        await client.send(array([bulk('message'), bulk(channel), bulk(message)]));
      }
      for (const pattern of client.patterns) {
        if (!compilePattern(pattern).matches(channel)) continue;
        heard++;
        await client.send(array([bulk('pmessage'), bulk(pattern), bulk(channel), bulk(message)]));
      }
    }
    return heard;
  }
}
