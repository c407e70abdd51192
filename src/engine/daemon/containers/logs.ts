import { encodeFrame } from '../../api/stdcopy.ts';
import { encode } from '../../base/bytes.ts';
import { parseRfc3339 } from '../../base/calendar.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter, systemError } from '../error.ts';
import { Feed } from '../lines.ts';
import type { Container } from './container.ts';
import { type LogEntry, timeOf } from './json-log.ts';

export interface LogOptions {
  stdout: boolean;
  stderr: boolean;
  follow: boolean;
  timestamps: boolean;
  /** A number of lines; undefined for all. */
  tail: number | undefined;
  /** What was asked to be kept with each line, of which there is nothing here, and a blank. */
  details: boolean;
  since: number | undefined;
  until: number | undefined;
}

/** `key=value,key=value`, each as in a URL (moby httputils stringAttrs). */
const detailsOf = ({ attrs = {} }: LogEntry): string =>
  Object.entries(attrs)
    .map((pair) => pair.map((text) => encodeURIComponent(text).replaceAll('%20', '+')).join('='))
    .join(',');

/** A container's log as the client gets it: framed, or raw where there is a tty. Models moby daemon/logs.go. */
export async function containerLogs(
  engine: Engine,
  container: Container,
  options: LogOptions,
): Promise<Feed<Uint8Array>> {
  if (!options.stdout && !options.stderr)
    throw invalidParameter('Bad parameters: you must choose at least one stream');
  if (container.hostConfig.LogConfig?.Type === 'none')
    throw systemError('configured logging driver does not support reading');
  const feed = new Feed<Uint8Array>();
  const wanted = (entry: LogEntry) =>
    (entry.stream === 'stdout' ? options.stdout : options.stderr) &&
    (options.since === undefined || timeOf(entry) >= options.since) &&
    (options.until === undefined || timeOf(entry) <= options.until);
  const send = (entry: LogEntry) => {
    const line = encode(
      `${options.timestamps ? `${nine(entry.time)} ` : ''}${options.details ? `${detailsOf(entry)} ` : ''}${entry.log}`,
    );
    feed.push(container.config.Tty ? line : encodeFrame(entry.stream === 'stdout' ? 1 : 2, line));
  };
  const follow = options.follow && container.state.running;
  const log = engine.logOf(container);
  const late: LogEntry[] = [];
  let live = false;
  const { entries, stop } = await log.read(
    follow ? (fresh) => (live ? fresh.filter(wanted).forEach(send) : void late.push(...fresh)) : undefined,
  );
  const chosen = entries.filter(({ stream }) => (stream === 'stdout' ? options.stdout : options.stderr));
  const tail = options.tail === undefined ? chosen : options.tail === 0 ? [] : chosen.slice(-options.tail);
  for (const entry of tail.filter(wanted)) send(entry);
  if (!follow) {
    feed.end();
    return feed;
  }
  for (const entry of late.filter(wanted)) send(entry);
  live = true;
  feed.onAbandon = stop;
  const end = () => {
    stop();
    feed.end();
  };
  void container.nextExit().then(end);
  if (options.until !== undefined)
    void sleep(engine.sys, Math.max(0, options.until - engine.now())).then(end);
  return feed;
}

/** Time stamps are shown with all nine digits. */
function nine(time: string): string {
  const [seconds, fraction = ''] = time.replace(/Z$/, '').split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}Z`;
}

/** `since` and `until`: seconds with a fraction, or RFC 3339. */
export function parseLogTime(text: string): number | undefined {
  if (text === '' || text === '0') return undefined;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  return parseRfc3339(text);
}
