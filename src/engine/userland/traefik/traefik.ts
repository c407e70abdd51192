import { parse } from 'yaml';
import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import type { HttpRequest, HttpResponse } from '../../net/http/message.ts';
import { serve } from '../../net/http/server.ts';
import { readFile, type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { listenOn, serveConnections } from '../net/serve-connections.ts';
import { type Log, ReverseProxy, stamp } from './reverse-proxy.ts';

/** Options that are simulated, by their names in lower case; everything else is refused. */
const OPTIONS = [
  'api',
  'api.dashboard',
  'api.insecure',
  'log.level',
  'accesslog',
  'global.sendanonymoususage',
  'global.checknewversion',
  'ping',
  'providers.docker',
  'providers.docker.endpoint',
  'providers.docker.exposedbydefault',
  'providers.docker.network',
];

/** At which `log.level` a line is written. */
const LEVELS = { ERR: /^/, WRN: /^(trace|debug|info|warn)$/i, INF: /^(trace|debug|info)$/i };

const ENTRY_POINT = /^entrypoints\.([a-z0-9_-]+)\.address$/;

/**
 * traefik(1): a proxy that reads from the labels of containers what it routes where. It asks the daemon at each request, where the
 * real one follows its events. Other providers than Docker, TLS, middlewares and TCP are not modelled.
 */
export const traefik = (version: string): Program =>
  utility(async (io) => {
    if (io.args[0] === 'version') {
      io.stdout.write(
        `Version:      ${version}\nCodename:     ${version.startsWith('2.') ? 'mimolette' : 'ramequin'}\nGo version:   go1.24.6\nOS/Arch:      linux/amd64\n`,
      );
      return 0;
    }
    const options = await readOptions(io);
    if (typeof options === 'string') {
      await io.stderr.write(
        `${stamp(io.sys.clock_gettime())} ERR command traefik error error="${options}"\n`,
      );
      return 1;
    }
    const { sys } = io;
    const log: Log = async (level, text) => {
      if (LEVELS[level].test(options.get('log.level') ?? 'error'))
        await io.stdout.write(`${stamp(sys.clock_gettime())} ${level} ${text}\n`);
      await io.stdout.flush();
    };
    await log('INF', `Traefik version ${version} built on 2026-11-05T10:12:44Z version=${version}`);
    const entries = [...options].flatMap(([name, value]) => {
      const entry = ENTRY_POINT.exec(name)?.[1];
      return entry === undefined ? [] : [{ entry, port: Number(/:(\d+)/.exec(value)?.[1] ?? 80) }];
    });
    const isOn = (name: string) => (options.get(name) ?? 'false') !== 'false';
    if (entries.length === 0) entries.push({ entry: 'http', port: 80 });
    const proxy = new ReverseProxy(io, options, log);
    const serving = entries.map(async ({ port }) =>
      listen(port, (request, peer) => proxy.answer(request, peer)),
    );
    if (isOn('api.insecure') || isOn('ping')) serving.push(listen(8080, (request) => proxy.inner(request)));
    let end = (_status: number) => {};
    const ended = new Promise<number>((resolve) => {
      end = resolve;
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) await sys.sigaction(signal, () => end(0));
    return Promise.race([
      ended,
      Promise.all(serving).then((all) => all.find((status) => status !== 0) ?? ended),
    ]);

    async function listen(
      port: number,
      answer: (request: HttpRequest, peer: string) => Promise<HttpResponse>,
    ): Promise<number> {
      let listener: number;
      try {
        listener = await listenOn(sys, port);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await log(
          'ERR',
          `command traefik error error="error opening listener: listen tcp :${port}: bind: ${error.message.toLowerCase()}"`,
        );
        return 1;
      }
      void serveConnections(sys, listener, (stream, peer) => {
        const from = peer.family === 'unix' ? '' : peer.address.replace(/^::ffff:/, '');
        return serve(stream, (request) => answer(request, from), {
          clock: { now: () => sys.clock_gettime() },
        });
      });
      return 0;
    }
  });

/** Options of the command line over those of /etc/traefik/traefik.yml, by name; or what is wrong with them. */
async function readOptions(io: Stdio): Promise<Map<string, string> | string> {
  const options = new Map<string, string>();
  const file = await readFile(io.sys, '/etc/traefik/traefik.yml').catch(() => undefined);
  if (file !== undefined)
    for (const [name, value] of flat(parse(bytesToText(file)) as unknown))
      options.set(name.toLowerCase(), value);
  for (const arg of io.args) {
    const [, name = '', value = 'true'] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === '') return `command not found: ${arg}`;
    options.set(name.toLowerCase(), value);
  }
  for (const name of options.keys())
    if (!OPTIONS.includes(name) && !ENTRY_POINT.test(name)) return `${name} is not simulated in Drydock`;
  return options;
}

function flat(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null)
    return path === '' ? [] : [[path, String(value ?? 'true')]];
  const inner = Object.entries(value);
  if (inner.length === 0) return [[path, 'true']];
  return inner.flatMap(([key, one]) => flat(one, path === '' ? key : `${path}.${key}`));
}
