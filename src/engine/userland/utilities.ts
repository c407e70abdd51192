import { gunzip, gzip, zcat } from './archive/gzip.ts';
import { tar } from './archive/tar.ts';
import { getfattr } from './attr/getfattr.ts';
import { setfattr } from './attr/setfattr.ts';
import { awk } from './awk/awk.ts';
import { cat } from './coreutils/cat.ts';
import { chmod } from './coreutils/chmod.ts';
import { chgrp, chown } from './coreutils/chown.ts';
import { cmp } from './coreutils/cmp.ts';
import { comm } from './coreutils/comm.ts';
import { cp } from './coreutils/cp.ts';
import { cut } from './coreutils/cut.ts';
import { date } from './coreutils/date.ts';
import { dd } from './coreutils/dd.ts';
import { df } from './coreutils/df.ts';
import { base64, digests } from './coreutils/digest.ts';
import { du } from './coreutils/du.ts';
import { echo } from './coreutils/echo.ts';
import { expand } from './coreutils/expand.ts';
import { expr } from './coreutils/expr.ts';
import { fold } from './coreutils/fold.ts';
import { head } from './coreutils/head.ts';
import { hexdump } from './coreutils/hexdump.ts';
import { hostname } from './coreutils/hostname.ts';
import { arch, groups, id, logname, nproc, uname, whoami } from './coreutils/identity.ts';
import { install } from './coreutils/install.ts';
import { ln } from './coreutils/ln.ts';
import { ls } from './coreutils/ls.ts';
import { mkfifo, mknod, mktemp } from './coreutils/make-files.ts';
import { mkdir } from './coreutils/mkdir.ts';
import { mv } from './coreutils/move.ts';
import { basename, dirname, pwd, readlink, realpath } from './coreutils/names.ts';
import { nl } from './coreutils/nl.ts';
import { od } from './coreutils/od.ts';
import { paste } from './coreutils/paste.ts';
import { printf } from './coreutils/printf.ts';
import { link, rm, rmdir, unlink } from './coreutils/remove.ts';
import { rev } from './coreutils/rev.ts';
import { chroot, env, nice, nohup, printenv, sleep, timeout, usleep } from './coreutils/run.ts';
import { seq } from './coreutils/seq.ts';
import { shuf } from './coreutils/shuf.ts';
import { falseUtility, trueUtility } from './coreutils/simple.ts';
import { sort } from './coreutils/sort.ts';
import { split } from './coreutils/split.ts';
import { stat } from './coreutils/stat.ts';
import { strings } from './coreutils/strings.ts';
import { sync } from './coreutils/sync.ts';
import { tac } from './coreutils/tac.ts';
import { tail } from './coreutils/tail.ts';
import { tee } from './coreutils/tee.ts';
import { stty, tty } from './coreutils/terminal.ts';
import { bracket, doubleBracket, test } from './coreutils/test.ts';
import { touch } from './coreutils/touch.ts';
import { tr } from './coreutils/tr.ts';
import { truncate } from './coreutils/truncate.ts';
import { uniq } from './coreutils/uniq.ts';
import { wc } from './coreutils/wc.ts';
import { xxd } from './coreutils/xxd.ts';
import { yes } from './coreutils/yes.ts';
import { diff } from './diff/diff.ts';
import { code, nano, vi } from './editors/editor.ts';
import { find } from './findutils/find.ts';
import { xargs } from './findutils/xargs.ts';
import { egrep, fgrep, grep } from './grep/grep.ts';
import { less } from './less/less.ts';
import { more } from './less/more.ts';
import { capsh } from './libcap/capsh.ts';
import { getpcaps } from './libcap/getpcaps.ts';
import { file } from './misc/file.ts';
import { getent } from './misc/getent.ts';
import { clear, reset, which } from './misc/lookup.ts';
import { time } from './misc/time.ts';
import { tree } from './misc/tree.ts';
import { busyboxPs } from './procps/busybox-ps.ts';
import { free } from './procps/free.ts';
import { kill, killall, pgrep, pidof, pkill } from './procps/kill.ts';
import { ps } from './procps/ps.ts';
import { sysctl } from './procps/sysctl.ts';
import { top } from './procps/top.ts';
import { uptime } from './procps/uptime.ts';
import { watch } from './procps/watch.ts';
import { pstree } from './psmisc/pstree.ts';
import { sed } from './sed/sed.ts';
import { newgidmap, newuidmap } from './shadow/newidmap.ts';
import { su } from './shadow/su.ts';
import { stress } from './stress/stress.ts';
import { dmesg } from './util-linux/dmesg.ts';
import { fallocate } from './util-linux/fallocate.ts';
import { findmnt } from './util-linux/findmnt.ts';
import { flock } from './util-linux/flock.ts';
import { ipcmk } from './util-linux/ipcmk.ts';
import { ipcrm } from './util-linux/ipcrm.ts';
import { ipcs } from './util-linux/ipcs.ts';
import { lsns } from './util-linux/lsns.ts';
import { mount } from './util-linux/mount.ts';
import { mountpoint } from './util-linux/mountpoint.ts';
import { nsenter } from './util-linux/nsenter.ts';
import { pivotRoot } from './util-linux/pivot-root.ts';
import { setpriv } from './util-linux/setpriv.ts';
import { setsid } from './util-linux/setsid.ts';
import { taskset } from './util-linux/taskset.ts';
import { umount } from './util-linux/umount.ts';
import { unshare } from './util-linux/unshare.ts';
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
  pstree,
  watch,
  top,
  sed,
  mount,
  mountpoint,
  umount,
  gunzip,
  gzip,
  zcat,
  tar,
  base64,
  ...digests,
  hexdump,
  od,
  strings,
  xxd,
  expr,
  dd,
  install,
  mkfifo,
  mknod,
  mktemp,
  truncate,
  cmp,
  shuf,
  split,
  stty,
  sync,
  tty,
  comm,
  expand,
  fold,
  nl,
  paste,
  rev,
  tac,
  vi,
  less,
  more,
  tree,
  clear,
  reset,
  which,
  su,
  dmesg,
  sysctl,
  nsenter,
  pivotRoot,
  ipcs,
  ipcrm,
  setsid,
  taskset,
  unshare,
  awk,
  diff,
];

const ONLY: Record<Flavour, readonly Utility[]> = {
  gnu: [
    ps,
    getfattr,
    setfattr,
    fallocate,
    flock,
    findmnt,
    lsns,
    nano,
    code,
    getent,
    file,
    ipcmk,
    setpriv,
    capsh,
    getpcaps,
    newuidmap,
    newgidmap,
    stress,
  ],
  busybox: [doubleBracket, usleep, time],
};

/** All utilities of a flavour, by name. */
export const utilities = (flavour: Flavour): Map<string, Utility> =>
  new Map([...BOTH, ...ONLY[flavour]].map((tool) => [tool.name, tool]));

/** Programs that Debian's files name otherwise than what they are called by. */
export const ALIASES: Readonly<Record<string, string>> = { mawk: 'awk', 'which.debianutils': 'which' };

/** The applets of a build of BusyBox. */
export const applets = (build: BusyboxBuild): Map<string, Utility> =>
  utilities('busybox').set('ps', busyboxPs(build.psTime));
