import type { ByteStream } from '../../base/byte-stream.ts';
import { concat, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { BodyReader, declaredFraming, EMPTY_BODY, encodeChunk, LAST_CHUNK } from './body.ts';
import { encodeHead, hasToken, type ResponseHead, readResponseHead } from './head.ts';
import { type HttpClientRequest, type HttpClientResponse, HttpHeaders } from './message.ts';
import { isBodiless } from './status.ts';
import { WireReader } from './wire-reader.ts';

/**
 * Sends one request over a connection and gives the answer as soon as its head has come; the body is read
 * through it. Throws `HttpError` when the peer does not speak HTTP or ends too early, `Errno` when the
 * connection breaks. The stream stays the caller's to close.
 */
export function request(stream: ByteStream, message: HttpClientRequest): Promise<HttpClientResponse> {
  return new HttpConnection(stream).request(message);
}

/** A client's connection that serves several requests in turn while the server keeps it. */
export class HttpConnection {
  readonly stream: ByteStream;
  readonly #wire: WireReader;
  #body: BodyReader | undefined;
  #keep = true;
  #sending = false;

  constructor(stream: ByteStream) {
    this.stream = stream;
    this.#wire = new WireReader(stream);
  }

  /** Whether another request may be sent: the last answer is read to its end and neither side asked to close. */
  get reusable(): boolean {
    return this.#keep && !this.#sending && (this.#body?.finished ?? true);
  }

  async request(message: HttpClientRequest): Promise<HttpClientResponse> {
    if (!this.reusable) throw new Error('the connection is still busy or closed');
    const body = typeof message.body === 'string' ? encode(message.body) : message.body;
    const headers = new HttpHeaders([['Host', message.host]]);
    for (const [name, value] of message.headers ?? []) headers.append(name, value);
    const streamed = body !== undefined && !(body instanceof Uint8Array);
    const chunk = streamed && !headers.has('Content-Length');
    if (chunk && !headers.has('Transfer-Encoding')) headers.append('Transfer-Encoding', 'chunked');
    if (body instanceof Uint8Array && !headers.has('Content-Length'))
      headers.append('Content-Length', String(body.length));
    if (body === undefined && !headers.has('Content-Length') && /^(POST|PUT|PATCH)$/.test(message.method))
      headers.append('Content-Length', '0');
    const start = encodeHead(`${message.method} ${message.target} HTTP/1.1`, headers);
    const waits = body !== undefined && hasToken(headers, 'Expect', '100-continue');

    let head: ResponseHead;
    if (waits) {
      await this.stream.write(start);
      head = await readResponseHead(this.#wire);
      if (head.status === 100) {
        head = await this.#exchange(body, chunk);
      } else {
        // The body that the head announced will never be sent: the connection cannot go on.
        this.#keep = false;
      }
    } else if (streamed) {
      await this.stream.write(start);
      head = await this.#exchange(body, chunk);
    } else {
      head = await this.#exchange(body === undefined ? start : concat([start, body]), false);
    }
    while (head.status >= 100 && head.status < 200 && head.status !== 101)
      head = await readResponseHead(this.#wire);
    return this.#receive(message.method, head);
  }

  /**
   * Sends while it waits for the head: a server may answer, and even refuse and close, before it has read all.
   * A broken send matters only if no answer comes.
   */
  #exchange(body: Uint8Array | AsyncIterable<Uint8Array>, chunk: boolean): Promise<ResponseHead> {
    this.#sending = true;
    return new Promise((resolve, reject) => {
      let failure: unknown;
      this.#send(body, chunk).then(
        () => {
          this.#sending = false;
        },
        (error: unknown) => {
          failure = error;
          this.#keep = false;
          // What broke is the source of the body, not the connection: no answer can be hoped for.
          if (!isErrno(error, 'EPIPE', 'ECONNRESET')) reject(error);
        },
      );
      readResponseHead(this.#wire).then(resolve, (error: unknown) => reject(failure ?? error));
    });
  }

  async #send(body: Uint8Array | AsyncIterable<Uint8Array>, chunk: boolean): Promise<void> {
    if (body instanceof Uint8Array) return this.stream.write(body);
    for await (const piece of body)
      if (piece.length > 0) await this.stream.write(chunk ? encodeChunk(piece) : piece);
    if (chunk) await this.stream.write(LAST_CHUNK);
  }

  #receive(method: string, head: ResponseHead): HttpClientResponse {
    const { minor, status, reason, headers } = head;
    if (status === 101) {
      this.#keep = false;
      const connection: ByteStream = {
        read: (max) => this.#wire.read(max),
        write: (bytes) => this.stream.write(bytes),
        closeWrite: () => this.stream.closeWrite(),
        close: () => this.stream.close(),
      };
      return { minor, status, reason, headers, body: EMPTY_BODY, connection };
    }
    if (hasToken(headers, 'Connection', 'close')) this.#keep = false;
    if (minor === 0 && !hasToken(headers, 'Connection', 'keep-alive')) this.#keep = false;
    if (method === 'HEAD' || isBodiless(status)) return { minor, status, reason, headers, body: EMPTY_BODY };
    const framing = declaredFraming(headers) ?? { kind: 'until-close' as const };
    if (framing.kind === 'until-close') this.#keep = false;
    this.#body = new BodyReader(this.#wire, framing);
    return { minor, status, reason, headers, body: this.#body };
  }
}
