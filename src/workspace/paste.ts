const chunkLength = 4096;

export interface Paste {
  /** Stops after the chunk that is on its way. */
  stop(): void;
  done: Promise<void>;
}

/**
 * Types a long text into a terminal piece by piece, each after the machine has taken the one before, so that ten
 * megabytes neither block the page nor pile up in the worker.
 *
 * @param send takes one piece; its promise resolves when the machine has it
 * @param bracketed whether the program asked to be told that this is a paste
 */
export function paste(
  text: string,
  send: (piece: string) => Promise<unknown>,
  { bracketed = false, onProgress }: { bracketed?: boolean; onProgress?: (share: number) => void } = {},
): Paste {
  // A terminal sends a carriage return for Enter, whatever the text's own line ends are.
  const typed = text.replace(/\r?\n/g, '\r');
  let stopped = false;
  const run = async () => {
    if (bracketed) await send('\x1b[200~');
    for (let at = 0; at < typed.length && !stopped; ) {
      let end = Math.min(typed.length, at + chunkLength);
      // Never between the halves of one character.
      if (end < typed.length && /[\ud800-\udbff]/.test(typed[end - 1] as string)) end--;
      await send(typed.slice(at, end));
      at = end;
      onProgress?.(at / typed.length);
      await new Promise((resolve) => setTimeout(resolve));
    }
    if (bracketed) await send('\x1b[201~');
  };
  return {
    stop: () => {
      stopped = true;
    },
    done: run(),
  };
}
