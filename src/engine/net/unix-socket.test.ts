import { expect, test } from 'vitest';
import { decode, encode } from '../base/bytes.ts';
import { VirtualClock } from '../base/clock.ts';
import { OUTSIDER } from './socket-stream.ts';
import { SockFs } from './sockfs.ts';
import { connectUnix, UnixSocket } from './unix-socket.ts';

const sockfs = new SockFs(8, new VirtualClock(0));
const text = async (bytes: Promise<Uint8Array> | Uint8Array) => decode(await bytes);

const listening = (backlog?: number) => {
  const socket = new UnixSocket(sockfs);
  socket.bound('/run/a.sock');
  socket.listen(backlog);
  return socket;
};

test('a connection carries bytes both ways and ends half by half', async () => {
  const server = listening();
  const client = await connectUnix(server, sockfs, OUTSIDER);
  const { socket } = await server.accept(OUTSIDER);
  expect(client.getpeername()).toEqual({ family: 'unix', path: '/run/a.sock' });
  const reading = socket.read(100, OUTSIDER);
  await client.write(encode('ping'), OUTSIDER);
  expect(await text(reading)).toBe('ping');
  client.shutdown('write');
  expect(await text(socket.read(100, OUTSIDER))).toBe('');
  await socket.write(encode('pong'), OUTSIDER);
  expect(await text(client.read(2, OUTSIDER))).toBe('po');
  expect(await text(client.read(100, OUTSIDER))).toBe('ng');
  expect(client.poll().hangup).toBe(false);
  socket.release();
  expect(await text(client.read(100, OUTSIDER))).toBe('');
  expect(client.poll().hangup).toBe(true);
});

test('a writer sleeps when the buffer is full and goes on as the reader reads', async () => {
  const [a, b] = UnixSocket.pair(sockfs);
  let written = false;
  const writing = Promise.resolve(a.write(new Uint8Array(300_000).fill(7), OUTSIDER)).then((n) => {
    written = true;
    return n;
  });
  await Promise.resolve();
  expect(written).toBe(false);
  expect(a.poll().writable).toBe(false);
  let got = 0;
  while (got < 300_000) got += (await b.read(65536, OUTSIDER)).length;
  expect(await writing).toBe(300_000);
  a.nonBlocking = true;
  expect(await a.write(new Uint8Array(300_000), OUTSIDER)).toBe(212_992);
  await expect(async () => a.write(new Uint8Array(1), OUTSIDER)).rejects.toThrow(
    'Resource temporarily unavailable',
  );
});

test('closing breaks the pipe for the writer; unread bytes make it a reset for the reader', async () => {
  const [a, b] = UnixSocket.pair(sockfs);
  await a.write(encode('never read'), OUTSIDER);
  b.release();
  expect(() => a.write(encode('x'), OUTSIDER)).toThrow('Broken pipe');
  expect(() => a.read(1, OUTSIDER)).toThrow('Connection reset by peer');
  expect(await text(a.read(1, OUTSIDER))).toBe('');
});

test('nobody listening refuses; a full backlog waits; a listener that closes refuses and resets', async () => {
  const bound = new UnixSocket(sockfs);
  bound.bound('/run/b.sock');
  await expect(connectUnix(bound, sockfs, OUTSIDER)).rejects.toThrow('Connection refused');
  const server = listening(0);
  const first = await connectUnix(server, sockfs, OUTSIDER);
  const second = connectUnix(server, sockfs, OUTSIDER);
  const hasty = new UnixSocket(sockfs);
  hasty.nonBlocking = true;
  await expect(hasty.connectTo(server, OUTSIDER)).rejects.toThrow('Resource temporarily unavailable');
  await server.accept(OUTSIDER);
  await second;
  const third = connectUnix(server, sockfs, OUTSIDER);
  server.release();
  await expect(third).rejects.toThrow('Connection refused');
  const reset = await second;
  expect(() => reset.read(1, OUTSIDER)).toThrow('Connection reset by peer');
  expect(first.connected).toBe(true);
});
