import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../kernel/program.ts';
import { bootTestMachine, type TestMachine } from '../kernel/testing.ts';
import { busybox } from './busybox/busybox.ts';
import { ash, bash, dash } from './shell/index.ts';
import { utilities } from './utilities.ts';
import { BUSYBOX_DEBIAN, type Flavour, program, type Utility } from './utility.ts';

/**
 * One command line through the real tools of this machine and through ours, each in a fresh directory with the same files. Not for
 * use outside tests.
 */
export interface Outcome {
  exit: number;
  stdout: string;
  stderr: string;
}

export interface Lab {
  files?: Readonly<Record<string, string | { link: string }>>;
  stdin?: string;
  /** Programs of ours beyond those of the flavour. */
  tools?: readonly Utility[];
}

const BUSYBOX = '/bin/busybox';
const PATH: Readonly<Record<Flavour, string>> = {
  gnu: '/usr/bin:/bin:/usr/sbin:/sbin',
  busybox: '/nonexistent',
};

/** What a program of this machine prints where it is there: to see which it is. */
export function asked(path: string, ...args: string[]): string {
  const { stdout, stderr, error } = spawnSync(path, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return error ? '' : stdout + stderr;
}

/** Under BusyBox, each word that begins a command is an applet: its shell runs applets before PATH. */
export function real(line: string, flavour: Flavour, { files = {}, stdin = '' }: Lab = {}): Outcome {
  const directory = mkdtempSync(join(tmpdir(), 'differential-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(directory, name);
      mkdirSync(join(path, '..'), { recursive: true });
      if (typeof content === 'string') writeFileSync(path, content);
      else symlinkSync(content.link, path);
    }
    chmodSync(directory, 0o755);
    const argv = flavour === 'gnu' ? ['/bin/dash', '-c', line] : [BUSYBOX, 'sh', '-c', line];
    const { status, stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), {
      cwd: directory,
      input: stdin,
      env: { PATH: PATH[flavour], LC_ALL: 'C', HOME: '/root' },
      encoding: 'utf8',
    });
    return { exit: status ?? 255, stdout, stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A machine with our tools, the lab's files in /lab. */
export async function simulatedLab({ files = {}, tools = [] }: Lab): Promise<TestMachine> {
  const programs: Record<string, Program> = {
    bash,
    dash,
    sh: dash,
    busybox: busybox({ ash, sh: ash }, BUSYBOX_DEBIAN),
  };
  for (const tool of [...utilities('gnu').values(), ...tools]) programs[tool.name] = program(tool, 'gnu');
  const machine = bootTestMachine({
    programs,
    files: {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n',
      '/etc/group': 'root:x:0:\ndaemon:x:1:\n',
    },
  });
  machine.mkdir('/lab');
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string') machine.write(`/lab/${name}`, content);
    else await machine.run(['ln', '-s', content.link, `/lab/${name}`]);
  }
  return machine;
}

export async function simulated(line: string, flavour: Flavour, lab: Lab = {}): Promise<Outcome> {
  const machine = await simulatedLab(lab);
  if (flavour === 'busybox') {
    machine.mkdir('/bb');
    const { stdout } = await machine.run(['busybox', '--list']);
    for (const applet of stdout.trim().split('\n'))
      await machine.run(['ln', '-s', '/bin/busybox', `/bb/${applet}`]);
  }
  return machine.run(flavour === 'gnu' ? ['dash', '-c', line] : ['busybox', 'sh', '-c', line], {
    stdin: lab.stdin,
    cwd: '/lab',
    env: { PATH: flavour === 'gnu' ? '/bin' : '/bb', LC_ALL: 'C' },
  });
}

/** All of an outcome as one text. BusyBox' usage texts are worded by us below the usage line; the message before them counts. */
export const shown = ({ exit, stdout, stderr }: Outcome): string =>
  `${stdout}--- ${exit}\n${stderr.replace(/BusyBox v[\s\S]*$/, '[usage]\n')}`;

/** Command lines, one a line of text. */
export const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
