const most = 2_000_000;
const kept = 500_000;

/**
 * Hands output to a terminal no faster than it draws. When far more waits than its scrollback holds, the oldest
 * part is dropped at a line's end: it would have scrolled out of reach before anyone saw it.
 *
 * @param draw draws some output and calls back when it has
 */
export function createOutputPacer(draw: (data: Uint8Array, done: () => void) => void): {
  write(data: Uint8Array): void;
} {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let drawing = false;

  const next = () => {
    if (waiting.length === 0) {
      drawing = false;
      return;
    }
    drawing = true;
    const all = join(waiting, size);
    waiting = [];
    size = 0;
    draw(all, next);
  };
  return {
    write(data) {
      waiting.push(data);
      size += data.length;
      if (size > most) {
        const all = join(waiting, size);
        const cut = all.indexOf(10, all.length - kept) + 1;
        waiting = [all.subarray(cut)];
        size = all.length - cut;
      }
      if (!drawing) next();
    },
  };
}

function join(parts: Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
