import { calendar } from '../../base/calendar.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { HttpConnection } from '../../net/http/client.ts';
import { HttpError } from '../../net/http/http-error.ts';
import type { HttpClientResponse } from '../../net/http/message.ts';
import { getopt, OptionError, type OptionTable } from '../lib/getopt.ts';
import { GAI_TEXT, lookupHost } from '../lib/resolver.ts';
import { type Stdio, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { BUSYBOX, type Flavour } from '../utility.ts';
import { type Connected, connectAny, hostField, parseUrl, redirected, type Url } from './connection.ts';
import { netProgram } from './tool.ts';

const OPTIONS: Record<Flavour, OptionTable> = {
  gnu: {
    short: 'qSO:T:U:P:t:cv',
    long: {
      quiet: 'q',
      'output-document': 'O:',
      'server-response': 'S',
      timeout: 'T:',
      'user-agent': 'U:',
      'directory-prefix': 'P:',
      tries: 't:',
      header: 'header:',
      'post-data': 'post:',
      spider: 'spider',
      'no-check-certificate': 'insecure',
      'no-verbose': 'nv',
      verbose: 'v',
    },
  },
  busybox: {
    short: 'cqSO:o:T:U:P:Y:t:',
    long: {
      header: 'header:',
      'post-data': 'post:',
      spider: 'spider',
      'no-check-certificate': 'insecure',
      quiet: 'q',
      'output-document': 'O:',
      timeout: 'T:',
    },
  },
};

/** wget(1): GNU's and BusyBox' forms, for http. */
export const wget = netProgram(async (io, flavour) => {
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, OPTIONS[flavour]);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(`wget: ${error.message}\n`);
    return usage(io, flavour);
  }
  if (parsed.operands.length === 0) {
    if (flavour === 'gnu') await io.stderr.write('wget: missing URL\n');
    return usage(io, flavour);
  }
  let status = 0;
  for (const url of parsed.operands)
    status = (await new Download(io, flavour, parsed.options).run(url)) || status;
  return status;
});

async function usage(io: Stdio, flavour: Flavour): Promise<number> {
  await io.stderr.write(
    flavour === 'busybox'
      ? `${BUSYBOX.banner}\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...\n\nRetrieve files via HTTP or FTP\n`
      : "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
  );
  return flavour === 'busybox' ? 1 : 2;
}

class Download {
  readonly #io: Stdio;
  readonly #busybox: boolean;
  readonly #options: ReturnType<typeof getopt>['options'];

  constructor(io: Stdio, flavour: Flavour, options: ReturnType<typeof getopt>['options']) {
    this.#io = io;
    this.#busybox = flavour === 'busybox';
    this.#options = options;
  }

  async run(text: string): Promise<number> {
    let target = text;
    for (let hop = 0; hop <= 20; hop++) {
      const url = parseUrl(target);
      if (url === undefined || !/^https?$/.test(url.scheme))
        return this.#busybox
          ? this.#io.fail(`not an http or ftp url: ${target}`)
          : this.#io.fail(`${target}: Unsupported scheme.`);
      const next = await this.#fetch(url);
      if (typeof next === 'number') return next;
      target = redirected(url, next);
    }
    return this.#busybox
      ? this.#io.fail('too many redirections')
      : this.#log('20 redirections exceeded.\n', 8);
  }

