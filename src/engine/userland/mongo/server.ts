import type { Syscalls } from '../../kernel/syscalls.ts';
import type { ScramServer } from '../lib/scram.ts';
import type { Log } from './log.ts';
import type { ObjectIds } from './object-ids.ts';
import type { Store } from './store.ts';
import type { Role } from './users.ts';
import type { Document } from './values.ts';

/** What all connections share. */
export interface Server {
  readonly sys: Syscalls;
  readonly version: string;
  readonly store: Store;
  readonly log: Log;
  readonly ids: ObjectIds;
  /** Whether one must say who one is. */
  readonly auth: boolean;
  readonly port: number;
  /** What was amiss at the start, as clients are told. */
  readonly warnings: string[];
  readonly started: number;
  /** Ends the server. */
  stop(): void;
}

/** One connection. */
export interface Session {
  readonly server: Server;
  readonly id: number;
  /** `172.17.0.1:40000` */
  readonly peer: string;
  /** Who has logged in on it. */
  users: { user: string; db: string; roles: Role[] }[];
  /** A login under way. */
  login: { scram: ScramServer; user: string; db: string } | undefined;
}

/** How a command was called. */
export interface Call {
  readonly session: Session;
  readonly server: Server;
  readonly store: Store;
  readonly db: string;
  readonly body: Document;
}
