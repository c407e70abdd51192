import { calendar } from '../../../base/calendar.ts';
import { isErrno } from '../../../base/errno.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../../kernel/fcntl.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import { writeAll } from '../../lib/stdio.ts';
import { textToBytes } from '../../lib/text.ts';
import type { NginxConfig } from './config.ts';

/** The error log and the access logs, opened by the master while it may; workers inherit the descriptors. */
export class Logs {
  readonly #notices: boolean;
  readonly #error: number;
  readonly #access: ReadonlyMap<string, number>;

  constructor(notices: boolean, error: number, access: ReadonlyMap<string, number>) {
    this.#notices = notices;
    this.#error = error;
    this.#access = access;
  }

  static async open(sys: Syscalls, { errorLog, servers }: NginxConfig): Promise<Logs> {
    const access = new Map<string, number>();
    for (const server of servers)
      for (const { accessLog } of [server.settings, ...server.locations.map(({ settings }) => settings)])
        if (accessLog !== 'off' && !access.has(accessLog.path))
          access.set(accessLog.path, await logFile(sys, accessLog.path, 1));
    return new Logs(errorLog.notices, await logFile(sys, errorLog.path, 2), access);
  }

  async notice(sys: Syscalls, text: string): Promise<void> {
    if (this.#notices) await this.write(sys, 'notice', text);
  }

  async write(sys: Syscalls, level: 'notice' | 'error' | 'emerg', text: string): Promise<void> {
    await writeAll(sys, this.#error, textToBytes(logLine(sys, level, text)));
  }

  async access(sys: Syscalls, path: string, line: string): Promise<void> {
    await writeAll(sys, this.#access.get(path) ?? 1, textToBytes(`${line}\n`));
  }

  async close(sys: Syscalls): Promise<void> {
    for (const fd of [this.#error, ...this.#access.values()]) if (fd > 2) await sys.close(fd);
  }
}

export function logLine(sys: Syscalls, level: string, text: string): string {
  const pid = sys.getpid();
  const t = calendar(sys.clock_gettime());
  const two = (value: number) => String(value).padStart(2, '0');
  return `${t.year}/${two(t.month)}/${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} [${level}] ${pid}#${pid}: ${text}\n`;
}

/** The log's descriptor; the image links its logs to /dev/stdout and /dev/stderr. */
async function logFile(sys: Syscalls, path: string, fallback: number): Promise<number> {
  if (path === '/dev/stdout') return 1;
  if (path === '/dev/stderr' || path === 'stderr') return 2;
  try {
    const target = await sys.readlink(path).catch(() => '');
    if (target === '/dev/stdout') return 1;
    if (target === '/dev/stderr') return 2;
    return await sys.open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644);
  } catch (error) {
    if (isErrno(error)) return fallback;
    throw error;
  }
}
