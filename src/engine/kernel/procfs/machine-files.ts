import type { Caller } from '../../vfs/caller.ts';
import { major, minor } from '../../vfs/device-number.ts';
import { CONTROLLERS, legacyName } from '../cgroup/controllers.ts';
import type { Kernel } from '../kernel.ts';
import { PseudoFile, PseudoLink, StaticDirectory } from '../pseudo-fs.ts';
import { loadAverage } from '../sched/load-average.ts';
import { namespacesOf } from '../task.ts';
import type { ProcFs } from './procfs.ts';
import { sysctlDirectory } from './sysctl.ts';
import { sysvipcDirectory } from './sysvipc.ts';

/** Files of /proc about the machine as a whole, by name (proc(5)). */
const FILES: Record<string, (kernel: Kernel, fs: ProcFs, caller?: Caller) => string> = {
  cgroups: ({ cgroups }) =>
    `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${CONTROLLERS.map((controller) => {
      const { id, root } = cgroups.of(controller);
      return `${legacyName(controller)}\t${id}\t${root.descendants + 1}\t1\n`;
    }).join('')}`,
  cmdline: () => `${COMMAND_LINE}\n`,
  cpuinfo: ({ cpus }) => cpus.map(({ id }) => processor(id, cpus.length)).join(''),
  filesystems: ({ vfs }) =>
    [...vfs.types.values()]
      .map(({ name, needsDevice }) => `${needsDevice ? '' : 'nodev'}\t${name}\n`)
      .join(''),
  loadavg: (kernel, { namespace }) => {
    const running = [...kernel.tasks].filter((task) => task.state === 'R').length;
    const averages = loadAverage(kernel).map((average) => average.toFixed(2));
    return `${averages.join(' ')} ${running}/${kernel.tasks.size} ${namespace.last}\n`;
  },
  locks: ({ locks }, { namespace }) =>
    locks.held
      .map(({ inode, exclusive, task }, index) => {
        const { dev, ino } = inode.stat();
        const device = [major(dev), minor(dev)].map((part) => part.toString(16).padStart(2, '0')).join(':');
        const kind = exclusive ? 'WRITE' : 'READ ';
        return `${index + 1}: FLOCK  ADVISORY  ${kind} ${task.id.in(namespace)} ${device}:${ino} 0 EOF\n`;
      })
      .join(''),
  meminfo: memoryText,
  stat: statText,
  swaps: () => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n',
  uptime: (kernel, _fs, caller) => {
    const idle = kernel.uptime * kernel.cpus.length - kernel.cpuTime / 1e6;
    const shift = namespacesOf(kernel, caller).time.shift('boottime') / 1000;
    return `${(kernel.uptime + shift).toFixed(2)} ${Math.max(0, idle).toFixed(2)}\n`;
  },
  version: ({ version: { release, version } }) =>
    `Linux version ${release} (gcc-12, GNU ld 2.40) ${version}\n`,
};

/** What the boot loader gave the kernel. */
export const COMMAND_LINE = 'BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro quiet';

/** All of /proc that is no process. */
export function machineFiles(fs: ProcFs): StaticDirectory {
  const { kernel } = fs;
  const root = new StaticDirectory(fs, 1);
  let ino = FIRST_INO;
  for (const [name, text] of Object.entries(FILES)) {
    const number = ino++;
    root.add(name, () => new PseudoFile(fs, number, 0o444, (caller) => text(kernel, fs, caller)));
  }
  root.add('net', new PseudoLink(fs, ino++, () => 'self/net'));
  root.add('mounts', new PseudoLink(fs, ino++, () => 'self/mounts'));
  root.add('sysvipc', sysvipcDirectory(fs, ino));
  root.add('sys', sysctlDirectory(fs, ino + 8));
  return root;
}

/** Numbers below are the root's own; those of processes begin far above. */
const FIRST_INO = 16;

function processor(cpu: number, cpus: number): string {
  const rows: [string, string | number][] = [
    ['processor\t', cpu],
    ['vendor_id\t', 'GenuineIntel'],
    ['cpu family\t', 6],
    ['model\t\t', 85],
    ['model name\t', 'Intel(R) Xeon(R) Processor @ 2.50GHz'],
    ['stepping\t', 7],
    ['cpu MHz\t\t', '2500.000'],
    ['cache size\t', '36608 KB'],
    ['physical id\t', 0],
    ['siblings\t', cpus],
    ['core id\t\t', cpu],
    ['cpu cores\t', cpus],
    ['fpu\t\t', 'yes'],
    [
      'flags\t\t',
      'fpu tsc msr cx8 cmov mmx fxsr sse sse2 ht syscall nx rdtscp lm constant_tsc nopl pni ssse3 cx16 sse4_1 sse4_2 popcnt aes avx hypervisor avx2',
    ],
    ['bogomips\t', '5000.00'],
    ['address sizes\t', '46 bits physical, 48 bits virtual'],
  ];
  return `${rows.map(([name, value]) => `${name}: ${value}\n`).join('')}\n`;
}

function memoryText({ memory: { total, free } }: Kernel): string {
  const cached = Math.min(free, 512 * 1024 * 1024);
  const rows: [string, number][] = [
    ['MemTotal', total],
    ['MemFree', free - cached],
    ['MemAvailable', free],
    ['Buffers', 0],
    ['Cached', cached],
    ['SwapCached', 0],
    ['Active', total - free],
    ['Inactive', cached],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Dirty', 0],
    ['Writeback', 0],
    ['AnonPages', total - free],
    ['Mapped', 0],
    ['Shmem', 0],
    ['Slab', 0],
    ['SReclaimable', 0],
  ];
  return rows
    .map(([name, bytes]) => `${`${name}:`.padEnd(15)} ${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`)
    .join('');
}

/** /proc/stat (proc_stat(5)): times in hundredths of a second. */
function statText(kernel: Kernel, _fs: ProcFs, caller?: Caller): string {
  const { uptime, cpus, tasks, clock, forks } = kernel;
  const boot = clock.bootTime - namespacesOf(kernel, caller).time.shift('boottime');
  const rows = cpus.map(({ user, nice, system, busy }) => [
    user,
    nice,
    system,
    Math.max(0, uptime * 1e6 - busy),
  ]);
  const sums = [0, 1, 2, 3].map((column) => rows.reduce((sum, row) => sum + row[column]!, 0));
  const line = (name: string, times: readonly number[]) =>
    `${name} ${[...times.map((time) => Math.floor(time / 10_000)), 0, 0, 0, 0, 0, 0].join(' ')}\n`;
  const running = [...tasks].filter((task) => task.state === 'R').length;
  return (
    `${line('cpu ', sums)}${rows.map((row, cpu) => line(`cpu${cpu}`, row)).join('')}` +
    `intr 0\nctxt 0\nbtime ${Math.floor(boot / 1000)}\n` +
    `processes ${forks}\nprocs_running ${running}\nprocs_blocked 0\n`
  );
}
