import { CLIENT, type PayloadReader, PayloadWriter } from './wire.ts';

const CAPABILITIES =
  CLIENT.LONG_PASSWORD |
  CLIENT.FOUND_ROWS |
  CLIENT.LONG_FLAG |
  CLIENT.CONNECT_WITH_DB |
  CLIENT.PROTOCOL_41 |
  CLIENT.TRANSACTIONS |
  CLIENT.SECURE_CONNECTION |
  CLIENT.PLUGIN_AUTH;

/** utf8mb4_general_ci. */
export const CHARSET = 45;

/** HandshakeV10 */
export function greeting(id: number, version: string, challenge: Uint8Array, plugin: string): Uint8Array {
  return new PayloadWriter()
    .int(10, 1)
    .zeroText(version)
    .int(id, 4)
    .bytes(challenge.subarray(0, 8))
    .int(0, 1)
    .int(CAPABILITIES & 0xffff, 2)
    .int(CHARSET, 1)
    .int(2, 2)
    .int(CAPABILITIES >>> 16, 2)
    .int(challenge.length + 1, 1)
    .bytes(new Uint8Array(10))
    .bytes(challenge.subarray(8))
    .int(0, 1)
    .zeroText(plugin)
    .done();
}

/** HandshakeResponse41 */
export function readHello(payload: PayloadReader): {
  user: string;
  response: Uint8Array;
  database: string;
  plugin: string;
} {
  const capabilities = payload.int(4);
  payload.take(4 + 1 + 23);
  const user = payload.zeroText();
  const length =
    capabilities & CLIENT.PLUGIN_AUTH_LENENC_CLIENT_DATA ? (payload.lenenc() ?? 0) : payload.int(1);
  const response = payload.take(length);
  const database = capabilities & CLIENT.CONNECT_WITH_DB ? payload.zeroText() : '';
  const plugin = capabilities & CLIENT.PLUGIN_AUTH ? payload.zeroText() : 'mysql_native_password';
  return { user, response, database, plugin };
}
