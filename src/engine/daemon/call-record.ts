import type { ByteReader, ByteStream } from '../base/byte-stream.ts';
import { encode } from '../base/bytes.ts';
import type { Peer } from '../kernel/program.ts';
import type { HttpHandler, HttpHeaders, HttpRequest, HttpResponse } from '../net/http/message.ts';

/**
 * The calls of the Engine API that the daemon has answered, for those who look at the machine from outside. It takes its notes beside
 * what it watches: nothing waits for it, so that the daemon does the same with it as without.
 */

/** One direction of a call. */
export interface RecordedBody {
  /** How many bytes went. */
  bytes: number;
  /** The first of them, and how many these are. */
  pieces: Uint8Array[];
  kept: number;
}

export interface RecordedCall {
  /** Counts the calls from the daemon's start. */
  id: number;
  /** Who connected; undefined where that was not over a unix socket. */
  caller: Peer | undefined;
  method: string;
  /** Path and query. */
  target: string;
  /** Header fields that say what the body is, and who asks for it. */
  headers: [string, string][];
  /** When it came, when the answer began, and when it ended; ms. */
  started: number;
  answered?: number;
  ended?: number;
  status?: number;
  /** Of the answer. */
  contentType?: string;
  request: RecordedBody;
  response: RecordedBody;
  /** The connection left HTTP: what came over it then. What went is the answer's body. */
  input?: RecordedBody;
  /** The answer comes piece by piece. */
  streamed: boolean;
}

/** Under which name the daemon publishes them. */
export const CALL_RECORD = 'dockerd.calls';

/** At most so many calls are kept, of each direction so many bytes, and so many of all together. */
export const RECORD_LIMITS = { calls: 200, body: 16 << 10, bytes: 1 << 20, field: 4 << 10 };

/** After how many calls it is seen to that they are not too large all together. */
const WEIGHED_EVERY = 16;

const FIELDS = ['Content-Type', 'X-Registry-Auth', 'X-Registry-Config', 'Upgrade'];

export class CallRecord {
  readonly #now: () => number;
  readonly #calls: RecordedCall[] = [];
  #last = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Oldest first. */
  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** Watches what comes over one connection. */
  watch(handler: HttpHandler, caller: Peer | undefined): HttpHandler {
    return (request) => {
      const call = this.#begin(request, caller);
      request.body = watchedReader(request.body, call.request);
      const answer = handler(request);
      // Before the server takes it up, and without putting that off.
      void answer.then(
        (response) => this.#answered(call, response),
        () => this.#end(call),
      );
      return answer;
    };
  }

  #begin({ method, target, headers }: HttpRequest, caller: Peer | undefined): RecordedCall {
    const call: RecordedCall = {
      id: ++this.#last,
      caller,
      method,
      target,
      headers: keptFields(headers),
      started: this.#now(),
      request: noBody(),
      response: noBody(),
      streamed: false,
    };
    this.#calls.push(call);
    if (this.#calls.length > RECORD_LIMITS.calls) this.#forget();
    // To weigh all of them costs more than a call.
    if (call.id % WEIGHED_EVERY === 0) while (this.#held() > RECORD_LIMITS.bytes) this.#forget();
    return call;
  }

  #answered(call: RecordedCall, response: HttpResponse): void {
    call.answered = this.#now();
    call.status = response.status;
    const type = [...(response.headers ?? [])].find(([name]) => name.toLowerCase() === 'content-type');
    if (type !== undefined) call.contentType = type[1];
    const end = () => this.#end(call);
    const { body, hijack } = response;
    if (hijack !== undefined) {
      const input = noBody();
      call.input = input;
      response.hijack = (connection) => {
        const done = hijack(watchedStream(connection, input, call.response));
        void done.then(end, end);
        return done;
      };
    } else if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
      if (body !== undefined) note(call.response, typeof body === 'string' ? encode(body) : body);
      end();
    } else {
      call.streamed = true;
      response.body = watchedPieces(body, call.response, end);
    }
  }

  #end(call: RecordedCall): void {
    call.ended ??= this.#now();
  }

  #held(): number {
    let sum = 0;
    for (const call of this.#calls) sum += weight(call);
    return sum;
  }

  /** The oldest call; of a process that has made half of all, so that one that asks every second does not crowd out the others. */
  #forget(): void {
    const pid = this.#calls.at(-1)!.caller?.pid;
    let [own, first] = [0, 0];
    for (let at = this.#calls.length - 1; at >= 0; at--)
      if (this.#calls[at]!.caller?.pid === pid) {
        own++;
        first = at;
      }
    this.#calls.splice(own > this.#calls.length / 2 ? first : 0, 1);
  }
}

function keptFields(headers: HttpHeaders): [string, string][] {
  const kept: [string, string][] = [];
  for (const name of FIELDS) {
    const value = headers.get(name);
    if (value !== undefined && value.length <= RECORD_LIMITS.field) kept.push([name, value]);
  }
  return kept;
}

const noBody = (): RecordedBody => ({ bytes: 0, pieces: [], kept: 0 });

function weight({ target, headers, request, response, input }: RecordedCall): number {
  let sum = target.length + request.kept + response.kept + (input?.kept ?? 0);
  for (const [, value] of headers) sum += value.length;
  return sum;
}

function note(body: RecordedBody, piece: Uint8Array): void {
  body.bytes += piece.length;
  const first = piece.slice(0, RECORD_LIMITS.body - body.kept);
  if (first.length === 0) return;
  body.pieces.push(first);
  body.kept += first.length;
}

/** The read itself is handed on, not one that waits for it. */
const watchedReader = (reader: ByteReader, body: RecordedBody): ByteReader => ({
  read(max) {
    const reading = reader.read(max);
    void reading.then(
      (bytes) => bytes !== null && note(body, bytes),
      () => undefined,
    );
    return reading;
  },
});

function watchedStream(stream: ByteStream, input: RecordedBody, output: RecordedBody): ByteStream {
  return {
    ...watchedReader(stream, input),
    write(bytes) {
      note(output, bytes);
      return stream.write(bytes);
    },
    closeWrite: () => stream.closeWrite(),
    close: () => stream.close(),
  };
}

const watchedPieces = (
  pieces: AsyncIterable<Uint8Array>,
  body: RecordedBody,
  end: () => void,
): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]() {
    const iterator = pieces[Symbol.asyncIterator]();
    return {
      next() {
        const next = iterator.next();
        void next.then(({ done, value }) => (done ? end() : note(body, value)), end);
        return next;
      },
      return(value) {
        end();
        return iterator.return?.(value) ?? Promise.resolve({ done: true, value });
      },
    };
  },
});
