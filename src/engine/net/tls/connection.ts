import type { ByteStream } from '../../base/byte-stream.ts';
import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { type Certificate, type Identity, isAddress, parseCertificates } from './certificate.ts';
import { MalformedDer } from './der.ts';
import {
  certificate,
  certificateRequest,
  chainIn,
  clientHello,
  finished,
  MESSAGE,
  messagesIn,
  serverHello,
  serverNameIn,
} from './handshake.ts';
import { ALERT, AlertReceived, CONTENT, NotTls, RecordLayer } from './record.ts';

export interface ConnectOptions {
  /** The name or address that was asked for. */
  name: string;
  /** Looks at what the server shows; throws to refuse it. The server hears of it by an alert. */
  accept: (chain: readonly Certificate[]) => void;
  /** Who one is, should the server ask. */
  identity?: Identity | undefined;
}

/** The peer went away in the middle of the handshake. */
export class HandshakeCut extends Error {
  override name = 'HandshakeCut';
}

/**
 * Begins TLS as a client. Throws `NotTls` when the server speaks something else, `AlertReceived` when it refuses,
 * `HandshakeCut` when it hangs up, and what `accept` throws. The stream stays the caller's to close then.
 */
export async function connectTls(stream: ByteStream, options: ConnectOptions): Promise<ByteStream> {
  const { name, accept, identity } = options;
  const records = new RecordLayer(stream);
  await records.write(CONTENT.handshake, clientHello(isAddress(name) ? undefined : name));
  let asked = false;
  let chain: Certificate[] = [];
  for (let done = false; !done; ) {
    for (const { type, body } of await handshakeMessages(records)) {
      if (type === MESSAGE.certificateRequest) asked = true;
      else if (type === MESSAGE.certificate) chain = parseCertificates(chainIn(body));
      else if (type === MESSAGE.finished) done = true;
    }
  }
  try {
    accept(chain);
  } catch (error) {
    await records.alert(2, ALERT.badCertificate).catch(unlessBroken);
    throw error;
  }
  const answer = asked ? [certificate(identity?.chain ?? []), finished()] : [finished()];
  await records.write(CONTENT.handshake, concat(answer));
  return new TlsStream(records);
}

export interface AcceptOptions {
  /** Who one is to somebody who asks for this name; undefined refuses. */
  identity: (name: string | undefined) => Identity | undefined;
  /** Asks the client who it is, and looks at what it shows; throws to refuse it. */
  client?: ((chain: readonly Certificate[]) => void) | undefined;
}

/**
 * Begins TLS as a server. Throws `NotTls` with what the client sent instead, `AlertReceived` when it does not like what it is
 * shown, `HandshakeCut` when it hangs up.
 */
export async function acceptTls(stream: ByteStream, options: AcceptOptions): Promise<ByteStream> {
  const records = new RecordLayer(stream);
  const [hello] = await handshakeMessages(records);
  if (hello?.type !== MESSAGE.clientHello) {
    await records.alert(2, ALERT.decodeError).catch(unlessBroken);
    throw new HandshakeCut('unexpected message');
  }
  const identity = options.identity(serverNameIn(hello.body));
  if (identity === undefined) {
    await records.alert(2, ALERT.unrecognizedName).catch(unlessBroken);
    throw new HandshakeCut('unrecognized name');
  }
  const request = options.client === undefined ? [] : [certificateRequest()];
  const flight = [serverHello(), ...request, certificate(identity.chain), finished()];
  await records.write(CONTENT.handshake, concat(flight));
  let shown: Certificate[] = [];
  for (let done = false; !done; ) {
    for (const { type, body } of await handshakeMessages(records)) {
      if (type === MESSAGE.certificate) shown = parseCertificates(chainIn(body));
      else if (type === MESSAGE.finished) done = true;
    }
  }
  try {
    options.client?.(shown);
  } catch (error) {
    await records
      .alert(2, shown.length === 0 ? ALERT.certificateRequired : ALERT.badCertificate)
      .catch(unlessBroken);
    throw error;
  }
  return new TlsStream(records);
}

async function handshakeMessages(records: RecordLayer): Promise<{ type: number; body: Uint8Array }[]> {
  const record = await records.read();
  if (record === undefined) throw new HandshakeCut('EOF');
  if (record.type === CONTENT.alert) throw new AlertReceived(record.content[1] ?? 0);
  try {
    return [...messagesIn(record.content)];
  } catch (error) {
    if (error instanceof MalformedDer) throw new NotTls(record.content.subarray(0, 5));
    throw error;
  }
}

function unlessBroken(error: unknown): void {
  if (!isErrno(error)) throw error;
}

/** A connection after its handshake: bytes in records of application data. */
class TlsStream implements ByteStream {
  readonly #records: RecordLayer;
  #rest: Uint8Array | undefined;
  #ended = false;
  #closed = false;

  constructor(records: RecordLayer) {
    this.#records = records;
  }

  async read(max = 65_536): Promise<Uint8Array | null> {
    while (this.#rest === undefined) {
      if (this.#ended) return null;
      const record = await this.#records.read();
      if (record === undefined) this.#ended = true;
      else if (record.type === CONTENT.alert) {
        const [level, description = 0] = record.content;
        if (level === 2) throw new AlertReceived(description);
        this.#ended = true;
      } else if (record.type === CONTENT.data && record.content.length > 0) this.#rest = record.content;
    }
    const out = this.#rest.subarray(0, max);
    this.#rest = out.length === this.#rest.length ? undefined : this.#rest.subarray(max);
    return out;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#records.write(CONTENT.data, bytes);
  }

  async closeWrite(): Promise<void> {
    await this.#sayGoodbye();
    await this.#records.stream.closeWrite();
  }

  async close(): Promise<void> {
    await this.#sayGoodbye();
    await this.#records.stream.close();
  }

  async #sayGoodbye(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#records.alert(1, ALERT.closeNotify).catch(unlessBroken);
  }
}
