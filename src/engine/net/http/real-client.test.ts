import { execFile } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ByteStream } from '../../base/byte-stream.ts';
import { readAll } from './body.ts';
import { serve } from './server.ts';

/** A connection of the real machine as a byte stream. */
function streamOf(socket: Socket): ByteStream {
  const chunks = socket[Symbol.asyncIterator]();
  return {
    read: async () => {
      const { value, done } = await chunks.next();
      return done ? null : new Uint8Array(value);
    },
    write: (bytes) =>
      new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve()))),
    closeWrite: () => new Promise((resolve) => socket.end(resolve)),
    close: async () => {
      socket.destroySoon();
    },
  };
}

const run = promisify(execFile);
const here = await run('curl', ['--version']).then(
  () => true,
  () => false,
);

describe.skipIf(!here)('the real curl against our server', () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    void serve(streamOf(socket), async ({ method, target, body }) => {
      const sent = await readAll(body);
      if (target === '/chunks')
        return {
          status: 200,
          body: (async function* () {
            for (const text of ['a', 'bc', 'def']) yield new TextEncoder().encode(text);
          })(),
        };
      return { status: target === '/none' ? 404 : 200, headers: [['X-Method', method]], body: sent };
    });
  });
  let base = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => {
    server.close();
  });
  const curl = async (...args: string[]) => (await run('curl', ['-sS', '--max-time', '10', ...args])).stdout;

  test('two requests reuse one connection', async () => {
    const out = await curl(
      '-w',
      '%{http_code} %{num_connects}\n',
      '-d',
      'one',
      `${base}/`,
      '--next',
      '-sS',
      '-w',
      '%{http_code} %{num_connects}\n',
      `${base}/chunks`,
    );
    expect(out).toBe('one200 1\nabcdef200 0\n');
  });

  test('HEAD, a refusal, chunked uploads and 100-continue', async () => {
    expect(await curl('-I', '-w', '%{http_code}', `${base}/none`)).toMatch(
      /^HTTP\/1\.1 404 Not Found\r\nX-Method: HEAD\r\n[\s\S]*404$/,
    );
    expect(await curl('-H', 'Transfer-Encoding: chunked', '-d', 'in chunks', `${base}/`)).toBe('in chunks');
    const large = 'x'.repeat(100_000);
    expect(await curl('-H', 'Expect: 100-continue', '-d', large, `${base}/`)).toBe(large);
    expect(await curl('--http1.0', '-d', 'old', `${base}/`)).toBe('old');
  });
});
