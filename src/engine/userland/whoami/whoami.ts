import { decode } from '../../base/bytes.ts';
import { calendar } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { parseBool } from '../../base/go-bool.ts';
import { readAll } from '../../net/http/body.ts';
import type { HttpHeaders, HttpRequest, HttpResponse } from '../../net/http/message.ts';
import { serve } from '../../net/http/server.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { listenOn, serveConnections, shownAddress } from '../net/serve-connections.ts';

/**
 * traefik/whoami: a web server that tells who it is and what it was asked, so that one sees behind a proxy which of several
 * answered. TLS, gRPC, /echo (WebSockets) and /upload are not modelled.
 */
interface Settings {
  port: string;
  name: string;
  verbose: boolean;
  /** What /health answers. */
  health: number;
}

/** By the flag: what it sets, and the variable of the environment that sets it otherwise. */
const FLAGS = {
  port: { takes: 'string', variable: 'WHOAMI_PORT_NUMBER', default: '80' },
  name: { takes: 'string', variable: 'WHOAMI_NAME', default: '' },
  verbose: { takes: 'bool', variable: undefined, default: 'false' },
  cert: { takes: 'string', variable: undefined, default: '' },
  key: { takes: 'string', variable: undefined, default: '' },
  ca: { takes: 'string', variable: undefined, default: '' },
} as const;
type Flag = keyof typeof FLAGS;

export const whoami = utility(async (io) => {
  const settings = await readSettings(io);
  if (typeof settings === 'number') return settings;
  const { sys } = io;
  const log = (text: string) => io.stderr.write(`${instant(sys.clock_gettime())} ${text}\n`);
  await log(`Starting up on port ${settings.port}`);
  let listener: number;
  try {
    listener = await listenOn(sys, Number(settings.port));
  } catch (error) {
    if (!isErrno(error)) throw error;
    await log(`listen tcp :${settings.port}: bind: ${error.message.toLowerCase()}`);
    return 1;
  }
  // Go's runtime catches the signals of every program, and ends with 2 where the default action does not end a first process.
  let end = (_status: number) => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) await sys.sigaction(signal, () => end(2));
  void serveConnections(sys, listener, (stream, peer) => {
    // A client of IPv4 on a socket of both.
    const remote = shownAddress(peer).replace(/^\[::ffff:([\d.]+)\]/, '$1');
    return serve(
      stream,
      async (request) => {
        if (settings.verbose) await log(`${remote} - - [${request.method} ${request.target}]`);
        return answer(io, settings, request, remote);
      },
      { clock: { now: () => sys.clock_gettime() } },
    );
  });
  return ended;
});

/** Flags as Go's package flag takes them, over the environment; a status where one is wrong or not modelled. */
async function readSettings(io: Stdio): Promise<Settings | number> {
  const values = new Map<Flag, string>();
  for (const [name, { variable, default: none }] of Object.entries(FLAGS) as [Flag, (typeof FLAGS)[Flag]][])
    values.set(name, (variable && io.env.get(variable)) || none);
  const args = [...io.args];
  while (args[0]?.startsWith('-') && args[0] !== '-') {
    const [, name = '', given] = /^--?([^=]*)(?:=(.*))?$/s.exec(args.shift()!) ?? [];
    if (name === '' && given === undefined) break;
    if (!Object.hasOwn(FLAGS, name)) {
      await io.stderr.write(`flag provided but not defined: -${name}\n${usage()}`);
      return 2;
    }
    const { takes } = FLAGS[name as Flag];
    const value = given ?? (takes === 'bool' ? 'true' : args.shift());
    if (value === undefined) {
      await io.stderr.write(`flag needs an argument: -${name}\n${usage()}`);
      return 2;
    }
    values.set(name as Flag, value);
  }
  for (const name of ['cert', 'key', 'ca'] as const)
    if (values.get(name)) return io.fail(`-${name}: TLS is not simulated in Drydock`);
  return {
    port: values.get('port')!,
    name: values.get('name')!,
    verbose: parseBool(values.get('verbose')!) === true,
    health: 200,
  };
}

const usage = () =>
  `Usage of /whoami:\n${Object.entries(FLAGS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { takes }]) => `  -${name}${takes === 'bool' ? '' : ' string'}\n`)
    .join('')}`;

