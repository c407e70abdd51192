import type { SentFiles } from '../../api/build.ts';
import { unpack } from '../../archive/unpack.ts';
import { readerOf } from '../../base/byte-stream.ts';
import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { TarStream } from '../../oci/layer/tar-stream.ts';
import { decodeBase64 } from '../../userland/lib/base64.ts';
import { writeAll } from '../../userland/lib/stdio.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { makeDirectories } from '../files/directories.ts';
import { goText } from '../files/go-file.ts';
import type { Output } from './outputs.ts';

/** Takes what a build sends of its result to where it belongs. Models BuildKit session/filesync. */
export class Receiver {
  readonly #cli: Cli;
  readonly #outputs: readonly Output[];
  readonly #directories = new Map<number, { arriving: Arriving; done: Promise<void> }>();

  constructor(cli: Cli, outputs: readonly Output[]) {
    this.#cli = cli;
    this.#outputs = outputs;
  }

  /** A piece of an archive that belongs to one of the outputs. */
  async take({ output, data }: SentFiles): Promise<void> {
    const place = this.#outputs[output]?.place;
    const { bytes } = decodeBase64(encode(data), true);
    if (place?.kind === 'stdout') await this.#cli.outBytes(bytes);
    else if (place?.kind === 'file') await writeAll(this.#cli.sys, place.fd, bytes);
    else if (place?.kind === 'directory') this.#directory(output, place.path).push(bytes);
  }

  /** Waits until all is where it belongs. Throws `CliError`. */
  async end(): Promise<void> {
    for (const { arriving } of this.#directories.values()) arriving.end();
    for (const { done } of this.#directories.values()) await done;
    for (const { place } of this.#outputs) if (place?.kind === 'file') await this.#cli.sys.close(place.fd);
  }

  #directory(output: number, path: string): Arriving {
    const known = this.#directories.get(output);
    if (known !== undefined) return known.arriving;
    const arriving = new Arriving();
    const done = this.#unpack(path, arriving);
    // What is wrong is told at the end.
    done.catch(() => undefined);
    this.#directories.set(output, { arriving, done });
    return arriving;
  }

  /** Files belong to whoever builds; what else is in the directory stays. */
  async #unpack(path: string, arriving: Arriving): Promise<void> {
    const { sys } = this.#cli;
    try {
      await makeDirectories(sys, path, 0o700);
      await unpack(sys, path, new TarStream(readerOf(arriving)), { owner: 'unpacker' });
    } catch (error) {
      const why = isErrno(error) ? goText(error) : error instanceof Error ? error.message : String(error);
      throw new CliError(`ERROR: failed to build: failed to solve: error from receiver: ${why}`);
    }
  }
}

/** Bytes that come from elsewhere while they are read. */
class Arriving implements AsyncIterable<Uint8Array> {
  readonly #pieces: Uint8Array[] = [];
  #isOver = false;
  #wake: (() => void) | undefined;

  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#wake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (this.#pieces.length > 0) yield this.#pieces.shift()!;
      if (this.#isOver) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
