import { encode } from '../base/bytes.ts';
import { rfc3339Nano } from '../base/calendar.ts';
import { writeAll } from '../runtime/files.ts';
import type { Engine } from './engine.ts';

/** A line of the daemon's own log, on its standard error, as logrus writes it without a terminal. */
export async function logLine(
  { sys }: Pick<Engine, 'sys'>,
  level: 'info' | 'warning' | 'error',
  message: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const shown = Object.entries(fields).map(
    ([key, value]) => `${key}=${/^[\w./-]+$/.test(value) ? value : JSON.stringify(value)}`,
  );
  const line = [
    `time="${rfc3339Nano(sys.clock_gettime())}"`,
    `level=${level}`,
    `msg=${JSON.stringify(message)}`,
  ];
  await writeAll(sys, 2, encode(`${[...line, ...shown].join(' ')}\n`));
}
