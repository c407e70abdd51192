import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Program } from '../kernel/program.ts';
import { bootTestMachine } from '../kernel/testing.ts';
import { busybox } from './busybox/busybox.ts';
import { CASES, type Case, FILES } from './differential-cases.ts';
import { ash, dash } from './shell/index.ts';
import { utilities } from './utilities.ts';
import { BUSYBOX_DEBIAN, program } from './utility.ts';

/**
 * The same command lines through the real tools of this machine and through ours: output, errors and status must be the same.
 * Each line runs as `sh -c` in a fresh directory with the same files. Skips where the real tools are not there.
 */
const BUSYBOX = '/bin/busybox';

function present(path: string, pattern: RegExp): boolean {
  try {
    return pattern.test(
      execFileSync(path, ['--help'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  } catch {
    return false;
  }
}
const hasGnu = present('/bin/ls', /GNU coreutils/);
const hasBusybox = present(BUSYBOX, /BusyBox v1\.35/);

interface Outcome {
  exit: number;
  stdout: string;
  stderr: string;
}

/**
 * Each applet under its own name, as `busybox --install -s` makes them. Debian's `busybox-static` has a shell that runs
 * applets before it looks at PATH; the one of its package `busybox` looks at PATH alone. With links both find the same.
 */
const applets = hasBusybox ? linkApplets() : undefined;
afterAll(() => applets && rmSync(applets, { recursive: true, force: true }));

function linkApplets(): string {
  const directory = mkdtempSync(join(tmpdir(), 'applets-'));
  execFileSync(BUSYBOX, ['--install', '-s', directory]);
  return directory;
}

function real(line: string, flavour: 'gnu' | 'busybox', stdin: string): Outcome {
  const directory = mkdtempSync(join(tmpdir(), 'differential-'));
  try {
    for (const [name, content] of Object.entries(FILES)) {
      const path = join(directory, name);
      mkdirSync(join(path, '..'), { recursive: true });
      if (typeof content === 'string') writeFileSync(path, content);
      else symlinkSync(content.link, path);
    }
    chmodSync(directory, 0o755);
    const [file, args] = flavour === 'gnu' ? ['/bin/dash', ['-c', line]] : [BUSYBOX, ['sh', '-c', line]];
    const path = flavour === 'gnu' ? '/usr/bin:/bin:/usr/sbin:/sbin' : applets;
    const result = spawnSync(file as string, args as string[], {
      cwd: directory,
      input: stdin,
      env: { PATH: path, LC_ALL: 'C', HOME: '/root' },
      encoding: 'utf8',
      uid: process.getuid?.() === 0 ? 0 : undefined,
    });
    return { exit: result.status ?? 255, stdout: result.stdout, stderr: result.stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function ours(line: string, flavour: 'gnu' | 'busybox', stdin: string): Promise<Outcome> {
  const programs: Record<string, Program> = {
    dash,
    sh: dash,
    busybox: busybox({ ash, sh: ash }, BUSYBOX_DEBIAN),
  };
  for (const [name, tool] of utilities('gnu')) programs[name] = program(tool, 'gnu');
  const machine = bootTestMachine({
    programs,
    files: {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n',
      '/etc/group': 'root:x:0:\ndaemon:x:1:\n',
    },
  });
  machine.mkdir('/lab');
  for (const [name, content] of Object.entries(FILES)) {
    if (typeof content === 'string') machine.write(`/lab/${name}`, content);
    else await machine.run(['ln', '-s', content.link, `/lab/${name}`]);
  }
  const argv = flavour === 'gnu' ? ['dash', '-c', line] : ['busybox', 'sh', '-c', line];
  if (flavour === 'busybox') {
    machine.mkdir('/bb');
    const { stdout } = await machine.run(['busybox', '--list']);
    for (const applet of stdout.trim().split('\n'))
      await machine.run(['ln', '-s', '/bin/busybox', `/bb/${applet}`]);
  }
  return machine.run(argv, {
    stdin,
    cwd: '/lab',
    env: { PATH: flavour === 'gnu' ? '/bin' : '/bb', LC_ALL: 'C' },
  });
}

/** BusyBox' usage texts are worded by us below the usage line; the message before them counts. */
const shown = ({ exit, stdout, stderr }: Outcome): string =>
  `${stdout}--- ${exit}\n${stderr.replace(/BusyBox v[\s\S]*$/, '[usage]\n')}`;

const selected = (flavour: 'gnu' | 'busybox'): Case[] =>
  CASES.filter((one) => (one.only ?? flavour) === flavour);

describe.each([
  ['gnu', hasGnu],
  ['busybox', hasBusybox],
] as const)('%s', (flavour, there) => {
  test.skipIf(!there).each(selected(flavour).map((one) => [one.line, one] as const))(
    '%s',
    async (line, { stdin = '' }) => {
      const expected = real(line, flavour, stdin);
      const actual = await ours(line, flavour, stdin);
      expect(shown(actual)).toBe(shown(expected));
    },
  );
});
