import { calendar, MONTHS, WEEKDAYS } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import type { HttpRequest } from '../../net/http/message.ts';

/** Descriptors of the logs, which the parent opens and its children inherit. */
export interface Logs {
  error: number;
  access: readonly { fd: number; format: string }[];
}

/** Opens a log; what cannot be opened goes to `fallback`. */
export async function logFile(sys: Syscalls, path: string, fallback: number): Promise<number> {
  const own = /^\/(?:proc\/self\/fd\/|dev\/std)(1|2|out|err)$/.exec(path)?.[1];
  if (own !== undefined) return own === '1' || own === 'out' ? 1 : 2;
  return sys.open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644).catch((error: unknown) => {
    if (isErrno(error)) return fallback;
    throw error;
  });
}

/** A line of the error log: `[Thu Nov 26 08:00:00.123456 2026] [core:notice] [pid 1:tid 1] …` */
export function errorLine(sys: Syscalls, module: string, text: string): string {
  const now = sys.clock_gettime();
  const { year, month, day, hour, minute, second, weekday } = calendar(now);
  const two = (value: number) => String(value).padStart(2, '0');
  const micros = String(Math.floor((now % 1000) * 1000)).padStart(6, '0');
  const pid = sys.getpid();
  return `[${WEEKDAYS[weekday]} ${MONTHS[month - 1]} ${two(day)} ${two(hour)}:${two(minute)}:${two(second)}.${micros} ${year}] [${module}] [pid ${pid}:tid ${pid}] ${text}\n`;
}

/** A line by a LogFormat (mod_log_config). */
export function accessLine(
  sys: Syscalls,
  format: string,
  { method, target, headers }: HttpRequest,
  address: string,
  status: number,
  sent: number,
): string {
  const { year, month, day, hour, minute, second } = calendar(sys.clock_gettime());
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `[${two(day)}/${MONTHS[month - 1]}/${year}:${two(hour)}:${two(minute)}:${two(second)} +0000]`;
  return format.replace(
    /%[<>]?(?:\{([^}]*)\})?([a-zA-Z%])/g,
    (whole, name: string | undefined, letter: string) => {
      switch (letter) {
        case 'h':
        case 'a':
          return address;
        case 'l':
        case 'u':
          return '-';
        case 't':
          return time;
        case 'r':
          return `${method} ${target} HTTP/1.1`;
        case 's':
          return String(status);
        case 'b':
          return sent === 0 ? '-' : String(sent);
        case 'B':
          return String(sent);
        case 'm':
          return method;
        case 'U':
          return target.replace(/\?.*/, '');
        case 'i':
          return headers.get(name ?? '') ?? '-';
        case '%':
          return '%';
        default:
          return whole;
      }
    },
  );
}
