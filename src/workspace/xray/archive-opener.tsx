import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { connect } from '../../lab/client.ts';
import type { ArchiveClient } from '../../lab/layers/archive/protocol.ts';
import ArchiveWorker from '../../lab/layers/archive/worker.ts?worker';
import type { StackSubject } from '../../lab/layers/explorer.ts';
import { fill } from '../words/index.ts';
import { bytesIn } from './sizes.ts';
import type { XrayWords } from './words.ts';

/** An archive of the reader's own, open in a worker of its own. */
export interface OpenArchive {
  name: string;
  images: StackSubject[];
  call: ArchiveClient['call'];
  close(): void;
}

interface Props {
  words: XrayWords;
  onOpen: (archive: OpenArchive) => void;
  children: ComponentChildren;
}

/** A place where an archive can be dropped or chosen. It is read in the browser and goes nowhere. */
export function ArchiveOpener({ words, onOpen, children }: Props) {
  const status = useSignal('');
  const problem = useSignal('');
  const over = useSignal(false);
  const reading = useRef<ArchiveClient | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => () => reading.current?.close(), []);

  const open = async (file: File) => {
    // Another file, or none: the one before is not waited for.
    reading.current?.close();
    const client: ArchiveClient = connect(new ArchiveWorker());
    reading.current = client;
    problem.value = '';
    const read = (bytes: number) =>
      fill(words.archiveReading, {
        name: file.name,
        percent: file.size > 0 ? Math.min(100, Math.floor((100 * bytes) / file.size)) : 100,
      });
    status.value = read(0);
    client.on('progress', ({ read: bytes }) => {
      status.value = read(bytes);
    });
    try {
      const opened = await client.call('archive.open', { file });
      if (reading.current !== client) return;
      if ('problem' in opened) {
        const { detail } = opened;
        problem.value = fill(words[`archive_${opened.problem}`], { name: file.name, detail });
      } else if (opened.images.length === 0)
        problem.value = fill(words.archive_foreign, { name: file.name, detail: '' });
      else {
        reading.current = undefined;
        onOpen({ name: file.name, images: opened.images, call: client.call, close: client.close });
        status.value = fill(words.archiveOpen, { name: file.name, size: bytesIn(file.size, words) });
        return;
      }
    } catch (error) {
      if (reading.current !== client) return;
      problem.value = (error as Error).message;
    }
    status.value = '';
    client.close();
    reading.current = undefined;
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut for the button below.
    <div
      class={`xr-drop ${over.value ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => {
        over.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        const file = event.dataTransfer?.files[0];
        if (file) void open(file);
      }}
    >
      {children}
      <div class="ws-row xr-archive">
        <button type="button" class="ws-tool" onClick={() => input.current?.click()}>
          {words.archiveChoose}
        </button>
        <input
          ref={input}
          type="file"
          class="visually-hidden"
          tabIndex={-1}
          aria-label={words.archiveChoose}
          accept=".tar,.gz,.tgz,application/x-tar,application/gzip"
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            currentTarget.value = '';
            if (file) void open(file);
          }}
        />
        <small>{words.archiveHint}</small>
      </div>
      <p class="xr-hint" role="status">
        {status.value}
      </p>
      {problem.value && (
        <p class="ws-note" role="alert">
          {problem.value}
        </p>
      )}
    </div>
  );
}
