import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { ByteStream } from '../../base/byte-stream.ts';
import { decode, encode } from '../../base/bytes.ts';
import { instant } from '../../base/calendar.ts';
import {
  type Claims,
  type Identity,
  issue,
  type Name,
  parseCertificate,
  publicKeyOf,
  readPrivateKey,
  writePrivateKey,
} from './certificate.ts';
import { acceptTls, connectTls, HandshakeCut } from './connection.ts';
import { readPem, writePem } from './pem.ts';
import { AlertReceived, NotTls } from './record.ts';
import { isSelfSigned, problemsOf } from './verify.ts';

const DAY = 86_400_000;
const NOW = instant(2026, 11, 26);
const key = (name: string) => encode(name.padEnd(32));
const claims = (cn: string, more: Partial<Claims> = {}): Claims => ({
  serial: Uint8Array.of(0x9a, 1),
  subject: [
    ['O', 'Example'],
    ['CN', cn],
  ],
  notBefore: NOW - DAY,
  notAfter: NOW + DAY,
  names: [],
  authority: false,
  ...more,
});
const ROOT: Name = [
  ['O', 'Example'],
  ['CN', 'Root'],
];
const root = issue(claims('Root', { authority: true }), publicKeyOf(key('root')), {
  subject: ROOT,
  key: key('root'),
});
const server = (more: Partial<Claims> = {}) =>
  issue(claims('www', { names: ['www.example.com', '10.0.2.30'], ...more }), publicKeyOf(key('www')), {
    subject: ROOT,
    key: key('root'),
  });

const check = (leaf: Uint8Array, name = 'www.example.com', trusted = [root], now = NOW) =>
  problemsOf([parseCertificate(leaf)], trusted.map(parseCertificate), name, now).map(({ kind }) => kind);

