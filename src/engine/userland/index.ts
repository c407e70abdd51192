import { FOREIGN_BINARY } from '../base/executable.ts';
import type { Program } from '../kernel/program.ts';
import { busybox } from './busybox/busybox.ts';
import { helloWorld } from './hello.ts';
import { init } from './init/init.ts';
import { netApplets, netPrograms } from './net/index.ts';
import { foreignBinary, standIns } from './not-simulated.ts';
import { ash, bash, dash } from './shell/index.ts';
import { sudo } from './sudo/sudo.ts';
import { ALIASES, utilities } from './utilities.ts';
import { BUSYBOX, BUSYBOX_ALPINE, BUSYBOX_DEBIAN, type BusyboxBuild, program } from './utility.ts';

/** Every program of the userland, by the name that executables carry (base/executable.ts). */
export function userlandPrograms(): Map<string, Program> {
  const programs = new Map<string, Program>();
  for (const [name, tool] of utilities('gnu')) programs.set(name, program(tool, 'gnu'));
  for (const [name, tool] of Object.entries(ALIASES)) programs.set(name, programs.get(tool)!);
  for (const [name, net] of Object.entries(netPrograms)) programs.set(name, net);
  programs.set('bash', bash).set('dash', dash).set('sh', dash);
  const build = (it: BusyboxBuild) => busybox({ ash, sh: ash, ...netApplets(it) }, it);
  programs.set('busybox', build(BUSYBOX));
  programs.set('busybox-debian', build(BUSYBOX_DEBIAN));
  programs.set('busybox-alpine', build(BUSYBOX_ALPINE));
  programs.set('hello-world', helloWorld).set('init', init).set('systemd', init);
  programs.set('sudo', sudo);
  programs.set(FOREIGN_BINARY, foreignBinary);
  for (const [name, standIn] of standIns(new Set(programs.keys()))) programs.set(name, standIn);
  return programs;
}