async function answer(
  io: Stdio,
  settings: Settings,
  request: HttpRequest,
  remote: string,
): Promise<HttpResponse> {
  const { pathname, searchParams } = new URL(request.target, 'http://whoami');
  switch (pathname) {
    case '/api':
      return json(await facts(io, settings, request, remote));
    case '/health':
      return health(io, settings, request);
    case '/bench':
      return text('1', [['Connection', 'keep-alive']]);
    case '/data':
      return text(data(searchParams));
    case '/echo':
    case '/upload':
      return text(`${pathname} is not simulated in Drydock\n`, [], 501);
    default:
      return text(await whoIAm(io, settings, request, remote, searchParams));
  }
}

async function whoIAm(
  io: Stdio,
  { name }: Settings,
  request: HttpRequest,
  remote: string,
  query: URLSearchParams,
): Promise<string> {
  const wait = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(query.get('wait') ?? '');
  if (wait)
    await io.sys.nanosleep(Number(wait[1]) * { ms: 1, s: 1000, m: 60_000 }[wait[2] as 'ms' | 's' | 'm']);
  const lines: string[] = [];
  if (parseBool(query.get('env') ?? ''))
    for (const [variable, value] of io.env) lines.push(`${variable}=${value}`);
  if (name !== '') lines.push(`Name: ${name}`);
  lines.push(`Hostname: ${(await io.sys.uname()).nodename}`);
  for (const address of await addresses(io)) lines.push(`IP: ${address}`);
  lines.push(`RemoteAddr: ${remote}`);
  return `${lines.join('\n')}\n${asWritten(request)}`;
}

const addresses = async ({ sys }: Stdio): Promise<string[]> =>
  (await sys.netlink({ type: 'RTM_GETADDR' })).map(({ address }) => address);

/** The request as Go writes one (net/http Request.Write): host and user agent first, the other fields by name. */
function asWritten({ method, target, headers }: HttpRequest): string {
  const others = Object.entries(fields(headers)).filter(([name]) => name !== 'Host' && name !== 'User-Agent');
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${headers.get('Host') ?? ''}`,
    `User-Agent: ${headers.get('User-Agent') ?? 'Go-http-client/1.1'}`,
    ...others.map(([name, values]) => `${name}: ${values.join(', ')}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** The fields of a message by their canonical names, sorted, as Go's http.Header has them. */
function fields(headers: HttpHeaders): Record<string, string[]> {
  const all: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const canonical = name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
    all[canonical] = [...(all[canonical] ?? []), value];
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function facts(io: Stdio, { name }: Settings, request: HttpRequest, remote: string): Promise<object> {
  const { Host: _host, ...headers } = fields(request.headers);
  return {
    hostname: (await io.sys.uname()).nodename,
    ip: await addresses(io),
    headers,
    url: request.target,
    host: request.headers.get('Host') ?? '',
    method: request.method,
    ...(name === '' ? {} : { name }),
    remoteAddr: remote,
  };
}

/** GET answers with the status in force; a POST of another sets it, so that one can play ill. */
async function health(io: Stdio, settings: Settings, { method, body }: HttpRequest): Promise<HttpResponse> {
  if (method !== 'POST') return text('', [], settings.health);
  const wanted = Number(decode(await readAll(body)).trim() || Number.NaN);
  if (!Number.isInteger(wanted) || wanted < 200 || wanted > 599) return text('not a status', [], 400);
  await io.stdout.write(`Update health check status code [${wanted}]\n`);
  await io.stdout.flush();
  settings.health = wanted;
  return text('');
}

/** `?size=n&unit=KB`: so many bytes, between two bars. */
function data(query: URLSearchParams): string {
  const unit = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[(query.get('unit') ?? '').toLowerCase()] ?? 1;
  const size = Math.min(Number(query.get('size') ?? 1) * unit, 16 * 1024 ** 2);
  return `|${'-ABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(Math.ceil(size / 27)).slice(0, Math.max(0, size - 2))}|`;
}

const text = (body: string, headers: [string, string][] = [], status = 200): HttpResponse => ({
  status,
  headers: [...headers, ['Content-Type', 'text/plain; charset=utf-8']],
  body,
});

const json = (value: object): HttpResponse => ({
  status: 200,
  headers: [['Content-Type', 'application/json']],
  body: `${JSON.stringify(value)}\n`,
});

/** The time as Go's package log writes it. */
function instant(now: number): string {
  const { year, month, day, hour, minute, second } = calendar(now);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}/${two(month)}/${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}
