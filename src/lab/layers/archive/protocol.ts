import type { Client } from '../../client.ts';
import type { ExplorerMethods } from '../../protocol.ts';
import type { StackSubject } from '../explorer.ts';
import type { ProblemKind } from './problem.ts';

/** What passes between a page and the worker that explores an archive of the reader's own. Nothing of it leaves the browser. */
export interface ArchiveMethods extends ExplorerMethods {
  /** Reads an archive, in the place of one that was open. */
  'archive.open': [{ file: Blob }, OpenedArchive];
}

export type OpenedArchive = { images: StackSubject[] } | { problem: ProblemKind; detail: string };

export interface ArchiveEvents {
  /** Bytes of the file that have been read. */
  progress: { read: number };
  problem: { message: string };
}

export type ArchiveClient = Client<ArchiveMethods, ArchiveEvents>;
