import { encode } from '../../base/bytes.ts';
import { rfc3339Nano } from '../../base/calendar.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { writeAll } from '../files.ts';

/** Writes an error as logrus does: short at a terminal, with a time elsewhere, as JSON where that was asked for. */
export async function logError(
  sys: Syscalls,
  message: string,
  { log, format }: { log: string | undefined; format: string | undefined },
): Promise<void> {
  const time = `${rfc3339Nano(sys.clock_gettime()).slice(0, 19)}Z`;
  const json = () => `${JSON.stringify({ level: 'error', msg: message, time })}\n`;
  const plain = () => `time="${time}" level=error msg=${JSON.stringify(message)}\n`;
  if (log === undefined) {
    const text = format === 'json' ? json() : (await sys.isatty(2)) ? short(message) : plain();
    await writeAll(sys, 2, encode(text));
    return;
  }
  const fd = await sys.open(log, O_WRONLY | O_CREAT | O_APPEND, 0o644);
  await writeAll(sys, fd, encode(format === 'json' ? json() : plain()));
  await sys.close(fd);
}

const short = (message: string): string => `\x1b[31mERRO\x1b[0m[0000] ${message.padEnd(44)} \n`;
