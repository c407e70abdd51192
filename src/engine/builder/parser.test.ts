import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { quote } from '../base/go-quote.ts';
import { DockerfileError, type Instruction } from './ast.ts';
import { changeConfig } from './change-config.ts';
import { parseInstruction } from './instructions/parse.ts';
import { parseDockerfile } from './parser.ts';

const FILES = '../shared/conformance/buildkit-parser-testfiles.json';
const ERRORS = '../shared/conformance/buildkit-instruction-errors.json';

/** The s-expression that BuildKit's own tests expect. */
function dump({ command, flags, args, trigger }: Instruction): string {
  const shownFlags = flags.length > 0 ? ` [${flags.map(quote).join(' ')}]` : '';
  const shown = trigger ? ` (${dump(trigger)})` : args.map((arg) => ` ${quote(arg)}`).join('');
  return `${command.toLowerCase()}${shownFlags}${shown}`.trim();
}

describe.skipIf(!existsSync(FILES))("BuildKit's own Dockerfiles", () => {
  const tables = existsSync(FILES) ? JSON.parse(readFileSync(FILES, 'utf8')) : { positive: [], negative: [] };

  test('are told apart as BuildKit does', () => {
    expect(tables.positive.length).toBeGreaterThan(25);
    for (const { name, dockerfile, result } of tables.positive) {
      const shown = parseDockerfile(dockerfile)
        .instructions.map((one) => `(${dump(one)})\n`)
        .join('');
      expect(shown, name).toBe(result);
    }
  });

  test('that are wrong are refused', () => {
    expect(tables.negative.length).toBeGreaterThan(2);
    for (const { name, dockerfile } of tables.negative)
      expect(() => parseDockerfile(dockerfile), name).toThrow(DockerfileError);
  });

  test('lines are counted', () => {
    const { dockerfile, children } = tables.lineInfo;
    const lines = parseDockerfile(dockerfile).instructions.map(({ startLine, endLine }) => [
      startLine,
      endLine,
    ]);
    expect(lines).toEqual(children);
  });
});

describe.skipIf(!existsSync(ERRORS))('errors of instructions', () => {
  const tables = existsSync(ERRORS) ? JSON.parse(readFileSync(ERRORS, 'utf8')) : { exact: [] };
  test('are in the words of BuildKit', () => {
    expect(tables.exact.length).toBeGreaterThan(10);
    for (const { dockerfile, error } of tables.exact) expect(parsed(dockerfile), dockerfile).toThrow(error);
    expect(tables.contains.length).toBeGreaterThan(5);
    for (const { dockerfile, expectedError } of tables.contains)
      expect(parsed(dockerfile), dockerfile).toThrow(expectedError);
  });

  const parsed = (dockerfile: string) => () =>
    parseDockerfile(dockerfile).instructions.map((one) => parseInstruction(one));
});

describe('changes of a configuration', () => {
  const base = { Env: ['A=1', 'PATH=/bin'], Cmd: ['sh'], WorkingDir: '/srv' };
  const changed = (...changes: string[]) => changeConfig(base, changes);

  test('commands, as lists and as texts', () => {
    expect(changed('CMD ["a","b"]').Cmd).toEqual(['a', 'b']);
    expect(changed('CMD a b').Cmd).toEqual(['/bin/sh', '-c', 'a b']);
    expect(changed('ENTRYPOINT ["x"]')).toMatchObject({ Entrypoint: ['x'], Cmd: null });
    expect(changed('CMD y', 'ENTRYPOINT ["x"]').Cmd).toEqual(['/bin/sh', '-c', 'y']);
    expect(changed('CMD').Cmd).toEqual(['/bin/sh', '-c']);
    expect(changed('CMD []').Cmd).toEqual([]);
  });

  test('the rest, with variables', () => {
    expect(changed('ENV A=2 B=${A}x', 'ENV C $A').Env).toEqual(['A=2', 'PATH=/bin', 'B=1x', 'C=2']);
    expect(changed('EXPOSE 80 53/udp', 'EXPOSE 8000-8001').ExposedPorts).toEqual({
      '80/tcp': {},
      '53/udp': {},
      '8000/tcp': {},
      '8001/tcp': {},
    });
    expect(changed('LABEL a=b "c d"=$A').Labels).toEqual({ a: 'b', 'c d': '1' });
    expect(changed('WORKDIR x/../y').WorkingDir).toBe('/srv/y');
    expect(changed('VOLUME /a /b', 'USER u', 'STOPSIGNAL SIGTERM', 'ONBUILD RUN x')).toMatchObject({
      Volumes: { '/a': {}, '/b': {} },
      User: 'u',
      StopSignal: 'SIGTERM',
      OnBuild: ['RUN x'],
    });
    expect(changed('HEALTHCHECK --interval=5s --retries=3 CMD curl x').Healthcheck).toMatchObject({
      Test: ['CMD-SHELL', 'curl x'],
      Interval: 5e9,
      Retries: 3,
    });
  });
});
