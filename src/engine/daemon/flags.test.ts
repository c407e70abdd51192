import { expect, test } from 'vitest';
import { parseDaemonFlags } from './flags.ts';

const parse = (line: string) => parseDaemonFlags(['dockerd', ...line.split(' ')]);

test('what the service is started with', () => {
  expect(parse('-H fd:// --containerd=/run/containerd/containerd.sock')).toEqual({
    configuration: { hosts: ['fd://'] },
    containerd: '/run/containerd/containerd.sock',
  });
  expect(parse('-Hfd:// --host tcp://127.0.0.1 -D --data-root=/x --config-file /y')).toEqual({
    configuration: { hosts: ['fd://', 'tcp://127.0.0.1'], debug: true, 'data-root': '/x' },
    configFile: '/y',
  });
});

/** As dockerd 28.5.2 says. */
test.each([
  ['--bogus', 'unknown flag: --bogus'],
  ['-Z', "unknown shorthand flag: 'Z' in -Z"],
  ['-H', "flag needs an argument: 'H' in -H"],
  ['--data-root', 'flag needs an argument: --data-root'],
  [
    '--debug=maybe',
    'invalid argument "maybe" for "-D, --debug" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
  [
    '-H foo://x',
    'invalid argument "foo://x" for "-H, --host" flag: invalid bind address (foo://x): unsupported proto \'foo\'',
  ],
  ['--mtu x', 'invalid argument "x" for "--mtu" flag: strconv.ParseInt: parsing "x": invalid syntax'],
])('%s', (line, message) => {
  expect(() => parse(line)).toThrow(`Status: ${message}\nSee 'dockerd --help'.`);
});

test('flags that say what a configuration file may say, and the first that is not modelled', () => {
  expect(parse('--label a=b --label=c --log-opt max-size=1m --iptables=false --bridge none')).toEqual({
    configuration: {
      labels: ['a=b', 'c'],
      'log-opts': { 'max-size': '1m' },
      iptables: false,
      bridge: 'none',
    },
    unmodelled: '--bridge',
  });
});
