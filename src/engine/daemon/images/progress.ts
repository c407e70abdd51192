import type { ProgressMessage } from '../../api/progress.ts';
import type { ByteReader } from '../../base/byte-stream.ts';
import { humanSize } from '../../base/go-units.ts';

/** The bar that clients of old showed as it came (jsonmessage JSONProgress.String at a width of 200). */
export function progressBar(current: number, total: number): string {
  if (current <= 0 && total <= 0) return '';
  if (total <= 0) return humanSize(current).padStart(8);
  const filled = Math.min(50, Math.floor(Math.trunc((current / total) * 100) / 2));
  const bar = `[${'='.repeat(filled)}>${' '.repeat(50 - filled)}]`;
  const numbers = humanSize(current).padStart(8);
  return `${bar} ${numbers}${current > total ? '' : `/${humanSize(total)}`}`;
}

const line = (status: string, id: string, current: number, total: number): ProgressMessage => ({
  status,
  progressDetail: { current, total },
  progress: progressBar(current, total),
  id,
});

/** Tells of a transfer, no oftener than each half percent. */
export function transferring(
  report: (message: ProgressMessage) => void,
  action: 'Downloading' | 'Pushing',
  id: string,
  total: number,
): (current: number) => void {
  let told = -1;
  return (current) => {
    const share = Math.floor((current / Math.max(total, 1)) * 200);
    if (share === told) return;
    told = share;
    report(line(action, id, current, total));
  };
}

transferring.line = line;

/**
 * A stream of `total` bytes that is told of as it is read: the first time, then ten times a second, and twice at its end.
 * Models moby pkg/progress Reader.
 */
export function toldOf(
  source: ByteReader,
  total: number,
  action: string,
  id: string,
  { report, now }: { report: (message: ProgressMessage) => void; now: () => number },
): ByteReader {
  const step = total > 0 ? Math.min(UPDATE_BYTES, Math.floor(total / 100)) : UPDATE_BYTES;
  let current = 0;
  let updated = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    async read(max) {
      const bytes = await source.read(max);
      current += bytes?.length ?? 0;
      if (current - updated > step || bytes === null) {
        updated = current;
        if (bytes === null || current === total || now() - toldAt >= UPDATE_MS) {
          toldAt = now();
          report(line(action, id, current, total));
        }
      }
      return bytes;
    },
  };
}

const UPDATE_BYTES = 512 * 1024;
const UPDATE_MS = 100;
