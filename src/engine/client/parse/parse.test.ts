import { describe, expect, test } from 'vitest';
import { encode } from '../../base/bytes.ts';
import { parsePortSpec } from '../../base/port-spec.ts';
import { parseKeyValueFile } from './key-value.ts';
import { parseMount } from './mount.ts';
import { parseNetworkAttachment } from './network-attachment.ts';
import { parseVolume } from './volume.ts';

const outcome = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return `! ${(error as Error).message}`;
  }
};

describe('ports', () => {
  const shown = (spec: string) =>
    outcome(() =>
      parsePortSpec(spec)
        .map(({ port, binding }) => `${binding.HostIp}|${binding.HostPort}|${port}`)
        .join(' '),
    );
  test.each([
    ['80', '||80/tcp'],
    ['8080:80', '|8080|80/tcp'],
    ['127.0.0.1::80/udp', '127.0.0.1||80/udp'],
    ['[::1]:80:80', '::1|80|80/tcp'],
    ['1-2:3-4', '|1|3/tcp |2|4/tcp'],
    ['80-90:80', '|80-90|80/tcp'],
    ['80-90:80-85', '! Invalid ranges specified for container and host Ports: 80-85 and 80-90'],
    ['', '! No port specified: <empty>'],
    [':', '! No port specified: :<empty>'],
    ['x', '! Invalid containerPort: x'],
    ['a:80', '! Invalid hostPort: a'],
    ['99999:80', '! Invalid hostPort: 99999'],
    ['80/foo', '! Invalid proto: foo'],
    ['1.2.3:80:80', '! Invalid ip address: 1.2.3'],
    ['80:80:', '! No port specified: 80:80:<empty>'],
  ])('%s', (spec, result) => expect(shown(spec)).toBe(result));
});

describe('volumes', () => {
  test.each([
    ['/x', { anonymous: '/x' }],
    ['data:/x', { bind: 'data:/x' }],
    ['./a:/y:ro', { bind: '/srv/lab/a:/y:ro' }],
    ['..:/y', { bind: '/srv:/y' }],
    ['', '! invalid empty volume spec'],
    ['a:b:', '! invalid spec: a:b:: empty section between colons'],
  ])('%s', (spec, result) => expect(outcome(() => parseVolume(spec, '/srv/lab'))).toEqual(result));
});

describe('mounts', () => {
  test.each([
    ['type=bind,src=/a,dst=/b,ro', { Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true }],
    [
      'type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1770',
      { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1048576, Mode: 0o1770 } },
    ],
    [
      'dst=/x,volume-nocopy',
      { Type: 'volume', Target: '/x', VolumeOptions: { NoCopy: true, DriverConfig: {} } },
    ],
    ['x', "! invalid field 'x' must be a key=value pair"],
    ['dst=/x,foo=bar', "! unexpected key 'foo' in 'foo=bar'"],
    ['dst=/x,ro=x', '! invalid value for ro: x'],
    ['type=bind,dst=/x,volume-nocopy', "! cannot mix 'volume-*' options with mount type 'bind'"],
  ])('%s', (spec, result) => expect(outcome(() => parseMount(spec))).toEqual(result));
});

test('networks in their short and long form', () => {
  expect(parseNetworkAttachment('n1').target).toBe('n1');
  const long = parseNetworkAttachment('name=n1,alias=a,alias=b,ip=10.0.0.2');
  expect([long.target, long.aliases, long.ipv4]).toEqual(['n1', ['a', 'b'], '10.0.0.2']);
  expect(() => parseNetworkAttachment('name=x,foo=b')).toThrow('invalid field key foo');
});

test('environment files', () => {
  const lookup = (name: string) => ({ HOME: '/root' })[name];
  expect(parseKeyValueFile(encode('\uFEFF# c\n\nA=b=c\n  B= d\nHOME\nNOPE\r\n'), 'f', lookup)).toEqual([
    'A=b=c',
    'B= d',
    'HOME=/root',
  ]);
  expect(() => parseKeyValueFile(encode('A B=c'), 'f')).toThrow(
    "invalid env file (f): variable 'A B' contains whitespaces",
  );
  expect(() => parseKeyValueFile(new Uint8Array([65, 10, 255, 61]), 'f')).toThrow(
    'invalid env file (f): invalid utf8 bytes at line 2: [255 61]',
  );
  expect(() => parseKeyValueFile(encode('=c'), 'f')).toThrow(
    "invalid env file (f): no variable name on line '=c'",
  );
});
