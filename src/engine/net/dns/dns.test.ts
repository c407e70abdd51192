import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage, query, reverseName } from './message.ts';
import { answerQuery, fixedZone } from './server.ts';

test('a message comes back as it was', () => {
  const message = {
    ...query(4711, 'Registry-1.docker.io', 'A'),
    response: true,
    answers: [
      { name: 'registry-1.docker.io', type: 'CNAME' as const, ttl: 60, data: 'hub.example' },
      { name: 'hub.example', type: 'A' as const, ttl: 70_000, data: '10.0.0.2' },
      { name: 'hub.example', type: 'AAAA' as const, ttl: 5, data: '2001:db8::1' },
    ],
  };
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
  expect(decodeMessage(encodeMessage(message).subarray(0, 40))).toBeUndefined();
});

test('compressed names are followed, circles refused', () => {
  const head = [0, 1, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0];
  const name = [3, 119, 101, 98, 0, 0, 1, 0, 1];
  const answer = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, 7];
  expect(decodeMessage(Uint8Array.from([...head, ...name, ...answer]))?.answers).toEqual([
    { name: 'web', type: 'A', ttl: 9, data: '10.0.0.7' },
  ]);
  expect(decodeMessage(Uint8Array.from([...head, 0xc0, 12, 0, 1, 0, 1]))).toBeUndefined();
});

test('a server answers from its zone, asks further, or admits failure', async () => {
  const zone = fixedZone(new Map([['web', ['172.18.0.2']]]));
  const ask = async (
    name: string,
    type: 'A' | 'AAAA',
    ...rest: Parameters<typeof answerQuery> extends [unknown, unknown, ...infer R] ? R : never
  ) => decodeMessage((await answerQuery(encodeMessage(query(1, name, type)), zone, ...rest))!)!;
  expect((await ask('WEB', 'A')).answers[0]?.data).toBe('172.18.0.2');
  expect(await ask('web', 'AAAA')).toMatchObject({ code: 'NOERROR', answers: [] });
  expect((await ask('nope', 'A')).code).toBe('NXDOMAIN');
  const open = (await answerQuery(encodeMessage(query(1, 'x', 'A')), () => undefined))!;
  expect(decodeMessage(open)!.code).toBe('SERVFAIL');
});

test('reverse names', () => {
  expect(reverseName('172.17.0.2')).toBe('2.0.17.172.in-addr.arpa');
  expect(reverseName('::1')).toMatch(/^1\.0\.0.*\.ip6\.arpa$/);
});
