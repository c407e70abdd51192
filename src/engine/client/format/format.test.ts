import { expect, test } from 'vitest';
import { parseDuration } from '../../base/go-duration.ts';
import { timestamp } from '../../base/go-timestamp.ts';
import { humanDuration } from './duration.ts';
import { indentJson, jsonString, marshal, parseJson } from './json.ts';
import { displayPorts } from './ports.ts';

test.each([
  [450, 'Less than a second'],
  [1000, '1 second'],
  [45_000, '45 seconds'],
  [60_000, 'About a minute'],
  [3 * 60_000, '3 minutes'],
  [3_600_000, 'About an hour'],
  [3 * 3_600_000, '3 hours'],
  [50 * 3_600_000, '2 days'],
  [15 * 24 * 3_600_000, '2 weeks'],
  [65 * 24 * 3_600_000, '2 months'],
  [3 * 365 * 24 * 3_600_000, '3 years'],
])('%d ms are %s', (ms, text) => expect(humanDuration(ms)).toBe(text));

test('durations are read as Go reads them', () => {
  expect([
    parseDuration('1h2m3.5s'),
    parseDuration('300ms'),
    parseDuration('-1s'),
    parseDuration('0'),
  ]).toEqual([3723.5e9, 3e8, -1e9, 0]);
  expect(() => parseDuration('3')).toThrow('time: missing unit in duration "3"');
  expect(() => parseDuration('3x')).toThrow('time: unknown unit "x" in duration "3x"');
});

test('times for the API', () => {
  expect(timestamp('5m', 1_000_000_000_000)).toBe('999999700');
  expect(timestamp('2013-01-02T13:23:37.5Z', 0)).toBe('1357133017.500000000');
  expect(timestamp('1357133017', 0)).toBe('1357133017');
  expect(() => timestamp('foo', 0)).toThrow('failed to parse value as time or duration: "foo"');
  for (const [text, why] of [
    ['2020-13-01', 'parsing time "2020-13-01": month out of range'],
    ['2020-02-30', 'parsing time "2020-02-30": day out of range'],
    ['2020-1-1', 'parsing time "2020-1-1" as "2006-01-02": cannot parse "1-1" as "01"'],
    ['a-b', 'parsing time "a-b" as "2006-01-02": cannot parse "a-b" as "2006"'],
    ['2020-01-01x', 'parsing time "2020-01-01x": extra text: "x"'],
  ] as const)
    expect(() => timestamp(text, 0)).toThrow(why);
});

test('ports are grouped in ranges', () => {
  const port = (PrivatePort: number, PublicPort?: number, IP?: string) => ({
    PrivatePort,
    Type: 'tcp',
    ...(PublicPort === undefined ? {} : { PublicPort }),
    ...(IP === undefined ? {} : { IP }),
  });
  expect(displayPorts([port(80), port(82), port(81)])).toBe('80-82/tcp');
  expect(displayPorts([port(80, 8080, '0.0.0.0'), port(80, 8080, '::')])).toBe(
    '0.0.0.0:8080->80/tcp, [::]:8080->80/tcp',
  );
  expect(displayPorts([port(81, 81, '0.0.0.0'), port(80, 80, '0.0.0.0'), port(9)])).toBe(
    '9/tcp, 0.0.0.0:80-81->80-81/tcp',
  );
});

test('JSON keeps order and digits', () => {
  const text = '{"b":1,"a":[12345678901234567890,{}],"c":[]}';
  expect(indentJson(`[${text}]`, '  ')).toBe(
    '[\n  {\n    "b": 1,\n    "a": [\n      12345678901234567890,\n      {}\n    ],\n    "c": []\n  }\n]',
  );
  expect(marshal(parseJson(text))).toBe('{"a":[12345678901234567890,{}],"b":1,"c":[]}');
  expect([jsonString('<&>'), jsonString('<', false)]).toEqual(['"\\u003c\\u0026\\u003e"', '"<"']);
  expect(() => parseJson('{bad')).toThrow("invalid character 'b' looking for beginning of object key string");
  expect(() => parseJson('{"a":')).toThrow('unexpected end of JSON input');
});
