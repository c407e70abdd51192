import { describe, expect, test } from 'vitest';
import * as container from '../spec/container.ts';
import { run } from '../spec/run.ts';
import { parseFlags } from './parse.ts';

const failure = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

test('shorthands cluster, and the last may take a value', () => {
  const { flags, args } = parseFlags(run, ['-itp', '80:80', '-eA=b', '--name=web', 'image', '-x', '--rm']);
  expect([flags.bool('interactive'), flags.bool('tty'), flags.list('publish'), flags.list('env')]).toEqual([
    true,
    true,
    ['80:80'],
    ['A=b'],
  ]);
  expect([flags.string('name'), flags.bool('rm'), args]).toEqual(['web', false, ['image', '-x', '--rm']]);
});

test('ps takes its flags anywhere, and nothing after --', () => {
  const { flags, args } = parseFlags(container.list, ['a', '-aq', '--', '-x']);
  expect([flags.bool('all'), flags.bool('quiet'), args]).toEqual([true, true, ['a', '-x']]);
});

describe('refusals in the words of pflag', () => {
  test.each([
    [['--foo'], 'unknown flag: --foo'],
    [['-xyz'], "unknown shorthand flag: 'x' in -xyz"],
    [['-ixyz'], "unknown shorthand flag: 'x' in -xyz"],
    [['--name'], 'flag needs an argument: --name'],
    [['-p'], "flag needs an argument: 'p' in -p"],
    [['--=x'], 'bad flag syntax: --=x'],
    [['---x'], 'bad flag syntax: ---x'],
    [['-it=3'], 'invalid argument "3" for "-t, --tty" flag: strconv.ParseBool: parsing "3": invalid syntax'],
    [
      ['--pids-limit', 'abc'],
      'invalid argument "abc" for "--pids-limit" flag: strconv.ParseInt: parsing "abc": invalid syntax',
    ],
    [
      ['--blkio-weight', '99999'],
      'invalid argument "99999" for "--blkio-weight" flag: strconv.ParseUint: parsing "99999": value out of range',
    ],
    [['--cpus', 'x'], 'invalid argument "x" for "--cpus" flag: failed to parse x as a rational number'],
    [['-m', 'x'], 'invalid argument "x" for "-m, --memory" flag: invalid size: \'x\''],
    [['--ulimit', 'x'], 'invalid argument "x" for "--ulimit" flag: invalid ulimit argument: x'],
    [['--mount', 'type=bind'], 'invalid argument "type=bind" for "--mount" flag: target is required'],
    [
      ['--health-interval', 'x'],
      'invalid argument "x" for "--health-interval" flag: time: invalid duration "x"',
    ],
  ])('%j', (argv, message) => expect(failure(() => parseFlags(run, argv))).toBe(message));
});

test('sizes and processors are read', () => {
  const { flags } = parseFlags(run, ['-m', '1.5g', '--cpus', '0.5', 'x']);
  expect([flags.int('memory'), flags.int('cpus')]).toEqual([1610612736, 500000000]);
});
