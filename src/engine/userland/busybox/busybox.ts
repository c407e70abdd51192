import type { Process, Program } from '../../kernel/program.ts';
import { writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';
import { applets as appletsOf } from '../utilities.ts';
import { BUSYBOX, type BusyboxBuild, program } from '../utility.ts';

/**
 * BusyBox: one program that is many, told by the name under which it is called, or by its first argument when that is
 * `busybox` itself. `others` are applets that are programs already (the shell, the network's).
 */
export function busybox(others: Readonly<Record<string, Program>>, build: BusyboxBuild = BUSYBOX): Program {
  const applets = new Map<string, Program>();
  for (const [name, tool] of appletsOf(build)) applets.set(name, program(tool, 'busybox', build));
  for (const [name, other] of Object.entries(others)) applets.set(name, other);
  const names = [...applets.keys()].sort();

  const main: Program = async (process) => {
    const called = (process.argv[0] ?? '').replace(/^.*\//, '').replace(/^-/, '');
    if (!called.startsWith('busybox')) {
      const applet = applets.get(called);
      if (applet) return applet(process);
      // The link is there, so the real one would know it.
      await say(process, 2, `${called}: not simulated in Drydock\n`);
      return 126;
    }
    const [, first, ...rest] = process.argv;
    if (first === undefined || first === '--help') {
      if (rest.length > 0) return dispatch(withArguments(process, [...rest, '--help']), rest[0]!);
      await say(process, 1, overview(build, names));
      return 0;
    }
    if (first === '--list' || first === '--list-full') {
      const prefix = first === '--list' ? '' : 'bin/';
      await say(process, 1, names.map((name) => `${prefix}${name}\n`).join(''));
      return 0;
    }
    if (first === '--install') {
      await say(process, 2, 'busybox: --install is not simulated in Drydock\n');
      return 1;
    }
    return dispatch(withArguments(process, [first, ...rest]), first.replace(/^.*\//, ''));
  };

  async function dispatch(process: Process, name: string): Promise<number> {
    const applet = applets.get(name);
    if (applet) return applet(process);
    await say(process, 2, `${name}: applet not found\n`);
    return 127;
  }
  return main;
}

const withArguments = (process: Process, argv: readonly string[]): Process =>
  new Proxy(process, {
    get: (target, key) => {
      if (key === 'argv') return argv;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

const say = (process: Process, fd: number, text: string): Promise<void> =>
  writeAll(process.sys, fd, textToBytes(text));

function overview(build: BusyboxBuild, names: readonly string[]): string {
  const lines: string[] = [];
  let line = '\t';
  for (const [i, name] of names.entries()) {
    const piece = i === names.length - 1 ? name : `${name}, `;
    if (line.length + piece.length > 72) {
      lines.push(line.trimEnd());
      line = '\t';
    }
    line += piece;
  }
  lines.push(line);
  return `${build.banner}
Simulated in Drydock after the program of that name.

Usage: busybox [function [arguments]...]
   or: busybox --list
   or: function [arguments]...

One program stands for many utilities here: each link to it is named for the
function that it is to perform.

Currently defined functions:
${lines.join('\n')}
`;
}
