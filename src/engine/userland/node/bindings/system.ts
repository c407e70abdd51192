import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Bindings } from '../binding.ts';

const HASHES = { md5, sha1, sha256, sha384, sha512 };

/** What node:process, node:os and node:crypto are made of. */
export const system: Bindings = {
  exit: ({ sys }, status) => sys.exit(Number(status)),
  pid: ({ sys }) => sys.getpid(),
  ppid: ({ sys }) => sys.getppid(),
  cwd: ({ sys }) => sys.getcwd(),
  chdir: ({ sys }, path) => sys.chdir(String(path)),
  umask: ({ sys }, mask) => sys.umask(Number(mask)),
  /** [uid, effective uid, gid, effective gid, groups…] */
  ids: ({ sys }) =>
    JSON.stringify([sys.getuid(), sys.geteuid(), sys.getgid(), sys.getegid(), ...sys.getgroups()]),
  setuid: ({ sys }, uid) => sys.setuid(Number(uid)),
  setgid: ({ sys }, gid) => sys.setgid(Number(gid)),
  uname: async ({ sys }) => JSON.stringify(await sys.uname()),
  sysinfo: async ({ sys }) => JSON.stringify(await sys.sysinfo()),
  times: async ({ sys }) => JSON.stringify(await sys.times()),
  /** The processors that the process may run on, as a mask (sched_getaffinity(2)). */
  affinity: ({ sys }) => sys.sched_getaffinity(0),
  monotonic: ({ sys }) => sys.clock_gettime('monotonic'),
  random: ({ sys }, length) => sys.getrandom(Number(length)),
  async sleep({ sys }, ms) {
    await sys.nanosleep(Number(ms));
    return undefined;
  },
  /** The digest of bytes in hexadecimal; undefined for an algorithm that is not known. */
  hash: (_, algorithm, data) =>
    Object.hasOwn(HASHES, String(algorithm))
      ? bytesToHex(HASHES[algorithm as keyof typeof HASHES](data as Uint8Array))
      : undefined,
};
