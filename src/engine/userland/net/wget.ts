import type { ByteStream } from '../../base/byte-stream.ts';
import { calendar } from '../../base/calendar.ts';
import { Errno, isErrno } from '../../base/errno.ts';
import { O_APPEND, O_CREAT, O_EXCL, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { HttpConnection } from '../../net/http/client.ts';
import { HttpError } from '../../net/http/http-error.ts';
import type { HttpClientResponse } from '../../net/http/message.ts';
import type { Certificate } from '../../net/tls/certificate.ts';
import { AlertReceived } from '../../net/tls/record.ts';
import { getopt, OptionError, type OptionTable } from '../lib/getopt.ts';
import { GAI_TEXT, lookupHost } from '../lib/resolver.ts';
import { type Stdio, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import type { BusyboxBuild, Flavour } from '../utility.ts';
import { type Connected, connectAny, hostField, parseUrl, redirected, type Url } from './connection.ts';
import { authorities, beginTls } from './tls.ts';
import { busyboxUsage, netProgram } from './tool.ts';
import { certificateComplaints, handshakeComplaint } from './wget-tls.ts';

const OPTIONS: Record<Flavour, OptionTable> = {
  gnu: {
    short: 'qSO:o:T:U:P:t:cvn:',
    // What is not quiet is verbose.
    inert: ['v'],
    long: {
      quiet: 'q',
      'output-document': 'O:',
      'output-file': 'o:',
      continue: 'c',
      'server-response': 'S',
      timeout: 'T:',
      'user-agent': 'U:',
      'directory-prefix': 'P:',
      tries: 't:',
      header: 'header:',
      'post-data': 'post:',
      spider: 'spider',
      'no-check-certificate': 'insecure',
      'ca-certificate': 'ca:',
      'no-verbose': 'nv',
      verbose: 'v',
    },
  },
  busybox: {
    short: 'cqSO:o:T:U:P:Y:t:',
    // BusyBox takes -t and tries once; there is no proxy that -Y could turn off.
    inert: ['t', 'Y'],
    long: {
      header: 'header:',
      'post-data': 'post:',
      spider: 'spider',
      'no-check-certificate': 'insecure',
      quiet: 'q',
      'output-document': 'O:',
      'output-file': 'o:',
      continue: 'c',
      timeout: 'T:',
    },
  },
};

/**
 * wget(1): GNU's and BusyBox' forms, for http and https.
 */
export const wget = netProgram(async (io, flavour, build) => {
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, OPTIONS[flavour]);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(`wget: ${error.message}\n`);
    return usage(io, flavour, build);
  }
  if (parsed.operands.length === 0) {
    if (flavour === 'gnu') await io.stderr.write('wget: missing URL\n');
    return usage(io, flavour, build, 1);
  }
  // -nv is the option -n with the word v; -nc, -nd and their kin are others.
  const letters = parsed.options.find(({ name, value }) => name === 'n' && value !== 'v');
  if (letters !== undefined) return io.fail(`option -n${letters.value} is not modelled`, 2);
  const seconds = parsed.options.findLast((option) => option.name === 'T')?.value;
  if (seconds !== undefined && !/^\d+(\.\d+)?$/.test(seconds)) {
    if (flavour === 'busybox') return io.fail(`invalid number '${seconds}'`);
    return io.fail(`--timeout: Invalid time period ‘${seconds}’`, 2);
  }
  const logFile = parsed.options.findLast((option) => option.name === 'o')?.value;
  let log = 2;
  if (logFile !== undefined && logFile !== '-') {
    try {
      log = await io.sys.open(logFile, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o666);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return flavour === 'busybox'
        ? io.fail(`can't open '${logFile}': ${error.message}`)
        : io.fail(`${logFile}: ${error.message}`, 1);
    }
    // BusyBox makes the log file its standard error; GNU's writes only its log there.
    if (flavour === 'busybox') await io.sys.dup2(log, 2);
  }
  let status = 0;
  for (const url of parsed.operands)
    status = (await new Download(io, flavour, build, parsed.options, log).run(url)) || status;
  return status;
});

async function usage(io: Stdio, flavour: Flavour, build: BusyboxBuild, status = 2): Promise<number> {
  await io.stderr.write(
    flavour === 'busybox'
      ? busyboxUsage(build, USAGE)
      : "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
  );
  return flavour === 'busybox' ? 1 : status;
}

const SESSION_ENDED =
  'Failed writing HTTP request: The specified session has been invalidated for some reason..\nGiving up.\n\n';

const USAGE =
  'wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n' +
  '\t[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...\n\nRetrieve files via HTTP or FTP';

