import { expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { VirtualClock } from '../../base/clock.ts';
import { socketStream } from '../socket-stream.ts';
import { SockFs } from '../sockfs.ts';
import { UnixSocket } from '../unix-socket.ts';
import { readAll } from './body.ts';
import { HttpConnection, request } from './client.ts';
import type { HttpHandler } from './message.ts';
import { serve } from './server.ts';

const sockfs = new SockFs(8, new VirtualClock(0));

const connect = () => {
  const [a, b] = UnixSocket.pair(sockfs);
  return [socketStream(a), socketStream(b)] as const;
};

/** Sends raw bytes, half-closes, and gives all that the server answers. */
async function raw(handler: HttpHandler, text: string, options = {}): Promise<string> {
  const [client, server] = connect();
  const served = serve(server, handler, options);
  await client.write(encode(text));
  await client.closeWrite();
  const answer = decode(await readAll(client));
  await served;
  return answer;
}

const hello: HttpHandler = async (request) => ({ status: 200, body: `${request.method} ${request.target}` });

const echo: HttpHandler = async (request) => ({ status: 200, body: await readAll(request.body) });

test('requests on one connection are answered in order, pipelined or not', async () => {
  const answer = await raw(
    hello,
    'GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET http://other:80/b?c=d HTTP/1.1\nHOST: x\n\nHEAD /c HTTP/1.1\r\nHost: x\r\n\r\nGET /d HTTP/1.0\r\n\r\nGET /never HTTP/1.0\r\n\r\n',
  );
  expect(answer).toBe(
    'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nGET /aHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nGET /b?c=d' +
      'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nGET /d',
  );
});

test('what is not HTTP is refused as Go refuses it, and the connection closed', async () => {
  const refused = async (text: string, options = {}) => (await raw(hello, text, options)).split('\r\n');
  expect(await refused('nonsense\r\n\r\n')).toEqual([
    'HTTP/1.1 400 Bad Request',
    'Content-Type: text/plain; charset=utf-8',
    'Connection: close',
    '',
    '400 Bad Request',
  ]);
  expect((await refused('GET / HTTP/1.1\r\n\r\n')).at(-1)).toBe(
    '400 Bad Request: missing required Host header',
  );
  expect((await refused('GET / HTTP/1.1\r\nHost : x\r\n\r\n'))[0]).toBe('HTTP/1.1 400 Bad Request');
  expect((await refused('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))[0]).toBe(
    'HTTP/1.1 505 HTTP Version Not Supported',
  );
  const long = `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(5000)}\r\n\r\n`;
  expect((await refused(long, { headerLimit: 4096 }))[0]).toBe(
    'HTTP/1.1 431 Request Header Fields Too Large',
  );
  const post = (fields: string) => refused(`POST / HTTP/1.1\r\nHost: x\r\n${fields}\r\n\r\n`);
  expect((await post('Content-Length: -1'))[0]).toBe('HTTP/1.1 400 Bad Request');
  expect((await post('Content-Length: 1\r\nContent-Length: 2'))[0]).toBe('HTTP/1.1 400 Bad Request');
  expect((await post('Transfer-Encoding: gzip'))[0]).toBe('HTTP/1.1 501 Not Implemented');
});

test('bodies of either framing are read; what the handler leaves is read away', async () => {
  const two =
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n' +
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz';
  expect(await raw(echo, two)).toBe(
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcdeHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxyz',
  );
  expect((await raw(hello, two)).match(/POST \//g)).toHaveLength(2);
});

test('100 Continue is sent when the handler first reads, and not when it does not', async () => {
  const post = 'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';
  expect(await raw(echo, `${post}ok`)).toBe(
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  );
  const refuse: HttpHandler = async () => ({ status: 401 });
  expect(await raw(refuse, post)).toBe(
    'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
  );
});

test('a streamed answer sends its head and each piece at once', async () => {
  const [client, server] = connect();
  let give = (_: Uint8Array) => {};
  const pieces = async function* () {
    yield await new Promise<Uint8Array>((resolve) => {
      give = resolve;
    });
    yield encode('end');
  };
  void serve(server, async () => ({ status: 200, body: pieces() }));
  const answer = await request(client, { method: 'GET', target: '/', host: 'docker' });
  expect(answer.status).toBe(200);
  const first = answer.body.read();
  give(encode('piece'));
  expect(decode((await first)!)).toBe('piece');
  expect(decode((await answer.body.read())!)).toBe('end');
  expect(await answer.body.read()).toBe(null);
});

test('a client keeps its connection; streamed requests go chunked; HEAD and 204 have no body', async () => {
  const [client, server] = connect();
  void serve(server, async (message) =>
    message.method === 'DELETE' ? { status: 204 } : { status: 200, body: await readAll(message.body) },
  );
  const connection = new HttpConnection(client);
  const body = async function* () {
    yield encode('one ');
    yield encode('two');
  };
  const first = await connection.request({ method: 'POST', target: '/', host: 'h', body: body() });
  expect(connection.reusable).toBe(false);
  expect(decode(await readAll(first.body))).toBe('one two');
  expect(connection.reusable).toBe(true);
  expect((await connection.request({ method: 'DELETE', target: '/', host: 'h' })).status).toBe(204);
  const expecting = await connection.request({
    method: 'PUT',
    target: '/',
    host: 'h',
    body: 'patience',
    headers: [['Expect', '100-continue']],
  });
  expect(decode(await readAll(expecting.body))).toBe('patience');
  const head = await connection.request({ method: 'HEAD', target: '/', host: 'h' });
  expect(await head.body.read()).toBe(null);
});

test('a hijacked connection gets the bytes already read, and survives a half-close', async () => {
  const [client, server] = connect();
  void serve(server, async (message) => ({
    status: 101,
    reason: 'UPGRADED',
    headers: [
      ['Connection', 'Upgrade'],
      ['Upgrade', message.headers.get('upgrade')!],
    ],
    hijack: async (connection) => {
      const all = decode(await readAll(connection));
      await connection.write(encode(`<${all}>`));
      await connection.close();
    },
  }));
  await client.write(
    encode(
      'POST /attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\nearly ',
    ),
  );
  await client.write(encode('late'));
  await client.closeWrite();
  expect(decode(await readAll(client))).toBe(
    'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n<early late>',
  );

  const [again, other] = connect();
  void serve(other, async () => ({
    status: 101,
    hijack: async (connection) => {
      await connection.write(encode('hi'));
      await connection.close();
    },
  }));
  const upgraded = await request(again, { method: 'POST', target: '/', host: 'h' });
  expect(decode(await readAll(upgraded.connection!))).toBe('hi');
});

test('a handler hears that the client has left', async () => {
  const [client, server] = connect();
  let stopped = '';
  const served = serve(server, async (message) => {
    await message.gone;
    stopped = message.target;
    return { status: 200 };
  });
  await client.write(encode('GET /events HTTP/1.1\r\nHost: x\r\n\r\n'));
  await client.close();
  await served;
  expect(stopped).toBe('/events');
});

test('an answer that breaks off is told apart from one that ends', async () => {
  const breaks = async (text: string) => {
    const [client, server] = connect();
    await server.write(encode(text));
    await server.closeWrite();
    const answer = await request(client, { method: 'GET', target: '/', host: 'h' });
    return decode(await readAll(answer.body));
  };
  expect(await breaks('HTTP/1.0 200 OK\r\n\r\nuntil close')).toBe('until close');
  expect(await breaks('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx')).toBe(
    'x',
  );
  await expect(breaks('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc')).rejects.toThrow('unexpected EOF');
  await expect(breaks('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab')).rejects.toThrow(
    'unexpected EOF',
  );
  await expect(breaks('')).rejects.toThrow('EOF');
  await expect(breaks('SSH-2.0-x\r\n')).rejects.toThrow('malformed HTTP response "SSH-2.0-x"');
});

test('a server that refuses before it has read all is heard', async () => {
  const [client, server] = connect();
  const big = async function* () {
    for (let i = 0; i < 100; i++) yield new Uint8Array(65536);
  };
  void serve(server, async () => ({ status: 413, body: 'too much' }));
  const answer = await request(client, { method: 'POST', target: '/', host: 'h', body: big() });
  expect(answer.status).toBe(413);
});
