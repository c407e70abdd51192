import { encode } from '../../base/bytes.ts';
import { calendar, MONTHS } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import { readRequestHead } from '../../net/http/head.ts';
import { HttpError } from '../../net/http/http-error.ts';
import { httpDate } from '../../net/http/server.ts';
import { WireReader } from '../../net/http/wire-reader.ts';
import { readFile, type Stdio, utility } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { listenOn, serveConnections } from '../net/serve-connections.ts';
import { type Application, readApplication } from './application.ts';

/**
 * The python of training/webapp: it runs the page that the image comes with, also with other texts, as Flask's own server serves it. It says
 * of all other programs that Python is not simulated.
 */
export const python = (version: string): Program => utility((io) => main(io, version));

async function main(io: Stdio, version: string): Promise<number> {
  const [file] = io.args;
  if (file === '-V' || file === '--version') {
    await io.stderr.write(`Python ${version}\n`);
    return 0;
  }
  const refused = () => io.fail('running programs in Python is not simulated in Drydock yet', 126);
  if (file === undefined || file.startsWith('-')) return refused();
  let source: string;
  try {
    source = bytesToText(await readFile(io.sys, file));
  } catch (error) {
    if (!isErrno(error)) throw error;
    const number = { ENOENT: 2, EACCES: 13, ENOTDIR: 20, EISDIR: 21 }[error.code as string] ?? 5;
    await io.stderr.write(`python: can't open file '${file}': [Errno ${number}] ${error.message}\n`);
    return 2;
  }
  const application = readApplication(source, io.env);
  return application === undefined ? refused() : serve(io, application, version);
}

async function serve(io: Stdio, application: Application, version: string): Promise<number> {
  const { sys } = io;
  const { host, port } = application;
  let listener: number;
  try {
    listener = await listenOn(sys, port, host);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const number = error.code === 'EADDRINUSE' ? 98 : 13;
    await io.stderr.write(
      `Traceback (most recent call last):\n  File "${io.args[0]}", in <module>\nsocket.error: [Errno ${number}] ${error.message}\n`,
    );
    return 1;
  }
  // Python answers Ctrl-C with an exception, at which the server leaves its loop; SIGTERM it leaves to the system.
  let end = (_status: number) => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  await sys.sigaction('SIGINT', () => end(0));
  await io.stderr.write(` * Running on http://${host}:${port}/ (Press CTRL+C to quit)\n`);
  void serveConnections(sys, listener, async (stream, peer) => {
    try {
      const head = await readRequestHead(new WireReader(stream));
      if (head !== undefined) {
        const { status, fields, body } = answer(application, io.env, head);
        const now = sys.clock_gettime();
        const lines = [
          `HTTP/1.0 ${status}`,
          ...fields,
          `Content-Length: ${encode(body).length}`,
          `Server: Werkzeug/0.10.4 Python/${version}`,
          `Date: ${httpDate(now)}`,
        ];
        await stream.write(encode(`${lines.join('\r\n')}\r\n\r\n${head.method === 'HEAD' ? '' : body}`));
        const from = peer.family === 'unix' ? peer.path : peer.address;
        const request = `${head.method} ${head.target} HTTP/1.${head.minor}`;
        await io.stderr.write(`${from} - - [${stamp(now)}] "${request}" ${status.slice(0, 3)} -\n`);
      }
    } catch (error) {
      if (!isErrno(error) && !(error instanceof HttpError)) throw error;
    }
    await stream.close().catch(() => {});
  });
  return ended;
}

const HTML = 'Content-Type: text/html; charset=utf-8';
const METHODS = ['HEAD', 'OPTIONS', 'GET'];
const ALLOW = `Allow: ${METHODS.join(', ')}`;

function answer(
  { greeting: [before, after], variable, otherwise }: Application,
  environment: ReadonlyMap<string, string>,
  { method, target }: { method: string; target: string },
): { status: string; fields: string[]; body: string } {
  const page = (name: string, text: string) =>
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>${name}</title>\n<h1>${name.slice(4)}</h1>\n<p>${text}</p>\n`;
  if (target.replace(/\?.*$/s, '') !== '/') {
    const text =
      'The requested URL was not found on the server.  If you entered the URL manually please check your spelling and try again.';
    return {
      status: '404 NOT FOUND',
      fields: ['Content-Type: text/html'],
      body: page('404 Not Found', text),
    };
  }
  if (!METHODS.includes(method))
    return {
      status: '405 METHOD NOT ALLOWED',
      fields: ['Content-Type: text/html', ALLOW],
      body: page('405 Method Not Allowed', 'The method is not allowed for the requested URL.'),
    };
  if (method === 'OPTIONS') return { status: '200 OK', fields: [HTML, ALLOW], body: '' };
  const body = `${before}${environment.get(variable) ?? otherwise}${after}`;
  return { status: '200 OK', fields: [HTML], body };
}

/** `27/Nov/2026 10:00:00` */
function stamp(ms: number): string {
  const t = calendar(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(t.day)}/${MONTHS[t.month - 1]}/${t.year} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
}
