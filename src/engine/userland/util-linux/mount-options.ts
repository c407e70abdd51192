import {
  MS_BIND,
  MS_DIRSYNC,
  MS_I_VERSION,
  MS_LAZYTIME,
  MS_MANDLOCK,
  MS_NOATIME,
  MS_NODEV,
  MS_NODIRATIME,
  MS_NOEXEC,
  MS_NOSUID,
  MS_NOSYMFOLLOW,
  MS_PRIVATE,
  MS_RDONLY,
  MS_REC,
  MS_RELATIME,
  MS_REMOUNT,
  MS_SHARED,
  MS_SILENT,
  MS_SLAVE,
  MS_STRICTATIME,
  MS_SYNCHRONOUS,
  MS_UNBINDABLE,
} from '../../kernel/fcntl.ts';

/** Options that set flags of mount(2) (mount(8), "Filesystem-independent mount options"). */
const SET: Readonly<Record<string, number>> = {
  ro: MS_RDONLY,
  nosuid: MS_NOSUID,
  nodev: MS_NODEV,
  noexec: MS_NOEXEC,
  sync: MS_SYNCHRONOUS,
  dirsync: MS_DIRSYNC,
  remount: MS_REMOUNT,
  mand: MS_MANDLOCK,
  noatime: MS_NOATIME,
  nodiratime: MS_NODIRATIME,
  relatime: MS_RELATIME,
  strictatime: MS_STRICTATIME,
  lazytime: MS_LAZYTIME,
  iversion: MS_I_VERSION,
  nosymfollow: MS_NOSYMFOLLOW,
  silent: MS_SILENT,
  bind: MS_BIND,
  rbind: MS_BIND | MS_REC,
};

/** Options that take them back. */
const CLEARED: Readonly<Record<string, number>> = {
  rw: MS_RDONLY,
  suid: MS_NOSUID,
  dev: MS_NODEV,
  exec: MS_NOEXEC,
  async: MS_SYNCHRONOUS,
  nomand: MS_MANDLOCK,
  atime: MS_NOATIME,
  diratime: MS_NODIRATIME,
  norelatime: MS_RELATIME,
  nostrictatime: MS_STRICTATIME,
  nolazytime: MS_LAZYTIME,
  noiversion: MS_I_VERSION,
  symfollow: MS_NOSYMFOLLOW,
  loud: MS_SILENT,
};

/** How mount events spread: a call of its own after the mount. */
export const PROPAGATION: Readonly<Record<string, number>> = {
  private: MS_PRIVATE,
  rprivate: MS_PRIVATE | MS_REC,
  shared: MS_SHARED,
  rshared: MS_SHARED | MS_REC,
  slave: MS_SLAVE,
  rslave: MS_SLAVE | MS_REC,
  unbindable: MS_UNBINDABLE,
  runbindable: MS_UNBINDABLE | MS_REC,
};

/** Options for mount(8) itself or for who reads fstab; the kernel never sees them. */
const OWN =
  /^(defaults|(no)?auto|(no)?users?|user=.*|(no)?owner|(no)?group|_netdev|nofail|comment=.*|[xX]-.*|loop(=.*)?|(offset|sizelimit|encryption|u?helper)=.*)$/;

/** Flags that a bind mount can have of its own, set by a second call: the first ignores them. */
export const BIND_FLAGS =
  MS_RDONLY |
  MS_NOSUID |
  MS_NODEV |
  MS_NOEXEC |
  MS_NOATIME |
  MS_NODIRATIME |
  MS_RELATIME |
  MS_STRICTATIME |
  MS_NOSYMFOLLOW;

/** Mount options taken apart. */
export interface MountOptions {
  /** MS_* */
  flags: number;
  /** What is left for the file system. */
  data: string;
  /** Flags of the calls that set the propagation. */
  propagation: number[];
  /** Options that only mount(8) knows, e.g. `noauto`. */
  own: string[];
}

/** Reads the option strings in order; a later option overrides an earlier one. */
export function parseOptions(...texts: (string | undefined)[]): MountOptions {
  const options: MountOptions = { flags: 0, data: '', propagation: [], own: [] };
  const data: string[] = [];
  for (const option of texts.flatMap((text) => splitOptions(text ?? ''))) {
    if (Object.hasOwn(SET, option)) options.flags |= SET[option]!;
    else if (Object.hasOwn(CLEARED, option)) options.flags &= ~CLEARED[option]!;
    else if (Object.hasOwn(PROPAGATION, option)) options.propagation.push(PROPAGATION[option]!);
    else if (OWN.test(option)) options.own.push(option);
    else data.push(option);
  }
  options.data = data.join(',');
  return options;
}

/** At the commas that are not quoted (`context="a,b"`). */
export const splitOptions = (text: string): string[] => text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];

/** Whether a type is one of a list (`ext4,xfs`), or with `no` in front none of it (mount(8), -t). */
export function matchesType(type: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  const isNegative = pattern.startsWith('no');
  const names = pattern.replace(/^no/, '').split(',');
  return names.some((name) => name.replace(/^no/, '') === type) !== isNegative;
}

const PSEUDO =
  /^(anon_inodefs|autofs|bdev|binder|binfmt_misc|bpf|cgroup2?|configfs|cpuset|debugfs|devfs|devpts|devtmpfs|dlmfs|efivarfs|fuse\..*|fusectl|hugetlbfs|mqueue|nfsd|none|nsfs|overlay|pipefs|proc|pstore|ramfs|resctrl|rootfs|rpc_pipefs|securityfs|selinuxfs|smackfs|sockfs|spufs|sysfs|tmpfs|tracefs)$/;

/** Whether a type of file system is on no device (mnt_fs_is_pseudofs of libmount). */
export const isPseudoType = (type: string): boolean => PSEUDO.test(type);
