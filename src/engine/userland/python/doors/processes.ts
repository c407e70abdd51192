import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Errno, strerror } from '../../../base/errno.ts';
import { parseSignal, SIGNALS, type Signal, signalNumber } from '../../../kernel/signals.ts';
import { strftime } from '../../lib/strftime.ts';
import { errnoOf } from '../interpreter/errno.ts';
import { bytesOf, type Functions, type Running } from '../running.ts';

const DIGESTS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  md5,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
};

function signalOf(number: unknown): Signal {
  const signal = parseSignal(String(number));
  if (signal === undefined) throw new Errno('EINVAL');
  return signal;
}

/** Processes, signals, time, and what the system says of itself. */
export function processFunctions(running: Running): Functions {
  const { process, environment, ending } = running;
  const { sys } = process;
  return {
    strerror: (number) => strerrorOf(Number(number)),
    getpid: () => sys.getpid(),
    getppid: () => sys.getppid(),
    getuid: () => sys.getuid(),
    geteuid: () => sys.geteuid(),
    getgid: () => sys.getgid(),
    getegid: () => sys.getegid(),
    kill: (pid, number) =>
      sys.kill(Number(pid), Number(number) === 0 ? 0 : signalOf(number)).then(() => undefined),
    cpu_count: async () => {
      const mask = await sys.sched_getaffinity(0);
      return [...mask.toString(2)].filter((bit) => bit === '1').length;
    },
    random(address, length) {
      bytesOf(running, address, length).set(sys.getrandom(Number(length)));
      return undefined;
    },
    digest: (name, address, length) => bytesToHex(DIGESTS[String(name)]!(bytesOf(running, address, length))),
    uname: async () => {
      const { sysname, nodename, release, version, machine } = await sys.uname();
      return JSON.stringify([sysname, nodename, release, version, machine]);
    },
    environment: () => JSON.stringify(Object.fromEntries(environment)),
    setenv(name, value) {
      if (value === null) environment.delete(String(name));
      else environment.set(String(name), String(value));
      return undefined;
    },
    time: () => sys.clock_gettime() / 1000,
    monotonic: () => sys.clock_gettime('monotonic') / 1000,
    cpu_time: async () => {
      const { user, system } = await sys.times();
      return (user + system) / 1000;
    },
    async sleep(seconds) {
      if (Number(seconds) > 0) await sys.nanosleep(Number(seconds) * 1000);
      return undefined;
    },
    /** Signals come to the function at `address` as numbers; without one to nobody, or as they come by default. */
    signal: async (number, how, address) => {
      const signal = signalOf(number);
      const disposition =
        how === 'function'
          ? () => running.interpreter().schedule(Number(address), signalNumber(signal))
          : how;
      if (how === 'interrupt') await sys.sigaction(signal, () => running.interpreter().interrupt());
      else await sys.sigaction(signal, disposition as 'default');
      return undefined;
    },
    signals: () => JSON.stringify(Object.entries(SIGNALS).map(([name, { number }]) => [name, number])),
    strsignal: (number) => SIGNALS[signalOf(number)].text,
    strftime: (format, seconds) => strftime(String(format), Number(seconds) * 1000),
    pause: () => sys.pause(),
    alarm: (seconds) => sys.alarm(Number(seconds)),
    raise(address) {
      running.interpreter().raise(Number(address) >>> 0);
      return undefined;
    },
    interrupted() {
      ending.interrupted = true;
      return undefined;
    },
    exit(status) {
      ending.status = Number(status);
      return undefined;
    },
    async exit_now(status) {
      return sys.exit(Number(status) & 255);
    },
  };
}

const strerrorOf = (number: number): string => {
  const code = errnoOf(number);
  return code === undefined ? `Unknown error ${number}` : strerror(code);
};