  /** Gets one URL: a status, or where it redirects to. */
  async #fetch(url: Url): Promise<number | string> {
    const { sys } = this.#io;
    const name = `${url.host}:${url.port}`;
    if (!this.#busybox)
      await this.#log(`--${this.#now()}--  ${url.scheme}://${hostField(url)}${url.target}\n`);
    const literal = /^[0-9.]+$|:/.test(url.host);
    if (!this.#busybox && !literal) await this.#log(`Resolving ${url.host} (${url.host})... `);
    const addresses = await lookupHost(sys, url.host);
    if (typeof addresses === 'string') {
      if (this.#busybox) return this.#io.fail(`bad address '${url.host}'`);
      await this.#log(`failed: ${GAI_TEXT[addresses]}.\n`);
      await this.#io.stderr.write(`wget: unable to resolve host address ‘${url.host}’\n`);
      return 4;
    }
    if (!this.#busybox && !literal) await this.#log(`${addresses.join(', ')}\n`);
    const seconds = this.#value('T');
    const connected = await connectAny(sys, addresses, url.port, {
      timeout: seconds === undefined ? undefined : Number(seconds) * 1000,
      trying: (address) =>
        this.#busybox
          ? this.#log(`Connecting to ${name} (${address}:${url.port})\n`)
          : this.#log(
              `Connecting to ${url.host}${literal ? '' : ` (${url.host})|${address}|`}:${url.port}... `,
            ),
      failed: (_address, error) => (this.#busybox ? undefined : this.#log(`failed: ${error.message}.\n`)),
    });
    if (connected === 'timeout')
      return this.#busybox
        ? this.#io.fail('download timed out')
        : this.#log('failed: Connection timed out.\n', 4);
    if (connected instanceof Error)
      return this.#busybox
        ? this.#io.fail(`can't connect to remote host (${addresses.at(-1)}): ${connected.message}`)
        : 4;
    if (!this.#busybox) await this.#log('connected.\n');
    if (url.scheme === 'https') {
      await connected.stream.close();
      return this.#io.fail('TLS is not modelled on the simulated machine');
    }
    try {
      return await this.#exchange(url, connected);
    } catch (error) {
      if (!(error instanceof HttpError) && !isErrno(error)) throw error;
      return this.#io.fail(this.#busybox ? 'error getting response' : error.message, this.#busybox ? 1 : 4);
    } finally {
      await connected.stream.close();
    }
  }

  async #exchange(url: Url, connected: Connected): Promise<number | string> {
    const headers: [string, string][] = [
      ['User-Agent', this.#value('U') ?? (this.#busybox ? 'Wget' : 'Wget/1.21.3')],
    ];
    if (!this.#busybox) headers.push(['Accept', '*/*'], ['Accept-Encoding', 'identity']);
    for (const { name, value } of this.#options) {
      const [, field, content] = /^([^:]+):\s*(.*)$/.exec(value ?? '') ?? [];
      if (name === 'header' && field !== undefined) headers.push([field, content ?? '']);
    }
    headers.push(['Connection', this.#busybox ? 'close' : 'Keep-Alive']);
    const post = this.#value('post');
    if (post !== undefined) headers.push(['Content-Type', 'application/x-www-form-urlencoded']);
    const spider = this.#has('spider');
    if (!this.#busybox) await this.#log('HTTP request sent, awaiting response... ');
    const response = await new HttpConnection(connected.stream).request({
      method: post === undefined ? (spider && !this.#busybox ? 'HEAD' : 'GET') : 'POST',
      target: url.target,
      host: hostField(url),
      headers,
      ...(post === undefined ? {} : { body: textToBytes(post) }),
    });
    const { status, reason } = response;
    if (this.#has('S')) await this.#showHead(response);
    if (!this.#busybox) await this.#log(`${status} ${reason}\n`);
    const location = response.headers.get('location');
    if (status >= 300 && status < 400 && location !== undefined) {
      if (!this.#busybox) await this.#log(`Location: ${location} [following]\n`);
      return location;
    }
    if (status >= 400) {
      if (this.#busybox) return this.#io.fail(`server returned error: HTTP/1.1 ${status} ${reason}`);
      return this.#log(`${this.#now()} ERROR ${status}: ${reason}.\n\n`, 8);
    }
    if (spider) return this.#log(this.#busybox ? 'remote file exists\n' : 'Remote file exists.\n\n', 0);
    return this.#save(url, response);
  }

  async #save(url: Url, response: HttpClientResponse): Promise<number> {
    const { sys } = this.#io;
    const given = this.#value('O');
    const base = url.target.replace(/[?].*$/, '').replace(/^.*\//, '') || 'index.html';
    const directory = this.#value('P');
    let name = given ?? (directory === undefined ? base : `${directory.replace(/\/$/, '')}/${base}`);
    const length = response.headers.get('content-length');
    if (!this.#busybox) {
      const type = response.headers.get('content-type')?.replace(/;.*/, '') ?? 'text/html';
      await this.#log(
        `Length: ${length === undefined ? 'unspecified' : grouped(Number(length))} [${type}]\n`,
      );
    }
    let fd = 1;
    try {
      if (name !== '-') {
        if (!this.#busybox && given === undefined) name = await this.#freeName(name);
        fd = await sys.open(
          name,
          O_WRONLY | O_CREAT | (given === undefined && this.#busybox ? O_EXCL : O_TRUNC),
          0o666,
        );
      }
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#busybox
        ? this.#io.fail(`can't open '${name}': ${error.message}`)
        : this.#io.fail(`${name}: ${error.message}`, 3);
    }
    const start = sys.clock_gettime('monotonic');
    await this.#log(
      this.#busybox
        ? name === '-'
          ? 'writing to stdout\n'
          : `saving to '${name}'\n`
        : `Saving to: ‘${name === '-' ? 'STDOUT' : name}’\n\n`,
    );
    let got = 0;
    for (let bytes = await response.body.read(); bytes !== null; bytes = await response.body.read()) {
      got += bytes.length;
      await writeAll(sys, fd, bytes);
    }
    if (fd !== 1) await sys.close(fd);
    const ms = Math.max(sys.clock_gettime('monotonic') - start, 0.001);
    if (this.#busybox) {
      const label = name.replace(/^.*\//, '').slice(0, 20).padEnd(20);
      await this.#log(`${label} 100% |********************************| ${shortSize(got)}  0:00:00 ETA\n`);
      return this.#log(name === '-' ? 'written to stdout\n' : `'${name}' saved\n`, 0);
    }
    const size = length === undefined ? `${got}` : `${got}/${length}`;
    await this.#log(
      `     0K ${' '.repeat(50)} 100% ${rate(got, ms).replace(' ', '').replace('B/s', '').padStart(5)}=0s\n\n`,
    );
    const verb = name === '-' ? 'written to stdout' : `‘${name}’ saved`;
    return this.#log(
      `${this.#now()} (${rate(got, ms)}) - ${name === '-' ? 'written to stdout' : verb} [${size}]\n\n`,
      0,
    );
  }

  /** GNU wget never overwrites: `index.html`, `index.html.1`, … */
  async #freeName(name: string): Promise<string> {
    for (let i = 0; ; i++) {
      const candidate = i === 0 ? name : `${name}.${i}`;
      try {
        await this.#io.sys.lstat(candidate);
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return candidate;
        throw error;
      }
    }
  }

  async #showHead(response: HttpClientResponse): Promise<void> {
    let text = `  HTTP/1.1 ${response.status} ${response.reason}\n`;
    for (const [name, value] of response.headers) text += `  ${name}: ${value}\n`;
    await this.#log(this.#busybox ? `${text}  \n` : text);
  }

  #has(name: string): boolean {
    return this.#options.some((option) => option.name === name);
  }

  #value(name: string): string | undefined {
    return this.#options.findLast((option) => option.name === name)?.value;
  }

  #now(): string {
    const t = calendar(this.#io.sys.clock_gettime());
    const two = (value: number) => String(value).padStart(2, '0');
    return `${t.year}-${two(t.month)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
  }

  /** Progress and messages, on standard error unless quiet. Gives `status`. */
  async #log(text: string, status = 0): Promise<number> {
    if (!this.#has('q')) await this.#io.stderr.write(text);
    return status;
  }
}

const grouped = (value: number) => (value < 1024 ? String(value) : `${value} (${shortSize(value).trim()})`);

/** BusyBox' five columns: `   12`, `1234k`. */
function shortSize(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  const units = ['k', 'M', 'G'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 10_000 && unit < 2) {
    value /= 1024;
    unit++;
  }
  return `${Math.floor(value)}${units[unit]}`.padStart(5);
}

function rate(bytes: number, ms: number): string {
  const perSecond = (bytes * 1000) / ms;
  if (perSecond < 1024) return `${perSecond.toFixed(0)} B/s`;
  if (perSecond < 1024 ** 2) return `${digits(perSecond / 1024)} KB/s`;
  return `${digits(perSecond / 1024 ** 2)} MB/s`;
}

const digits = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
