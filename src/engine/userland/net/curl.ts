import type { ByteStream } from '../../base/byte-stream.ts';
import { Errno, isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { fdStream } from '../../kernel/fd-stream.ts';
import { HttpConnection } from '../../net/http/client.ts';
import { HttpError } from '../../net/http/http-error.ts';
import type { HttpClientResponse } from '../../net/http/message.ts';
import { AlertReceived } from '../../net/tls/record.ts';
import { SYSTEM_ROOTS } from '../../net/tls/trust.ts';
import { lookupHost } from '../lib/resolver.ts';
import { readAll, readFile, type Stdio, writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { type Connected, connectAny, hostField, parseUrl, redirected, type Url } from './connection.ts';
import { type CurlOptions, parseOptions } from './curl-options.ts';
import { certificateLines, MORE_ON_CERTIFICATES, OPENSSL, refusedLater, tlsError } from './curl-tls.ts';
import { METER_HEAD, meterLine } from './progress-meter.ts';
import { authorities, beginTls } from './tls.ts';
import { netProgram } from './tool.ts';

const VERSION = '7.88.1';

/** Ends the transfer with one of curl's exit codes. */
class CurlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** curl(1) for http and https, over TCP and unix sockets. */
export const curl = netProgram(async (io) => {
  const parsed = parseOptions(io.args);
  if (typeof parsed === 'string') {
    await io.stderr.write(`${parsed}curl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  if (parsed.has('version')) {
    io.stdout.write(
      `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION} ${OPENSSL}\nProtocols: http https\nFeatures: SSL UnixSockets\n`,
    );
    return 0;
  }
  if (parsed.urls.length === 0) {
    await io.stderr.write("curl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  let status = 0;
  for (const url of parsed.urls) status = await new Transfer(io, parsed).run(url);
  return status;
});

class Transfer {
  readonly #io: Stdio;
  readonly #options: CurlOptions;
  #start = 0;
  #out = 1;
  #received = 0;
  #total: number | undefined;
  #code = 0;
  #version = '0';
  #type = '';
  #redirects = 0;
  #url = '';
  #onTerminal = false;

  constructor(io: Stdio, options: CurlOptions) {
    this.#io = io;
    this.#options = options;
  }

  async run(text: string): Promise<number> {
    const { sys } = this.#io;
    this.#start = sys.clock_gettime('monotonic');
    this.#onTerminal = await sys.isatty(1).catch(() => false);
    const limit = this.#options.get('max-time');
    let status = 0;
    try {
      const work = this.#follow(text);
      if (limit === undefined) await work;
      else await this.#within(work, Number(limit) * 1000);
    } catch (error) {
      if (error instanceof CurlError) {
        status = error.status;
        await this.#meter(true);
        if (!this.#options.has('silent') || this.#options.has('show-error'))
          await this.#io.stderr.write(`curl: (${error.status}) ${error.message}\n`);
      } else if (isErrno(error, 'EPIPE')) {
        status = 23;
        await this.#io.stderr.write('curl: (23) Failed writing body\n');
      } else throw error;
    }
    if (this.#out > 2) await sys.close(this.#out);
    await this.#writeOut(status);
    return status;
  }

  async #within(work: Promise<void>, ms: number): Promise<void> {
    const late = this.#io.sys.nanosleep(ms).then(() => 'late' as const);
    work.catch(() => {});
    if ((await Promise.race([work, late])) !== 'late') return;
    const spent = this.#elapsed();
    const progress =
      this.#code > 0
        ? ` with ${this.#received} ${this.#total === undefined ? '' : `out of ${this.#total} `}bytes received`
        : '';
    throw new CurlError(
      28,
      progress === ''
        ? `Connection timed out after ${spent} milliseconds`
        : `Operation timed out after ${spent} milliseconds${progress}`,
    );
  }

  async #follow(text: string): Promise<void> {
    let target = text;
    for (;;) {
      this.#url = /^[a-z][a-z0-9+.-]*:\/\//i.test(target) ? target : `http://${target}`;
      const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(target)?.[1]?.toLowerCase() ?? 'http';
      if (scheme !== 'http' && scheme !== 'https')
        throw new CurlError(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
      const url = parseUrl(target);
      if (url === undefined) throw new CurlError(3, 'URL using bad/illegal format or missing URL');
      const next = await this.#fetch(url);
      if (next === undefined) return;
      if (++this.#redirects > 50) throw new CurlError(47, 'Maximum (50) redirects followed');
      target = redirected(url, next);
      await this.#note(`Issue another request to this URL: '${target}'`);
    }
  }

  /** One exchange; where it redirects to if that is to be followed. */
  async #fetch(url: Url): Promise<string | undefined> {
    if (this.#options.has('remote-name') && /\/$/.test(url.target.replace(/[?].*/, ''))) {
      await this.#io.stderr.write('curl: Remote file name has no length!\n');
      throw new CurlError(23, 'Failed writing received data to disk/application');
    }
    if (!this.#silentMeter && this.#redirects === 0)
      await this.#io.stderr.write(METER_HEAD + meterLine(0, undefined));
    const connected = await this.#connect(url);
    try {
      const stream = url.scheme === 'https' ? await this.#secure(url, connected) : connected.stream;
      return await this.#exchange(url, stream);
    } catch (error) {
      if (error instanceof AlertReceived) {
        const { status, message } = refusedLater(error.description);
        throw new CurlError(status, message);
      }
      if (error instanceof HttpError) {
        if (error.code === 'EOF') throw new CurlError(52, 'Empty reply from server');
        if (error.code === 'UNEXPECTED_EOF') {
          const left = (this.#total ?? 0) - this.#received;
          throw new CurlError(
            18,
            `transfer closed with ${left > 0 ? left : 'outstanding read data'} ${left > 0 ? 'bytes remaining to read' : 'remaining'}`,
          );
        }
        throw new CurlError(1, 'Received HTTP/0.9 when not allowed');
      }
      if (isErrno(error, 'ECONNRESET')) throw new CurlError(56, 'Recv failure: Connection reset by peer');
      throw error;
    } finally {
      await connected.stream.close();
    }
  }

  async #connect(url: Url): Promise<Connected> {
    const { sys } = this.#io;
    const socket = this.#options.get('unix-socket');
    if (socket !== undefined) {
      const fd = await sys.socket('unix', 'stream');
      try {
        await this.#note(`  Trying ${socket}:0...`);
        await sys.connect(fd, { family: 'unix', path: socket });
        await this.#note(`Connected to ${url.host} (${socket}) port ${url.port} (#0)`);
        return { fd, stream: fdStream(sys, fd), address: socket };
      } catch (error) {
        if (!isErrno(error)) throw error;
        await this.#note(error.message);
        throw new CurlError(
          7,
          `Failed to connect to ${url.host} port ${url.port} after ${this.#elapsed()} ms: Couldn't connect to server`,
        );
      }
    }
    const family = this.#options.has('ipv4') ? 'inet' : this.#options.has('ipv6') ? 'inet6' : undefined;
    const addresses = await lookupHost(sys, url.host, family);
    if (typeof addresses === 'string') {
      await this.#note(`Could not resolve host: ${url.host}`);
      throw new CurlError(6, `Could not resolve host: ${url.host}`);
    }
    const seconds = this.#options.get('connect-timeout');
    const connected = await connectAny(sys, addresses, url.port, {
      timeout: seconds === undefined ? undefined : Number(seconds) * 1000,
      trying: (address) =>
        this.#note(`  Trying ${address.includes(':') ? `[${address}]` : address}:${url.port}...`),
      failed: (address, error) =>
        this.#note(`connect to ${address} port ${url.port} failed: ${error.message}`),
    });
    if (connected === 'timeout')
      throw new CurlError(
        28,
        `Failed to connect to ${url.host} port ${url.port} after ${this.#elapsed()} ms: Timeout was reached`,
      );
    if (connected instanceof Errno) {
      const text = `Failed to connect to ${url.host} port ${url.port} after ${this.#elapsed()} ms: Couldn't connect to server`;
      await this.#note(text);
      throw new CurlError(7, text);
    }
    await this.#note(`Connected to ${url.host} (${connected.address}) port ${url.port} (#0)`);
    return connected;
  }

  /** TLS over a connection, with the words of curl's OpenSSL backend for what is wrong. */
  async #secure(url: Url, { stream }: Connected): Promise<ByteStream> {
    const { sys } = this.#io;
    const options = this.#options;
    const insecure = options.has('insecure');
    const file = options.get('cacert');
    const trusted = await authorities(sys, file);
    if (trusted === undefined && file !== undefined && !insecure)
      throw new CurlError(77, `error setting certificate file: ${file}`);
    if (!insecure) {
      await this.#note(` CAfile: ${file ?? SYSTEM_ROOTS}`);
      await this.#note(' CApath: /etc/ssl/certs');
    }
    const tls = await beginTls(sys, stream, { name: url.host, trusted: trusted ?? [], insecure });
    if ('kind' in tls) {
      const { status, message } = tlsError(tls, url);
      if (status === 60) await this.#note(message);
      throw new CurlError(status, status === 60 ? `${message}\n${MORE_ON_CERTIFICATES}` : message);
    }
    for (const line of certificateLines(tls, url.host, insecure)) await this.#note(line);
    return tls.stream;
  }

  async #exchange(url: Url, stream: ByteStream): Promise<string | undefined> {
    const options = this.#options;
    const body = await this.#body();
    const query =
      options.has('get') && body !== undefined
        ? `${url.target.includes('?') ? '&' : '?'}${String.fromCharCode(...body)}`
        : '';
    const sends = query === '' ? body : undefined;
    const method =
      options.get('request') ??
      (options.has('head')
        ? 'HEAD'
        : options.has('upload-file')
          ? 'PUT'
          : sends === undefined
            ? 'GET'
            : 'POST');
    const headers = this.#headers(url, sends !== undefined);
    const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? hostField(url);
    const fields = headers.filter(([name]) => name.toLowerCase() !== 'host');
    const target = url.target + query;
    let sent = `> ${method} ${target} HTTP/1.1\n> Host: ${host}\n`;
    for (const [name, value] of fields) sent += `> ${name}: ${value}\n`;
    if (sends !== undefined && !fields.some(([name]) => name.toLowerCase() === 'content-length'))
      sent += `> Content-Length: ${sends.length}\n`;
    await this.#verbose(`${sent}> \n`);
    const response = await new HttpConnection(stream).request({
      method,
      target,
      host,
      headers: fields,
      ...(sends === undefined ? {} : { body: sends }),
    });
    this.#code = response.status;
    this.#version = `1.${response.minor}`;
    this.#type = response.headers.get('content-type') ?? '';
    let received = `< HTTP/1.${response.minor} ${response.status} ${response.reason}\n`;
    for (const [name, value] of response.headers) received += `< ${name}: ${value}\n`;
    await this.#verbose(`${received}< \n`);
    if (response.status >= 400 && options.has('fail'))
      throw new CurlError(22, `The requested URL returned error: ${response.status}`);
    const location = response.headers.get('location');
    const follows =
      options.has('location') && response.status >= 300 && response.status < 400 && location !== undefined;
    await this.#output(url, response, follows);
    if (follows) return location;
    if (response.status >= 400 && options.has('fail-with-body'))
      throw new CurlError(22, `The requested URL returned error: ${response.status}`);
    await this.#meter(false);
    await this.#note('Closing connection 0');
    return undefined;
  }

  /** Our fields with those of -H: `Name: value` replaces, `Name:` takes away. */
  #headers(url: Url, sends: boolean): [string, string][] {
    const options = this.#options;
    const user = options.get('user') ?? url.user;
    const fields: [string, string][] = [];
    if (user !== undefined) fields.push(['Authorization', `Basic ${btoa(user)}`]);
    fields.push(
      ['User-Agent', options.get('user-agent') ?? `curl/${VERSION}`],
      ['Accept', options.has('json') ? 'application/json' : '*/*'],
    );
    const referer = options.get('referer');
    if (referer !== undefined) fields.push(['Referer', referer]);
    if (sends && !options.has('upload-file'))
      fields.push([
        'Content-Type',
        options.has('json') ? 'application/json' : 'application/x-www-form-urlencoded',
      ]);
    for (const line of options.all('header')) {
      const [, name, value] = /^([^:;]+)[:;]\s*(.*)$/.exec(line) ?? [];
      if (name === undefined) continue;
      for (let i = fields.length - 1; i >= 0; i--)
        if (fields[i]![0].toLowerCase() === name.toLowerCase()) fields.splice(i, 1);
      if (value !== '' || line.endsWith(';')) fields.push([name, value ?? '']);
    }
    return fields;
  }

  /** What -d and its kin, or -T, send; undefined for a request without a body. */
  async #body(): Promise<Uint8Array | undefined> {
    const options = this.#options;
    const file = options.get('upload-file');
    if (file !== undefined) return this.#read(file);
    const parts: Uint8Array[] = [];
    for (const name of ['data', 'data-binary', 'data-raw', 'json'])
      for (const value of options.all(name)) {
        const fromFile = value.startsWith('@') && name !== 'data-raw';
        const bytes = fromFile ? await this.#read(value.slice(1)) : textToBytes(value);
        if (parts.length > 0) parts.push(textToBytes('&'));
        // Of a file, -d drops line ends; --data-binary keeps them.
        parts.push(fromFile && name === 'data' ? bytes.filter((byte) => byte !== 10 && byte !== 13) : bytes);
      }
    if (parts.length === 0) return undefined;
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  async #read(path: string): Promise<Uint8Array> {
    try {
      return path === '-' ? await readAll(this.#io.sys, 0) : await readFile(this.#io.sys, path);
    } catch (error) {
      if (!isErrno(error)) throw error;
      throw new CurlError(26, `Failed to open ${path}`);
    }
  }

  async #output(url: Url, response: HttpClientResponse, follows: boolean): Promise<void> {
    const options = this.#options;
    const length = response.headers.get('content-length');
    this.#total = length === undefined || options.has('head') ? undefined : Number(length);
    await this.#open(url);
    const { sys } = this.#io;
    let head = `HTTP/1.${response.minor} ${response.status} ${response.reason}\r\n`;
    for (const [name, value] of response.headers) head += `${name}: ${value}\r\n`;
    if (options.has('include') || options.has('head'))
      await writeAll(sys, this.#out, textToBytes(`${head}\r\n`));
    const dump = options.get('dump-header');
    if (dump !== undefined) await this.#dump(dump, `${head}\r\n`);
    this.#received = 0;
    for (let bytes = await response.body.read(); bytes !== null; bytes = await response.body.read()) {
      this.#received += bytes.length;
      if (!follows) await writeAll(sys, this.#out, bytes);
    }
  }

  async #dump(path: string, head: string): Promise<void> {
    const { sys } = this.#io;
    const fd = path === '-' ? 1 : await sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    await writeAll(sys, fd, textToBytes(head));
    if (fd !== 1) await sys.close(fd);
  }

  async #open(url: Url): Promise<void> {
    if (this.#out !== 1) return;
    const name = this.#options.has('remote-name')
      ? url.target.replace(/[?].*/, '').replace(/^.*\//, '')
      : this.#options.get('output');
    if (name === undefined || name === '-') return;
    try {
      this.#out = await this.#io.sys.open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    } catch (error) {
      if (!isErrno(error)) throw error;
      await this.#warn(`Failed to open the file ${name}: ${error.message}`);
      throw new CurlError(23, 'Failed writing body');
    }
  }

  async #warn(text: string): Promise<void> {
    if (!this.#options.has('silent')) await this.#io.stderr.write(`Warning: ${text}\n`);
  }

  /** `-w`: variables in `%{…}` and the escapes. */
  async #writeOut(status: number): Promise<void> {
    const format = this.#options.get('write-out');
    if (format === undefined) return;
    const seconds = ((this.#io.sys.clock_gettime('monotonic') - this.#start) / 1000).toFixed(6);
    const variables: Record<string, string> = {
      http_code: String(this.#code).padStart(3, '0'),
      response_code: String(this.#code).padStart(3, '0'),
      size_download: String(this.#received),
      content_type: this.#type,
      time_total: seconds,
      url_effective: this.#url,
      num_redirects: String(this.#redirects),
      exitcode: String(status),
      http_version: this.#version,
    };
    const text = format
      .replace(/%\{([a-z_]+)\}/g, (_whole, name: string) => variables[name] ?? '')
      .replace(/\\n/g, '\n')
      .replace(/\\t/g, '\t')
      .replace(/\\r/g, '\r')
      .replace(/%%/g, '%');
    await writeAll(this.#io.sys, 1, textToBytes(text));
  }

  /** No meter when silent, nor when the body goes to the terminal. */
  get #silentMeter(): boolean {
    const options = this.#options;
    return (
      options.has('silent') ||
      options.has('no-progress-meter') ||
      (this.#onTerminal && !options.has('output') && !options.has('remote-name'))
    );
  }

  async #meter(failed: boolean): Promise<void> {
    if (this.#silentMeter || (failed && this.#code === 0 && this.#url === '')) return;
    const ms = Math.max(1, this.#elapsed());
    await this.#io.stderr.write(
      failed
        ? `${meterLine(0, undefined)}\n`
        : `${meterLine(this.#received, Math.round((this.#received * 1000) / ms))}\n`,
    );
  }

  #elapsed(): number {
    return Math.floor(this.#io.sys.clock_gettime('monotonic') - this.#start);
  }

  #note(text: string): Promise<void> {
    return this.#verbose(`* ${text}\n`);
  }

  async #verbose(text: string): Promise<void> {
    if (this.#options.has('verbose')) await this.#io.stderr.write(text);
  }
}
