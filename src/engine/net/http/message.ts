import type { ByteReader, ByteStream } from '../../base/byte-stream.ts';

/**
 * HTTP messages inside a world. They are not the platform's `Request` and `Response`: a browser settles
 * those bodies in tasks of its own, at moments that no replay could repeat. These are plain values over byte
 * streams that only the world moves.
 */

/** Header fields in order of arrival; names compare without case. */
export class HttpHeaders implements Iterable<[string, string]> {
  readonly #fields: [string, string][] = [];

  constructor(fields: Iterable<readonly [string, string]> = []) {
    for (const [name, value] of fields) this.append(name, value);
  }

  /** The value of a field, several of one name joined by `, `; undefined where there is none. */
  get(name: string): string | undefined {
    const key = name.toLowerCase();
    let joined: string | undefined;
    for (const [n, value] of this.#fields)
      if (isNamed(n, key)) joined = joined === undefined ? value : `${joined}, ${value}`;
    return joined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  append(name: string, value: string): void {
    this.#fields.push([name, value]);
  }

  set(name: string, value: string): void {
    this.delete(name);
    this.append(name, value);
  }

  delete(name: string): void {
    const key = name.toLowerCase();
    for (let i = this.#fields.length - 1; i >= 0; i--)
      if (isNamed(this.#fields[i]![0], key)) this.#fields.splice(i, 1);
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#fields[Symbol.iterator]();
  }
}

/** Whether a field's name is `key`, which is in lower case. */
const isNamed = (name: string, key: string) => name.length === key.length && name.toLowerCase() === key;

/** What a server's handler receives. `body` ends (null) after the last byte; GET requests have an empty one. */
export interface HttpRequest {
  method: string;
  /** Path and query as sent, e.g. `/v1.51/containers/json?all=1`. */
  target: string;
  headers: HttpHeaders;
  body: ByteReader;
  /**
   * Resolves when the client has closed its side after sending the whole request (Go's request context): what a
   * handler that waits or follows stops at. It never rejects; after a hijack it never resolves.
   */
  gone?: Promise<void>;
}

/**
 * What a handler answers. A body of known size is sent with Content-Length, an iterable one chunked, each
 * piece at once. With `hijack` the connection leaves HTTP after the header (101, or 200 for old clients) and
 * is handed over as raw bytes; it is the function's to close.
 */
export interface HttpResponse {
  status: number;
  reason?: string;
  headers?: Iterable<readonly [string, string]>;
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  hijack?: (connection: ByteStream) => Promise<void>;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** What a client sends. */
export interface HttpClientRequest {
  method: string;
  target: string;
  /** The Host header. */
  host: string;
  headers?: Iterable<readonly [string, string]>;
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** What a client receives. After an upgrade (101) `connection` is the raw stream and `body` is empty. */
export interface HttpClientResponse {
  /** 0 from a server of HTTP/1.0, 1 from one of HTTP/1.1. */
  minor: number;
  status: number;
  reason: string;
  headers: HttpHeaders;
  body: ByteReader;
  connection?: ByteStream;
}
