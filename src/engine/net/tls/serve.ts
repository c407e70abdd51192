import type { ByteStream } from '../../base/byte-stream.ts';
import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import type { HttpHandler } from '../http/message.ts';
import { type ServeOptions, serve } from '../http/server.ts';
import { type AcceptOptions, acceptTls, HandshakeCut } from './connection.ts';
import { AlertReceived, NotTls } from './record.ts';

/**
 * Serves HTTPS on a connection. One who speaks plain HTTP is told so and shown out, as Go's net/http does. Hears of a handshake
 * that failed; it never rejects.
 */
export async function serveTls(
  stream: ByteStream,
  handler: HttpHandler,
  {
    tls,
    onHandshakeError,
    ...options
  }: ServeOptions & {
    tls: AcceptOptions;
    onHandshakeError?: (error: Error) => void;
  },
): Promise<void> {
  let secure: ByteStream;
  try {
    secure = await acceptTls(stream, tls);
  } catch (error) {
    const known = error instanceof NotTls || error instanceof AlertReceived || error instanceof HandshakeCut;
    if (!known && !isErrno(error)) options.onError?.(error);
    if (error instanceof Error) onHandshakeError?.(error);
    if (error instanceof NotTls && looksLikeHttp(error.header)) await stream.write(SORRY).catch(() => {});
    await stream.close().catch(() => {});
    return;
  }
  await serve(secure, handler, options);
}

const SORRY = encode('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');

/** The beginnings of requests (Go's tlsRecordHeaderLooksLikeHTTP). */
const looksLikeHttp = (header: Uint8Array): boolean =>
  ['GET /', 'HEAD ', 'POST ', 'PUT /', 'OPTIO'].includes(String.fromCharCode(...header));
