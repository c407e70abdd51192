import { chgrp, chmod, chown, touch } from './coreutils/attributes.ts';
import { cat } from './coreutils/cat.ts';
import { cp } from './coreutils/copy.ts';
import { cut } from './coreutils/cut.ts';
import { date } from './coreutils/date.ts';
import { df, du } from './coreutils/disk.ts';
import { echo } from './coreutils/echo.ts';
import { head } from './coreutils/head.ts';
import { arch, groups, hostname, id, logname, nproc, uname, whoami } from './coreutils/identity.ts';
import { ln } from './coreutils/ln.ts';
import { ls } from './coreutils/ls.ts';
import { mkdir } from './coreutils/mkdir.ts';
import { mv } from './coreutils/move.ts';
import { basename, dirname, pwd, readlink, realpath } from './coreutils/names.ts';
import { printf } from './coreutils/printf.ts';
import { link, rm, rmdir, unlink } from './coreutils/remove.ts';
import { chroot, env, nice, nohup, printenv, sleep, timeout, usleep } from './coreutils/run.ts';
import { seq } from './coreutils/seq.ts';
import { falseUtility, trueUtility } from './coreutils/simple.ts';
import { sort } from './coreutils/sort.ts';
import { stat } from './coreutils/stat.ts';
import { tail } from './coreutils/tail.ts';
import { tee } from './coreutils/tee.ts';
import { bracket, doubleBracket, test } from './coreutils/test.ts';
import { tr } from './coreutils/tr.ts';
import { uniq } from './coreutils/uniq.ts';
import { wc } from './coreutils/wc.ts';
import { yes } from './coreutils/yes.ts';
import { find } from './findutils/find.ts';
import { xargs } from './findutils/xargs.ts';
import { egrep, fgrep, grep } from './grep/grep.ts';
import { busyboxPs } from './procps/busybox-ps.ts';
import { kill, killall, pgrep, pidof, pkill } from './procps/kill.ts';
import { ps } from './procps/ps.ts';
import { free, uptime, watch } from './procps/system.ts';
import { top } from './procps/top.ts';
import { sed } from './sed/sed.ts';
import { findmnt, mount, mountpoint, umount } from './util-linux/mount.ts';
import type { BusyboxBuild, Flavour, Utility } from './utility.ts';

/** What exists in both flavours. */
const BOTH: readonly Utility[] = [
  bracket,
  test,
  chgrp,
  chmod,
  chown,
  touch,
  cat,
  cp,
  cut,
  date,
  echo,
  head,
  arch,
  groups,
  hostname,
  id,
  logname,
  nproc,
  uname,
  whoami,
  ln,
  ls,
  mkdir,
  mv,
  basename,
  dirname,
  pwd,
  readlink,
  realpath,
  printf,
  link,
  rm,
  rmdir,
  unlink,
  chroot,
  env,
  nice,
  nohup,
  printenv,
  sleep,
  timeout,
  seq,
  falseUtility,
  trueUtility,
  sort,
  tail,
  tee,
  tr,
  uniq,
  wc,
  yes,
  df,
  du,
  stat,
  find,
  xargs,
  egrep,
  fgrep,
  grep,
  kill,
  killall,
  pgrep,
  pidof,
  pkill,
  free,
  uptime,
  watch,
  top,
  sed,
  mount,
  mountpoint,
  umount,
];

const ONLY: Record<Flavour, readonly Utility[]> = {
  gnu: [ps, findmnt],
  busybox: [doubleBracket, usleep],
};

/** All utilities of a flavour, by name. */
export const utilities = (flavour: Flavour): Map<string, Utility> =>
  new Map([...BOTH, ...ONLY[flavour]].map((tool) => [tool.name, tool]));

/** The applets of a build of BusyBox. */
export const applets = (build: BusyboxBuild): Map<string, Utility> =>
  utilities('busybox').set('ps', busyboxPs(build.psTime));
