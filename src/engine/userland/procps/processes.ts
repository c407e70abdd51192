import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { namesIn } from '../files.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';

/** A process as /proc shows it (proc_pid_stat(5), proc_pid_status(5)). Times in ticks of 10 ms. */
export interface ProcessInfo {
  pid: number;
  comm: string;
  state: string;
  ppid: number;
  pgrp: number;
  session: number;
  tty: number;
  foreground: number;
  utime: number;
  stime: number;
  priority: number;
  nice: number;
  threads: number;
  /** Ticks after boot. */
  start: number;
  /** Bytes. */
  virtual: number;
  /** Bytes. */
  resident: number;
  /** Bytes of it that others may share. */
  shared: number;
  uid: number;
  euid: number;
  gid: number;
  egid: number;
  args: readonly string[];
}

const text = async (sys: Syscalls, path: string): Promise<string> => bytesToText(await readFile(sys, path));

/** All processes that this one's /proc shows, by pid. What ends meanwhile is left out. */
export async function processes(sys: Syscalls): Promise<ProcessInfo[]> {
  const pids = (await namesIn(sys, '/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: ProcessInfo[] = [];
  for (const pid of pids.sort((a, b) => a - b)) {
    const info = await processInfo(sys, pid);
    if (info) found.push(info);
  }
  return found;
}

export async function processInfo(sys: Syscalls, pid: number): Promise<ProcessInfo | undefined> {
  try {
    const stat = await text(sys, `/proc/${pid}/stat`);
    const open = stat.indexOf('(');
    const close = stat.lastIndexOf(')');
    const fields = stat.slice(close + 2).split(' ');
    const field = (n: number) => Number(fields[n - 3]);
    const status = await text(sys, `/proc/${pid}/status`);
    const ids = (name: string) =>
      new RegExp(`^${name}:\\t(\\d+)\\t(\\d+)`, 'm').exec(status)?.slice(1).map(Number) ?? [0, 0];
    const [uid, euid] = ids('Uid') as [number, number];
    const [gid, egid] = ids('Gid') as [number, number];
    const cmdline = await text(sys, `/proc/${pid}/cmdline`);
    const [, , shared] = (await text(sys, `/proc/${pid}/statm`)).split(' ');
    return {
      pid,
      comm: stat.slice(open + 1, close),
      state: fields[0]!,
      ppid: field(4),
      pgrp: field(5),
      session: field(6),
      tty: field(7),
      foreground: field(8),
      utime: field(14),
      stime: field(15),
      priority: field(18),
      nice: field(19),
      threads: field(20),
      start: field(22),
      virtual: field(23),
      resident: field(24) * 4096,
      shared: Number(shared) * 4096,
      uid,
      euid,
      gid,
      egid,
      args: cmdline === '' ? [] : cmdline.replace(/\0$/, '').split('\0'),
    };
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

/** `pts/0`, `tty1`, or `?` (BusyBox and ps). */
export function ttyName(device: number): string {
  if (device === 0) return '?';
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major === 136) return `pts/${minor}`;
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`;
  return major === 5 && minor === 1 ? 'console' : '?';
}

/** The words of the command, or its name in brackets (kernel threads) or as defunct. */
export function commandOf({ args, comm, state }: ProcessInfo): string {
  if (state === 'Z') return `[${comm}] <defunct>`;
  return args.length === 0 ? `[${comm}]` : args.join(' ').replaceAll('\n', ' ');
}

/** How the kernel counts: when it booted (ms since the epoch), how long ago (s), and the memory (bytes). */
export async function machine(
  sys: Syscalls,
): Promise<{ boot: number; uptime: number; memory: Map<string, number>; load: string[] }> {
  const uptime = Number((await text(sys, '/proc/uptime')).split(' ')[0]);
  const memory = new Map<string, number>();
  for (const line of (await text(sys, '/proc/meminfo')).split('\n')) {
    const match = /^(\w+):\s+(\d+) kB/.exec(line);
    if (match) memory.set(match[1]!, Number(match[2]) * 1024);
  }
  const load = (await text(sys, '/proc/loadavg')).split(' ');
  return { boot: sys.clock_gettime('realtime') - uptime * 1000, uptime, memory, load };
}
