import { decode, encode } from '../base/bytes.ts';
import { type HttpHandler, HttpHeaders } from '../net/http/message.ts';

export interface Answer {
  status: number;
  headers: HttpHeaders;
  bytes: Uint8Array;
  json: () => Record<string, unknown>;
  code: () => unknown;
}

/** A client of a handler, which thinks that it is reached as `registry.test`. */
export function clientOf(handler: HttpHandler, authorization?: string) {
  return async (
    method: string,
    target: string,
    body: Uint8Array | string = '',
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const pieces = [typeof body === 'string' ? encode(body) : body].filter((piece) => piece.length > 0);
    const given = new HttpHeaders([['Host', 'registry.test'], ...Object.entries(headers)]);
    if (authorization !== undefined) given.set('Authorization', authorization);
    const response = await handler({
      method,
      target: target.replace('http://registry.test', ''),
      headers: given,
      body: { read: async () => pieces.shift() ?? null },
    });
    const answer = response.body ?? '';
    const bytes = typeof answer === 'string' ? encode(answer) : (answer as Uint8Array);
    const json = () => JSON.parse(decode(bytes)) as Record<string, unknown>;
    return {
      status: response.status,
      headers: new HttpHeaders(response.headers),
      bytes,
      json,
      code: () => (json()['errors'] as { code: string }[])[0]?.code,
    };
  };
}
