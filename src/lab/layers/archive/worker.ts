/// <reference lib="webworker" />
import { answerCalls } from '../../client.ts';
import { type Explorable, Explorer } from '../explorer.ts';
import { type ArchivedImage, exploreArchive } from './explore.ts';
import { ArchiveProblem } from './problem.ts';
import type { ArchiveEvents, ArchiveMethods, OpenedArchive } from './protocol.ts';

/** The worker that reads an archive: a large one takes seconds, in which neither the page nor the machine may stand still. */

declare const self: DedicatedWorkerGlobalScope;

/** How much is read between two words on how far it is. */
const STEP = 1 << 20;

let images: Explorable[] = [];
let explorer = new Explorer(() => images);

answerCalls<ArchiveMethods>(self, {
  'archive.open': ({ file }) => open(file),
  'layers.list': () => explorer.list(),
  'layers.open': ({ key }) => explorer.open(key),
  'layers.directory': ({ key, layer, path }) => explorer.directory(key, layer, path),
  'layers.file': ({ key, layer, path }) => explorer.file(key, layer, path),
});

async function open(file: Blob): Promise<OpenedArchive> {
  let told = 0;
  try {
    const found = await exploreArchive(file, (read) => {
      if (read - told < STEP) return;
      told = read;
      const progress: ArchiveEvents['progress'] = { read };
      self.postMessage({ event: 'progress', data: progress });
    });
    images = found.map(explorable);
    explorer = new Explorer(() => images);
    return { images: explorer.list() };
  } catch (error) {
    if (error instanceof ArchiveProblem) return { problem: error.kind, detail: error.detail };
    throw error;
  }
}

const explorable = ({ id, names, layers }: ArchivedImage): Explorable => ({
  key: id,
  kind: 'image',
  id,
  names,
  fixed: true,
  layers: () => layers,
});
