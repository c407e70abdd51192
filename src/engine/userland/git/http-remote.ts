import { concat, decode } from '../../base/bytes.ts';
import { lineOf, type Packet, packets, readPackets } from '../../git/pkt-line.ts';
import type { Stdio } from '../lib/stdio.ts';
import { type Fetched, type FetchFailure, fetchUrl } from '../net/fetch-url.ts';
import { askCredentials } from './credentials.ts';
import { fatal } from './fatal.ts';
import {
  type FetchAnswer,
  type FetchRequest,
  INFINITE_DEPTH,
  type Remote,
  type RemoteRef,
} from './remote.ts';
import { VERSION } from './version.ts';

const AGENT = `agent=git/${VERSION}`;
/** ms to wait for a connection. */
const TIMEOUT = 130_000;

/** A repository over HTTP, in version 2 of the protocol (gitprotocol-http(5), gitprotocol-v2(5)). */
export class HttpRemote implements Remote {
  readonly #io: Stdio;
  #url: string;
  #authorization: string | undefined;
  #isKnown = false;

  constructor(io: Stdio, url: string) {
    this.#io = io;
    this.#url = url.replace(/\/+$/, '');
  }

  async refs(prefixes: readonly string[]): Promise<RemoteRef[]> {
    await this.#discover();
    const answer = await this.#command('ls-refs', [
      'peel',
      'symrefs',
      ...prefixes.map((prefix) => `ref-prefix ${prefix}`),
    ]);
    return answer.flatMap((line): RemoteRef[] => {
      const [id, name, ...more] = lineOf(line).split(' ');
      if (id === undefined || name === undefined) return [];
      const attribute = (key: string) => more.find((one) => one.startsWith(`${key}:`))?.slice(key.length + 1);
      return [{ id, name, peeled: attribute('peeled'), target: attribute('symref-target') }];
    });
  }

  async fetch(request: FetchRequest): Promise<FetchAnswer> {
    await this.#discover();
    const { wants, haves, shallow, depth, includeTags, progress } = request;
    const args = [
      ...(progress === undefined ? ['no-progress'] : []),
      ...(includeTags ? ['include-tag'] : []),
      'ofs-delta',
      ...shallow.map((id) => `shallow ${id}`),
      ...(depth === undefined ? [] : [`deepen ${Math.min(depth, INFINITE_DEPTH)}`]),
      ...wants.map((id) => `want ${id}`),
      ...haves.map((id) => `have ${id}`),
      // All that is known has been said in one go.
      'done',
    ];
    const answer = await this.#command('fetch', args);
    const found = { shallow: [] as string[], unshallow: [] as string[] };
    const data: Uint8Array[] = [];
    let section = '';
    for (const line of answer) {
      if (!(line instanceof Uint8Array)) section = '';
      else if (section === '') section = lineOf(line);
      else if (section === 'shallow-info') {
        const [kind, id = ''] = lineOf(line).split(' ');
        found[kind === 'shallow' ? 'shallow' : 'unshallow'].push(id);
      } else if (section === 'packfile') await this.#band(line, data, progress);
    }
    return { ...found, pack: concat(data) };
  }

  async #band(line: Uint8Array, data: Uint8Array[], progress: FetchRequest['progress']): Promise<void> {
    const rest = line.subarray(1);
    if (line[0] === 1) data.push(rest);
    else if (line[0] === 2) await progress?.(decode(rest));
    else throw fatal(`remote error: ${decode(rest).trimEnd()}`);
  }

  /** Asks what the server can do; follows it to where it has gone. */
  async #discover(): Promise<void> {
    if (this.#isKnown) return;
    const answer = await this.#ask('/info/refs?service=git-upload-pack');
    if (answer.type !== 'application/x-git-upload-pack-advertisement')
      throw fatal(`${this.#url}/info/refs not valid: is this a git repository?`);
    const moved = answer.url.replace(/\/info\/refs\?service=git-upload-pack$/, '');
    if (moved !== this.#url) {
      await this.#io.stderr.write(`warning: redirecting to ${moved}/\n`);
      this.#url = moved;
    }
    if (!readPackets(answer.body).some((line) => lineOf(line) === 'version 2'))
      throw fatal('the server speaks an old version of the protocol, which is not simulated in Drydock');
    this.#isKnown = true;
  }

  async #command(name: string, args: readonly string[]): Promise<Packet[]> {
    const lines = args.map((arg) => `${arg}\n`);
    const body = packets(`command=${name}\n`, AGENT, 'object-format=sha1', 'delimiter', ...lines, 'flush');
    const answer = readPackets((await this.#ask('/git-upload-pack', body)).body);
    const first = lineOf(answer[0]);
    if (first.startsWith('ERR ')) throw fatal(`remote error: ${first.slice(4)}`);
    return answer;
  }

  async #ask(rest: string, body?: Uint8Array): Promise<Fetched> {
    for (let attempt = 0; ; attempt++) {
      const answer = await fetchUrl(this.#io.sys, this.#url + rest, {
        headers: [
          ['User-Agent', `git/${VERSION}`],
          ['Git-Protocol', 'version=2'],
          ...(body === undefined
            ? []
            : ([
                ['Content-Type', 'application/x-git-upload-pack-request'],
                ['Accept', 'application/x-git-upload-pack-result'],
              ] as const)),
          ...(this.#authorization === undefined ? [] : ([['Authorization', this.#authorization]] as const)),
        ],
        body,
        timeout: TIMEOUT,
      });
      const url = `${this.#url}/`;
      if ('kind' in answer) throw fatal(`unable to access '${url}': ${inCurlsWords(answer, this.#url)}`);
      if (answer.status === 200) return answer;
      if (answer.status === 401) {
        if (attempt > 0) throw fatal(`Authentication failed for '${url}'`);
        this.#authorization = await askCredentials(this.#io, this.#url);
      } else if (answer.status === 404) throw fatal(`repository '${url}' not found`);
      else throw fatal(`unable to access '${url}': The requested URL returned error: ${answer.status}`);
    }
  }
}

/** What libcurl says of it, with the TLS of GnuTLS as in Debian's git. */
function inCurlsWords(failure: FetchFailure, url: string): string {
  const { hostname, port, protocol } = new URL(url);
  const at = `${hostname} port ${port || (protocol === 'https:' ? 443 : 80)}`;
  switch (failure.kind) {
    case 'lookup':
      return `Could not resolve host: ${failure.host}`;
    case 'timeout':
      return `Failed to connect to ${at} after ${TIMEOUT} ms: Couldn't connect to server`;
    case 'connection':
      return `Failed to connect to ${at} after 0 ms: Couldn't connect to server`;
    case 'tls': {
      if (failure.failure.kind !== 'certificate')
        return 'gnutls_handshake() failed: The TLS connection was non-properly terminated.';
      const name = failure.failure.problems.some(({ kind }) => kind === 'wrong-name' || kind === 'no-names');
      return name
        ? `SSL: no alternative certificate subject name matches target host name '${hostname}'`
        : 'server certificate verification failed. CAfile: none CRLfile: none';
    }
    case 'answer':
      return failure.message;
    case 'redirects':
      return 'Maximum (20) redirects followed';
  }
}
