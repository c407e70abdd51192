import type { ContainerSummary } from '../../api/containers.ts';
import type { ImageSummary } from '../../api/images.ts';
import { calendar } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import type { HttpResponse } from '../../net/http/message.ts';
import { serve } from '../../net/http/server.ts';
import { type Stdio, utility } from '../lib/stdio.ts';
import { askDocker, NoDaemon } from '../net/docker-socket.ts';
import { listenOn, serveConnections } from '../net/serve-connections.ts';

/**
 * What stands where Portainer's server is: a page of our own on port 9000 that lists the containers and images of the daemon
 * whose socket it was given. Accounts, TLS on 9443, agents and all that changes something are not modelled.
 */
export const portainer = (version: string): Program =>
  utility(async (io) => {
    const { sys } = io;
    const unknown = io.args.find(
      (arg, at) =>
        !/^(-H|--host|--http-enabled|--data)(=|$)/.test(arg) && !(at > 0 && io.args[at - 1] === '-H'),
    );
    if (unknown !== undefined) return io.fail(`option ${unknown} is not simulated in Drydock`);
    const log = (text: string) => io.stderr.write(`${instant(sys.clock_gettime())} INF ${text}\n`);
    await log(`starting Portainer | build_number=201 version=${version}`);
    let listener: number;
    try {
      listener = await listenOn(sys, 9000);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`listen tcp :9000: bind: ${error.message.toLowerCase()}`);
    }
    await log('starting HTTP server | bind_address=:9000');
    let end = (_status: number) => {};
    const ended = new Promise<number>((resolve) => {
      end = resolve;
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) await sys.sigaction(signal, () => end(0));
    void serveConnections(sys, listener, (stream) =>
      serve(stream, async ({ target }) => (target === '/' ? overview(io) : lost()), {
        clock: { now: () => sys.clock_gettime() },
      }),
    );
    return ended;
  });

async function overview({ sys }: Stdio): Promise<HttpResponse> {
  try {
    const containers = await askDocker<ContainerSummary[]>(sys, '/containers/json?all=1');
    const images = await askDocker<ImageSummary[]>(sys, '/images/json');
    return page(
      `${table(
        ['Name', 'State', 'Image', 'Published ports'],
        containers.map(({ Names, Status, Image, Ports }) => [
          (Names[0] ?? '').slice(1),
          Status,
          Image,
          (Ports ?? [])
            .filter(({ PublicPort, IP }) => PublicPort !== undefined && !IP?.includes(':'))
            .map(({ PublicPort, PrivatePort }) => `${PublicPort}:${PrivatePort}`)
            .join(', '),
        ]),
        'Containers',
      )}${table(
        ['Tags', 'Size'],
        images.map(({ RepoTags, Size }) => [(RepoTags ?? []).join(', '), `${(Size / 1e6).toFixed(1)} MB`]),
        'Images',
      )}`,
    );
  } catch (error) {
    if (!(error instanceof NoDaemon)) throw error;
    return page(
      `<p>${escaped(error.message)}</p><p>Start this container with -v /var/run/docker.sock:/var/run/docker.sock</p>`,
    );
  }
}

const table = (heads: readonly string[], rows: readonly string[][], title: string) =>
  `<h2>${title} (${rows.length})</h2><table><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr>${rows
    .map((cells) => `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`)
    .join('')}</table>`;

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const page = (body: string): HttpResponse => ({
  status: 200,
  headers: [['Content-Type', 'text/html; charset=utf-8']],
  body: `<!DOCTYPE html>\n<title>Containers</title>\n<style>body { font-family: sans-serif; margin: 2em } td, th { text-align: left; padding: 0.2em 1em 0.2em 0 }</style>\n<h1>This machine</h1>\n<p>A stand-in for Portainer: it looks, and changes nothing.</p>\n${body}\n`,
});

const lost = (): HttpResponse => ({
  status: 404,
  headers: [['Content-Type', 'text/plain']],
  body: 'not found\n',
});

/** `2026/11/21 08:00AM`, as it begins the lines of its log. */
function instant(now: number): string {
  const { year, month, day, hour, minute } = calendar(now);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}/${two(month)}/${two(day)} ${two(hour % 12 || 12)}:${two(minute)}${hour < 12 ? 'AM' : 'PM'}`;
}