describe('certificates', () => {
  test('say what they were issued with', () => {
    const parsed = parseCertificate(server());
    expect(parsed).toMatchObject({
      issuer: ROOT,
      names: ['www.example.com', '10.0.2.30'],
      notBefore: NOW - DAY,
      notAfter: NOW + DAY,
      authority: false,
    });
    expect(parseCertificate(root).authority).toBe(true);
    expect([isSelfSigned(parseCertificate(root)), isSelfSigned(parsed)]).toEqual([true, false]);
    expect(readPrivateKey(`${writePrivateKey(key('www'))}`)).toEqual(key('www'));
    const pem = writePem({ label: 'CERTIFICATE', bytes: root });
    expect(readPem(`rubbish\n${pem}\n${pem}`).map(({ bytes }) => bytes)).toEqual([root, root]);
  });

  test('are believed for their names, their time and their authority only', () => {
    expect(check(server())).toEqual([]);
    expect(check(server(), '10.0.2.30')).toEqual([]);
    expect(check(server(), 'example.com')).toEqual(['wrong-name']);
    expect(check(server({ names: ['*.example.com'] }), 'a.example.com')).toEqual([]);
    expect(check(server({ names: ['*.example.com'] }), 'a.b.example.com')).toEqual(['wrong-name']);
    expect(check(server({ names: [] }))).toEqual(['no-names']);
    expect(check(server(), 'www.example.com', [])).toEqual(['unknown-authority']);
    expect(check(server(), 'www.example.com', [root], NOW + 2 * DAY)).toEqual(['expired', 'expired']);
    expect(check(server(), 'www.example.com', [root], NOW - 2 * DAY)).toEqual([
      'not-yet-valid',
      'not-yet-valid',
    ]);
    // One who calls itself by the authority's name, without its key.
    const forged = issue(claims('www', { names: ['www.example.com'] }), publicKeyOf(key('www')), {
      subject: ROOT,
      key: key('thief'),
    });
    expect(check(forged)).toEqual(['unknown-authority']);
    // One that is trusted as it stands needs no authority.
    expect(check(forged, 'www.example.com', [forged])).toEqual([]);
  });

  test('lead over others to an authority', () => {
    const MIDDLE: Name = [['CN', 'Middle']];
    const middle = (authority: boolean) =>
      issue(claims('Middle', { subject: MIDDLE, authority }), publicKeyOf(key('middle')), {
        subject: ROOT,
        key: key('root'),
      });
    const leaf = issue(claims('www', { names: ['www.example.com'] }), publicKeyOf(key('www')), {
      subject: MIDDLE,
      key: key('middle'),
    });
    const found = (chain: Uint8Array[]) =>
      problemsOf(chain.map(parseCertificate), [parseCertificate(root)], 'www.example.com', NOW).map(
        ({ kind }) => kind,
      );
    expect(found([leaf, middle(true)])).toEqual([]);
    expect(found([leaf])).toEqual(['unknown-authority']);
    expect(found([leaf, middle(false)])).toEqual(['unknown-authority']);
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  test.skipIf(!openssl)(`are read by openssl${openssl ? '' : ' (skipped: it is not installed)'}`, () => {
    const { stdout, stderr } = spawnSync(
      'openssl',
      ['x509', '-noout', '-subject', '-issuer', '-dates', '-ext', 'subjectAltName,basicConstraints'],
      {
        input: writePem({ label: 'CERTIFICATE', bytes: server() }),
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC' },
      },
    );
    expect(stderr).toBe('');
    expect(stdout.replace(/ {2,}/g, ' ')).toBe(`subject=O = Example, CN = www
issuer=O = Example, CN = Root
notBefore=Nov 25 00:00:00 2026 GMT
notAfter=Nov 27 00:00:00 2026 GMT
X509v3 Basic Constraints: critical
 CA:FALSE
X509v3 Subject Alternative Name: \n DNS:www.example.com, IP Address:10.0.2.30
`);
  });
});

/** Two ends of a connection in memory. */
function wire(): [ByteStream, ByteStream] {
  const end = () => ({ queue: [] as (Uint8Array | null)[], wake: () => {} });
  const [a, b] = [end(), end()];
  const stream = (inbox: typeof a, outbox: typeof a): ByteStream => {
    const put = (item: Uint8Array | null) => {
      outbox.queue.push(item);
      outbox.wake();
    };
    return {
      async read() {
        while (inbox.queue.length === 0)
          await new Promise<void>((resolve) => {
            inbox.wake = resolve;
          });
        return inbox.queue[0] === null ? null : inbox.queue.shift()!;
      },
      write: async (bytes) => put(bytes.slice()),
      closeWrite: async () => put(null),
      close: async () => put(null),
    };
  };
  return [stream(a, b), stream(b, a)];
}

describe('a connection', () => {
  const identity: Identity = { chain: [server()], key: key('www') };
  const join = async (accept: () => void = () => {}, client?: () => void, shown?: Identity) => {
    const [here, there] = wire();
    const served = acceptTls(there, { identity: () => identity, client });
    served.catch(() => {});
    const connected = connectTls(here, { name: 'www.example.com', accept, identity: shown });
    connected.catch(() => {});
    return { here, there, served, connected };
  };

  test('carries bytes both ways and ends in an orderly way', async () => {
    const names: (string | undefined)[] = [];
    const [here, there] = wire();
    const served = acceptTls(there, {
      identity: (name) => {
        names.push(name);
        return identity;
      },
    });
    const client = await connectTls(here, { name: 'www.example.com', accept: () => {} });
    const other = await served;
    expect(names).toEqual(['www.example.com']);
    const long = new Uint8Array(40_000).map((_, i) => i % 251);
    await client.write(long);
    const got: number[] = [];
    while (got.length < long.length) got.push(...(await other.read())!);
    expect(Uint8Array.from(got)).toEqual(long);
    await other.write(encode('answer'));
    expect([decode((await client.read(3))!), decode((await client.read())!)]).toEqual(['ans', 'wer']);
    await client.closeWrite();
    expect(await other.read()).toBeNull();
  });

  test('is refused by either side, and the other hears of it', async () => {
    const { served, connected } = await join(() => {
      throw new Error('who is that');
    });
    await expect(connected).rejects.toThrow('who is that');
    await expect(served).rejects.toThrow(AlertReceived);
    const asked = await join(undefined, () => {
      throw new Error('show yourself');
    });
    await expect(asked.served).rejects.toThrow('show yourself');
    const client = await asked.connected;
    await expect(client.read()).rejects.toThrow(AlertReceived);
    const shown: number[] = [];
    const known = await join(
      undefined,
      ((chain: unknown[]) => void shown.push(chain.length)) as () => void,
      identity,
    );
    await known.served;
    expect(shown).toEqual([1]);
  });

  test('with one who speaks no TLS fails by what they say', async () => {
    const [here, there] = wire();
    const connected = connectTls(here, { name: 'www.example.com', accept: () => {} });
    expect([...(await there.read())!.subarray(0, 3)]).toEqual([22, 3, 3]);
    await there.write(encode('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(connected).rejects.toThrow(NotTls);
    const [client, server] = wire();
    const served = acceptTls(server, { identity: () => identity });
    await client.write(encode('GET / HTTP/1.1\r\n\r\n'));
    await expect(served).rejects.toThrow(NotTls);
    const [one, two] = wire();
    const cut = connectTls(one, { name: 'x', accept: () => {} });
    await two.close();
    await expect(cut).rejects.toThrow(HandshakeCut);
  });
});
