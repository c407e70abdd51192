import { describe, expect, test } from 'vitest';
import { edited } from './edits.ts';
import { languageOf } from './file-language.ts';
import { oddCharacters } from './typography.ts';

describe('characters that programs do not read', () => {
  const mended = (text: string, language = 'shell') =>
    edited(
      text,
      oddCharacters(text, language).map(({ edit }) => edit),
    );

  test.each([
    ['echo “hi”', 'echo "hi"'],
    ['echo ‘hi’', "echo 'hi'"],
    ['docker run —name web –p 80:80', 'docker run --name web -p 80:80'],
    ['a\u00a0b\u3000c\u200bd', 'a b cd'],
    ['docker　run：ｎginx', 'docker run:nginx'],
  ])('are found and made plain: %s', (text, plain) => {
    expect(mended(text)).toBe(plain);
  });

  test('are at home in comments, in Chinese, and in what is no program', () => {
    for (const text of ['# “quoted” — so', 'echo "你好，世界"', '\ufeffecho'])
      expect(mended(text)).toBe(text);
    expect(mended('“hi”', 'plaintext')).toBe('“hi”');
    expect(mended('echo “你好”')).toBe('echo "你好"');
  });
});

describe('edits', () => {
  test('are made in any order, over lines of either end', () => {
    const put = (line: number, from: number, to: number, text: string) => ({
      span: { startLine: line, startColumn: from, endLine: line, endColumn: to },
      text,
    });
    expect(edited('one\r\ntwo\r\n', [put(1, 1, 4, '1'), put(2, 1, 4, '2')])).toBe('1\r\n2\r\n');
    expect(
      edited('one', [
        { ...put(1, 1, 1, 'x'), span: { startLine: 9, startColumn: 1, endLine: 9, endColumn: 1 } },
      ]),
    ).toBe('onex');
  });
});

describe('the language of a file', () => {
  test.each([
    ['/a/Dockerfile', '', 'dockerfile'],
    ['/a/Dockerfile.dev', '', 'dockerfile'],
    ['/a/compose.yaml', '', 'yaml'],
    ['/a/package.json', '', 'json'],
    ['/home/me/.bashrc', '', 'shell'],
    ['/a/index.mjs', '', 'javascript'],
    ['/a/app.py', '', 'python'],
    ['/a/run', '#!/bin/sh\n', 'shell'],
    ['/a/run', '#!/usr/bin/env python3\n', 'python'],
    ['/a/run', 'hello\n#!/bin/sh\n', 'plaintext'],
    ['/a/note.txt', '', 'plaintext'],
  ])('%s %j is %s', (path, text, language) => {
    expect(languageOf(path, text)).toBe(language);
  });
});
