/** MongoDB's wire protocol: OP_MSG alone, in which commands and their answers are documents. */
import type { ByteStream } from '../../base/byte-stream.ts';
import { concat } from '../../base/bytes.ts';
import { BsonReader, encodeDocument, InvalidBson } from './bson.ts';
import type { Document } from './values.ts';

const OP_MSG = 2013;
/** The largest message that a server takes (maxMessageSizeBytes). */
const LARGEST = 48_000_000;

export interface Message {
  id: number;
  /** Of the message that it answers. */
  to: number;
  body: Document;
}

export function encodeMessage({ id, to, body }: Message): Uint8Array {
  const document = encodeDocument(body);
  const head = new Uint8Array(21);
  const view = new DataView(head.buffer);
  for (const [i, value] of [head.length + document.length, id, to, OP_MSG, 0].entries())
    view.setInt32(i * 4, value, true);
  return concat([head, document]);
}

/** Reads messages off a stream. */
export class MessageReader {
  readonly #stream: ByteStream;
  #buffer: Uint8Array = new Uint8Array(0);

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** undefined at the end. Throws `InvalidBson` for what is no message. */
  async next(): Promise<Message | undefined> {
    if (!(await this.#fill(16))) return undefined;
    const view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset);
    const [size, id, to, code] = [0, 4, 8, 12].map((at) => view.getInt32(at, true)) as [
      number,
      number,
      number,
      number,
    ];
    if (size < 21 || size > LARGEST) throw new InvalidBson('a message of an impossible size');
    if (!(await this.#fill(size))) return undefined;
    const message = this.#buffer.subarray(0, size);
    this.#buffer = this.#buffer.subarray(size);
    if (code !== OP_MSG) throw new InvalidBson(`messages of kind ${code} are not simulated`);
    return { id, to, body: bodyOf(message) };
  }

  async #fill(count: number): Promise<boolean> {
    const parts = [this.#buffer];
    let have = this.#buffer.length;
    while (have < count) {
      const bytes = await this.#stream.read();
      if (bytes === null) return false;
      parts.push(bytes);
      have += bytes.length;
    }
    if (parts.length > 1) this.#buffer = concat(parts);
    return true;
  }
}

/** The sections of a message as one document: sequences of documents become lists in it. */
function bodyOf(message: Uint8Array): Document {
  const reader = new BsonReader(message, 20);
  let body: Document | undefined;
  const lists: [string, Document[]][] = [];
  while (!reader.done) {
    const kind = message[reader.at++];
    if (kind === 0) body = reader.document();
    else if (kind === 1) {
      const end = reader.at + new DataView(message.buffer, message.byteOffset + reader.at).getInt32(0, true);
      reader.at += 4;
      const documents: Document[] = [];
      const name = reader.cstring();
      while (reader.at < end) documents.push(reader.document());
      lists.push([name, documents]);
    } else throw new InvalidBson(`sections of kind ${kind} are not simulated`);
  }
  if (body === undefined) throw new InvalidBson('a message without a body');
  for (const [name, documents] of lists) body.set(name, documents);
  return body;
}