class Download {
  readonly #io: Stdio;
  readonly #busybox: boolean;
  readonly #build: BusyboxBuild;
  readonly #options: ReturnType<typeof getopt>['options'];
  readonly #logFd: number;
  /** Where `-c` goes on: the size of what is there already. */
  #from = 0;
  #try = 1;
  #trusted: Certificate[] | undefined;

  constructor(
    io: Stdio,
    flavour: Flavour,
    build: BusyboxBuild,
    options: ReturnType<typeof getopt>['options'],
    logFd: number,
  ) {
    this.#build = build;
    this.#logFd = logFd;
    this.#io = io;
    this.#busybox = flavour === 'busybox';
    this.#options = options;
  }

  async run(text: string): Promise<number> {
    let target = text;
    if (this.#has('c')) this.#from = await this.#sizeOf(this.#name(parseUrl(text)));
    for (let hop = 0; hop <= 20; hop++) {
      const url = parseUrl(target);
      if (url === undefined || !/^https?$/.test(url.scheme))
        return this.#busybox
          ? this.#io.fail(`not an http or ftp url: ${target}`)
          : this.#log(`${target}: Unsupported scheme ‘${/^[^:]*/.exec(target)![0]}’.\n`, 1);
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
      await this.#log(
        `--${this.#now()}--  ${this.#try > 1 ? `(try:${String(this.#try).padStart(2)})  ` : ''}${href(url)}\n`,
      );
    await this.#readAuthorities(url);
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
      failed: (_address, error) => (this.#busybox ? undefined : this.#say(`failed: ${error.message}.\n`)),
    });
    if (connected === 'timeout')
      return this.#busybox ? this.#io.fail('download timed out') : this.#again(url);
    if (connected instanceof Errno)
      return this.#busybox
        ? this.#io.fail(`can't connect to remote host (${addresses.at(-1)}): ${connected.message}`)
        : 4;
    if (!this.#busybox) await this.#log('connected.\n');
    try {
      const stream = url.scheme === 'https' ? await this.#secure(url, connected) : connected.stream;
      return typeof stream === 'number' ? stream : await this.#exchange(url, stream);
    } catch (error) {
      // A server that asks for a certificate refuses only after the handshake.
      if (error instanceof AlertReceived)
        return this.#busybox
          ? this.#io.fail('error getting response: Connection reset by peer')
          : this.#log(SESSION_ENDED, 4);
      if (!(error instanceof HttpError) && !isErrno(error)) throw error;
      return this.#io.fail(this.#busybox ? 'error getting response' : error.message, this.#busybox ? 1 : 4);
    } finally {
      await connected.stream.close();
    }
  }

  /** TLS over a connection; a status where it fails. */
  async #secure(url: Url, { stream }: Connected): Promise<ByteStream | number> {
    const { sys } = this.#io;
    const insecure = this.#has('insecure');
    const unlooked = this.#busybox && !this.#build.sslClient;
    // BusyBox says this of itself, and goes on.
    if (unlooked && !insecure)
      await this.#io.stderr.write('wget: note: TLS certificate validation not implemented\n');
    const tls = await beginTls(sys, stream, {
      name: url.host,
      trusted: this.#trusted ?? [],
      insecure: insecure || unlooked,
    });
    if (this.#busybox) {
      if (!('kind' in tls)) return tls.stream;
      // Before it stands OpenSSL's queue of errors, with places of its sources: that is not simulated.
      if (this.#build.sslClient) await this.#io.stderr.write('ssl_client: SSL_connect\n');
      return this.#io.fail('error getting response: Connection reset by peer');
    }
    const problems = 'problems' in tls ? tls.problems : [];
    for (const line of certificateComplaints(problems, url.host, insecure)) await this.#say(`${line}\n`);
    if (!('kind' in tls)) return tls.stream;
    if (tls.kind === 'certificate') return 5;
    return this.#say(handshakeComplaint(tls), 4);
  }

  /** Whom to trust. GNU wget reads it before it connects, and tells of a file that it was given. */
  async #readAuthorities(url: Url): Promise<void> {
    if (url.scheme !== 'https' || this.#trusted !== undefined) return;
    const { sys } = this.#io;
    this.#trusted = (await authorities(sys)) ?? [];
    if (this.#busybox) return;
    const file = this.#value('ca');
    if (file === undefined) return;
    const more = await authorities(sys, file);
    await this.#log(
      more === undefined
        ? `ERROR: Failed to open cert ${file}: (-64).\n`
        : `Loaded CA certificate '${file}'\n`,
    );
    this.#trusted.push(...(more ?? []));
  }

  /** GNU wget tries again after a timeout, 20 times unless -t says otherwise (0: for ever), a little later each time. */
  async #again(url: Url): Promise<number | string> {
    await this.#log('failed: Connection timed out.\n');
    const tries = Number.parseInt(this.#value('t') ?? '20', 10) || 0;
    if (tries > 0 && this.#try >= tries) return this.#log('Giving up.\n\n', 4);
    await this.#log('Retrying.\n\n');
    await this.#io.sys.nanosleep(Math.min(this.#try, 10) * 1000);
    this.#try++;
    return this.#fetch(url);
  }

  async #exchange(url: Url, stream: ByteStream): Promise<number | string> {
    const headers: [string, string][] = [
      ['User-Agent', this.#value('U') ?? (this.#busybox ? 'Wget' : 'Wget/1.21.3')],
    ];
    if (!this.#busybox) headers.push(['Accept', '*/*'], ['Accept-Encoding', 'identity']);
    for (const { name, value } of this.#options) {
      const [, field, content] = /^([^:]+):\s*(.*)$/.exec(value ?? '') ?? [];
      if (name === 'header' && field !== undefined) headers.push([field, content ?? '']);
    }
    if (this.#from > 0) headers.push(['Range', `bytes=${this.#from}-`]);
    headers.push(['Connection', this.#busybox ? 'close' : 'Keep-Alive']);
    const post = this.#value('post');
    if (post !== undefined) headers.push(['Content-Type', 'application/x-www-form-urlencoded']);
    const spider = this.#has('spider');
    if (!this.#busybox) await this.#log('HTTP request sent, awaiting response... ');
    const response = await new HttpConnection(stream).request({
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
    if (status === 416 && this.#from > 0 && !this.#busybox)
      return this.#log('\n    The file is already fully retrieved; nothing to do.\n\n', 0);
    // A server that knows no ranges sends all of it again.
    if (status !== 206) this.#from = 0;
    if (status >= 400) {
      if (this.#busybox)
        return this.#io.fail(`server returned error: HTTP/1.${response.minor} ${status} ${reason}`);
      return this.#brief
        ? this.#say(`${href(url)}:\n${this.#now()} ERROR ${status}: ${reason}.\n`, 8)
        : this.#log(`${this.#now()} ERROR ${status}: ${reason}.\n\n`, 8);
    }
    if (spider) return this.#log(this.#busybox ? 'remote file exists\n' : 'Remote file exists.\n\n', 0);
    return this.#save(url, response);
  }

  async #save(url: Url, response: HttpClientResponse): Promise<number> {
    const { sys } = this.#io;
    const given = this.#value('O');
    let name = this.#name(url);
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
        if (!this.#busybox && given === undefined && !this.#has('c')) name = await this.#freeName(name);
        fd = await sys.open(
          name,
          O_WRONLY |
            O_CREAT |
            (this.#from > 0
              ? O_APPEND
              : given === undefined && this.#busybox && !this.#has('c')
                ? O_EXCL
                : O_TRUNC),
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
    if (this.#brief) return this.#say(`${this.#now()} URL:${href(url)} [${size}] -> "${name}" [1]\n`);
    const verb = name === '-' ? 'written to stdout' : `‘${name}’ saved`;
    return this.#log(
      `${this.#now()} (${rate(got, ms)}) - ${name === '-' ? 'written to stdout' : verb} [${size}]\n\n`,
      0,
    );
  }

  /** The file to save to. */
  #name(url: Url | undefined): string {
    const base = url?.target.replace(/[?].*$/, '').replace(/^.*\//, '') || 'index.html';
    const directory = this.#value('P');
    return this.#value('O') ?? (directory === undefined ? base : `${directory.replace(/\/$/, '')}/${base}`);
  }

  async #sizeOf(name: string): Promise<number> {
    try {
      return (await this.#io.sys.stat(name)).size;
    } catch (error) {
      if (isErrno(error)) return 0;
      throw error;
    }
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
    let text = `  HTTP/1.${response.minor} ${response.status} ${response.reason}\n`;
    for (const [name, value] of response.headers) text += `  ${name}: ${value}\n`;
    await this.#log(this.#busybox ? `${text}  \n` : text);
  }

  get #brief(): boolean {
    return this.#has('nv') || this.#has('n');
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
    if (!this.#brief) await this.#say(text);
    return status;
  }

  /** What -nv shows, too. */
  async #say(text: string, status = 0): Promise<number> {
    if (!this.#has('q')) await writeAll(this.#io.sys, this.#logFd, textToBytes(text));
    return status;
  }
}

const href = (url: Url) => `${url.scheme}://${hostField(url)}${url.target}`;

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
