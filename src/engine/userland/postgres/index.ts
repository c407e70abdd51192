import type { Program } from '../../kernel/program.ts';
import { initdb } from './initdb.ts';
import { pgCtl } from './pg-ctl.ts';
import { postgres as server } from './postgres.ts';
import { psql } from './psql.ts';
import { createdb, createuser, dropdb, dropuser, pgIsReady } from './small-clients.ts';

/** What a program calls itself: with the package that it is of, where it is of one. */
const named = (version: string) =>
  version.includes('-') ? `${version.replace(/-.*/, '')} (Debian ${version})` : version;

/** PostgreSQL's programs, by their version or by that of Debian's package. */
export const postgres: ReadonlyMap<string, (version: string) => Program> = new Map(
  Object.entries({
    postgres: server,
    initdb,
    pg_ctl: pgCtl,
    psql,
    pg_isready: pgIsReady,
    createdb,
    dropdb,
    createuser,
    dropuser,
  }).map(([name, make]) => [name, (version: string) => make(named(version))]),
);
