import { isErrno } from '../../base/errno.ts';
import type { SocketAddress } from '../../net/address.ts';
import type { HttpRequest, HttpResponse } from '../../net/http/message.ts';
import { httpDate, serve } from '../../net/http/server.ts';
import { getopt, OptionError } from '../lib/getopt.ts';
import type { Stdio } from '../lib/stdio.ts';
import { listenOn, serveConnections, shownAddress } from './serve-connections.ts';
import { staticFile } from './static-file.ts';
import { busyboxUsage, netProgram } from './tool.ts';

const USAGE =
  'httpd [-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]\n\nListen for incoming HTTP requests';

/** BusyBox' httpd: serves files of a directory. CGI and authentication are not modelled. */
export const httpd = netProgram(async (io, _flavour, build) => {
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, { short: 'ifvp:h:c:u:r:' });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(`httpd: ${error.message}\n${busyboxUsage(build, USAGE)}`);
    return 1;
  }
  const value = (name: string) => parsed.options.findLast((option) => option.name === name)?.value;
  const verbose = parsed.options.filter((option) => option.name === 'v').length;
  for (const name of ['i', 'c', 'r', 'u'])
    if (parsed.options.some((option) => option.name === name))
      return io.fail(`option -${name} is not modelled`);
  const [, address, port] = /^(?:(.*):)?(\d+)$/.exec(value('p') ?? '80') ?? [];
  if (port === undefined) return io.fail(`bad address '${value('p')}'`);
  const home = value('h');
  if (home !== undefined) {
    try {
      await io.sys.chdir(home);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`can't change directory to '${home}': ${error.message}`);
    }
  }
  let listener: number;
  try {
    listener = await listenOn(
      io.sys,
      Number(port),
      address === undefined ? '::' : address.replace(/^\[|\]$/g, ''),
    );
  } catch (error) {
    if (!isErrno(error)) throw error;
    return io.fail(`bind: ${error.message}`);
  }
  if (!parsed.options.some((option) => option.name === 'f')) {
    await io.sys.fork(async (child) => {
      await child.sys.setsid();
      await serveConnections(child.sys, listener, (stream, peer) =>
        connection(io, child.sys, verbose, stream, peer),
      );
      return 0;
    });
    return 0;
  }
  await serveConnections(io.sys, listener, (stream, peer) => connection(io, io.sys, verbose, stream, peer));
  return 0;
});

function connection(
  io: Stdio,
  sys: Stdio['sys'],
  verbose: number,
  stream: Parameters<typeof serve>[0],
  peer: SocketAddress,
): Promise<void> {
  const log = (text: string) => io.stderr.write(`${shownAddress(peer)}: ${text}\n`);
  return serve(stream, async (request) => {
    if (verbose > 1) await log(`url:${request.target}`);
    const response = await respond(sys, request);
    if (verbose > 0) await log(`response:${response.status}`);
    return response;
  });
}

async function respond(sys: Stdio['sys'], request: HttpRequest): Promise<HttpResponse> {
  const date = httpDate(sys.clock_gettime());
  const head: [string, string][] = [
    ['Date', date],
    ['Connection', 'close'],
  ];
  const page = (status: number, title: string, text: string): HttpResponse => ({
    status,
    headers: [...head, ['Content-type', 'text/html']],
    body: `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${text}\n</BODY></HTML>\n`,
  });
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return page(501, 'Not Implemented', 'The requested method is not recognized');
  const found = await staticFile(sys, '.', request.target, ['index.html']);
  if (found.kind === 'directory')
    return {
      ...page(302, 'Found', ''),
      headers: [...head, ['Content-type', 'text/html'], ['Location', `${request.target}/`]],
    };
  if (found.kind !== 'file') return page(404, 'Not Found', 'The requested URL was not found');
  const { stat, content, path } = found;
  return {
    status: 200,
    headers: [
      ...head,
      ['Content-type', contentType(path)],
      ['Accept-Ranges', 'bytes'],
      ['Last-Modified', httpDate(stat.mtime)],
      ['ETag', `"${Math.floor(stat.mtime / 1000).toString(16)}-${content.length.toString(16)}"`],
      ['Content-Length', String(content.length)],
    ],
    body: content,
  };
}

const TYPES: Record<string, string> = {
  txt: 'text/plain',
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
};

const contentType = (path: string) =>
  TYPES[/\.([^./]+)$/.exec(path)?.[1] ?? ''] ?? 'application/octet-stream';
