/** Bytes on their way from who makes them to who reads them: a maker waits until its piece is taken. */
export class Channel {
  #piece: Uint8Array | undefined;
  #ended = false;
  #failure: unknown;
  #abandoned = false;
  #changed: () => void = () => {};

  /** Gives whether anybody reads on. */
  async write(bytes: Uint8Array): Promise<boolean> {
    while (this.#piece !== undefined && !this.#abandoned) await this.#change();
    if (this.#abandoned) return false;
    this.#piece = bytes;
    this.#tell();
    return true;
  }

  end(failure?: unknown): void {
    this.#ended = true;
    this.#failure = failure;
    this.#tell();
  }

  /** The pieces, to their end. To stop early tells the maker. */
  async *read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        while (this.#piece === undefined && !this.#ended) await this.#change();
        const piece = this.#piece;
        if (piece === undefined) {
          if (this.#failure !== undefined) throw this.#failure;
          return;
        }
        this.#piece = undefined;
        this.#tell();
        yield piece;
      }
    } finally {
      this.#abandoned = true;
      this.#tell();
    }
  }

  #change(): Promise<void> {
    const before = this.#changed;
    return new Promise((resolve) => {
      this.#changed = () => {
        before();
        resolve();
      };
    });
  }

  #tell(): void {
    const changed = this.#changed;
    this.#changed = () => {};
    changed();
  }
}
