import { describe, expect, test } from 'vitest';
import { checkDockerfile } from './build-checks.ts';
import type { HubImages } from './hub-images.ts';
import { languageService } from './language-service.ts';
import type { Edit } from './protocol.ts';

const known = async () => ({
  architecture: 'amd64',
  os: 'linux',
  config: { Env: ['PATH=/bin', 'NODE_VERSION=20'] },
  rootfs: { type: 'layers' as const, diff_ids: [] },
});
const check = async (text: string) => (await checkDockerfile(text, known)).problems;

/** The text after edits that do not touch each other. */
function edited(text: string, edits: readonly Edit[]): string {
  const starts = text.split('\n').map((_, i, lines) => lines.slice(0, i).join('\n').length + (i > 0 ? 1 : 0));
  return edits.toReversed().reduce((now, { span, text: put }) => {
    const at = (line: number, column: number) => (starts[line - 1] ?? text.length) + column - 1;
    return (
      now.slice(0, at(span.startLine, span.startColumn)) + put + now.slice(at(span.endLine, span.endColumn))
    );
  }, text);
}

describe('a Dockerfile in the editor', () => {
  test.each([
    [
      'MAINTAINER',
      'FROM a\nMAINTAINER Ann <a@b.c>',
      'FROM a\nLABEL org.opencontainers.image.authors="Ann <a@b.c>"',
    ],
    ['as', 'FROM a as b', 'FROM a AS b'],
    ['a stage’s name', 'FROM a AS Build', 'FROM a AS build'],
    ['one case for all', 'FROM a\nrun b\nUSER c', 'FROM a\nRUN b\nUSER c'],
    ['CMD', 'FROM a\nCMD node index.js', 'FROM a\nCMD ["node", "index.js"]'],
    ['ENTRYPOINT', 'FROM a\nENTRYPOINT /run.sh --port=80', 'FROM a\nENTRYPOINT ["/run.sh", "--port=80"]'],
    ['ENV', 'FROM a\nENV A b c', 'FROM a\nENV A="b c"'],
    ['EXPOSE', 'FROM a\nEXPOSE 80/TCP', 'FROM a\nEXPOSE 80/tcp'],
    ['EXPOSE like -p', 'FROM a\nEXPOSE 8080:80', 'FROM a\nEXPOSE 80'],
    [
      'a variable',
      'FROM a\nRUN echo $PATH\nCOPY b $NODE_VERSOIN',
      'FROM a\nRUN echo $PATH\nCOPY b $NODE_VERSION',
    ],
    ['an instruction', 'FORM a', 'FROM a'],
    ['a flag', 'FROM a\nCOPY --form=b c d', 'FROM a\nCOPY --from=b c d'],
    ['a platform', 'FROM --platform=$TARGETPLATFORM a', 'FROM a'],
    ['empty lines', 'FROM a\nRUN b \\\n\n  c', 'FROM a\nRUN b \\\n  c'],
  ])('is mended: %s', async (_, text, mended) => {
    const fixes = (await check(text)).flatMap(({ fix }) => fix ?? []);
    expect(fixes).toHaveLength(1);
    expect(edited(text, fixes[0]!.edits)).toBe(mended);
    const left = await check(mended);
    expect(left.filter(({ fix }) => fix)).toEqual([]);
  });

  test.each([
    ['FROM a\nCMD node $APP', 'a shell must put the value in'],
    ['FROM a\nCMD a && b', 'a shell must run both'],
    ['FROM a\nCMD exec node', 'exec is the shell’s'],
    ['FROM a\nENV A "b c"', 'quotes'],
    ['FROM a\nNONSENSE bar', 'nobody knows what is meant'],
  ])('is not mended where it is not plain: %s', async (text) => {
    const found = await check(text);
    expect(found).toHaveLength(1);
    expect(found[0]).not.toHaveProperty('fix');
  });

  test('has its problems under the words that they are about', async () => {
    const [found] = await check('FROM a\n  ENV  A b');
    expect(found).toEqual({
      severity: 'warning',
      message: '"ENV key=value" should be used instead of legacy "ENV key value" format',
      span: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 6 },
      rule: { name: 'LegacyKeyValueFormat', url: expect.stringContaining('legacy-key-value-format') },
      fix: expect.anything(),
    });
    expect((await check('FROM a\nRUN b \\\n  $nope'))[0]).not.toBeDefined();
    expect((await check('FROM a\nCOPY b \\\n  $nope'))[0]?.span).toEqual({
      startLine: 3,
      startColumn: 4,
      endLine: 3,
      endColumn: 8,
    });
  });

  test('says nothing of variables that an unknown image may set', async () => {
    const { problems } = await checkDockerfile('FROM a\nCOPY b $ANY', async () => undefined);
    expect(problems).toEqual([]);
  });

  test('knows what .dockerignore leaves out, where that is asked for', async () => {
    const { problems } = await checkDockerfile(
      '# check=experimental=CopyIgnoredFile\nFROM a\nCOPY dist/x /',
      known,
      'dist\n',
    );
    expect(problems.map(({ rule }) => rule?.name)).toEqual(['CopyIgnoredFile']);
  });
});

describe('help with a Dockerfile', () => {
  const images: HubImages = {
    names: async () => ['alpine', 'node'],
    tags: async (name) => (name === 'node' ? ['20', '22'] : []),
    config: async () => undefined,
  };
  const service = languageService(images);

  test('offers instructions, images and their tags', async () => {
    const labels = async (text: string) => {
      const lines = text.split('\n');
      const place = { text, line: lines.length, column: (lines.at(-1) as string).length + 1 };
      return (await service.complete(place)).map(({ label }) => label);
    };
    expect(await labels('FR')).toEqual(['FROM baseImage']);
    expect(await labels('FROM node\nWORK')).toEqual(['WORKDIR /the/workdir/path']);
    expect(await labels('FROM n')).toEqual(['alpine', 'node']);
    expect(await labels('FROM node:')).toEqual(['20', '22']);
  });

  test('explains an instruction', () => {
    expect(service.hover({ text: 'FROM node', line: 1, column: 2 })?.markdown).toContain('FROM');
    expect(service.hover({ text: 'FROM node', line: 1, column: 8 })).toBeUndefined();
  });
});
