import { Errno, isErrno } from '../../base/errno.ts';
import { getopt, OptionError } from '../lib/getopt.ts';
import { lookupHost } from '../lib/resolver.ts';
import { execProgram } from '../lib/spawn.ts';
import { type Stdio, writeAll } from '../lib/stdio.ts';
import type { BusyboxBuild, Flavour } from '../utility.ts';
import { connectAny } from './connection.ts';
import { listenOn } from './serve-connections.ts';
import { busyboxUsage, netProgram } from './tool.ts';

const USAGE = `nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]

Open a pipe to IP:PORT or FILE

	-l	Listen mode, for inbound connects
		(use -ll with -e for persistent server)
	-p PORT	Local port
	-w SEC	Connect timeout
	-i SEC	Delay interval for lines sent
	-f FILE	Use file (ala /dev/ttyS0) instead of network
	-e PROG	Run PROG after connect`;

/** nc: BusyBox', and of the OpenBSD one `-z`, `-v`, `-l PORT`. */
export const nc = netProgram(async (io, flavour, build) => {
  // What follows -e is the program's own.
  const at = io.args.indexOf('-e');
  const program = at < 0 ? undefined : io.args.slice(at + 1);
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(at < 0 ? io.args : io.args.slice(0, at), {
      short: flavour === 'busybox' ? 'lp:w:nu' : 'lp:w:nuzvN46k',
    });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(
      `nc: ${error.message}\n${flavour === 'busybox' ? busyboxUsage(build, USAGE) : 'usage: nc [-46klNnuvz] [-p source_port] [-w timeout] [destination] [port]\n'}`,
    );
    return 1;
  }
  const has = (name: string) => parsed.options.some((option) => option.name === name);
  const value = (name: string) => parsed.options.findLast((option) => option.name === name)?.value;
  if (has('u')) return io.fail('UDP is not modelled');
  const fd = has('l')
    ? await accepted(io, value('p') ?? parsed.operands.at(-1))
    : await connected(io, flavour, build, parsed.operands, has('z') || has('v'), value('w'));
  if (fd === undefined) return 1;
  if (has('z')) return 0;
  if (program !== undefined && program.length > 0) {
    for (const target of [0, 1, 2]) await io.sys.dup2(fd, target);
    return execProgram(io.process, program);
  }
  await pump(io, fd);
  return 0;
});

async function accepted(io: Stdio, port: string | undefined): Promise<number | undefined> {
  try {
    const listener = await listenOn(io.sys, Number(port ?? 0));
    const { fd } = await io.sys.accept(listener);
    await io.sys.close(listener);
    return fd;
  } catch (error) {
    if (!isErrno(error)) throw error;
    await io.fail(`bind: ${error.message}`);
    return undefined;
  }
}

async function connected(
  io: Stdio,
  flavour: Flavour,
  build: BusyboxBuild,
  [host, port]: string[],
  verbose: boolean,
  wait: string | undefined,
): Promise<number | undefined> {
  if (host === undefined || port === undefined || !/^\d+$/.test(port)) {
    await io.stderr.write(flavour === 'busybox' ? busyboxUsage(build, USAGE) : 'nc: missing port number\n');
    return undefined;
  }
  const addresses = await lookupHost(io.sys, host);
  if (typeof addresses === 'string') {
    await io.fail(
      flavour === 'busybox'
        ? `bad address '${host}'`
        : `getaddrinfo for host "${host}" port ${port}: Name or service not known`,
    );
    return undefined;
  }
  const result = await connectAny(io.sys, addresses, Number(port), {
    timeout: wait === undefined ? undefined : Number(wait) * 1000,
  });
  if (result === 'timeout') {
    await io.fail(
      flavour === 'busybox'
        ? 'timed out'
        : `connect to ${host} port ${port} (tcp) timed out: Operation now in progress`,
    );
    return undefined;
  }
  if (result instanceof Errno) {
    if (flavour === 'busybox')
      await io.fail(`can't connect to remote host (${addresses.at(-1)}): ${result.message}`);
    else if (verbose)
      await io.fail(`connect to ${host} (${addresses.at(-1)}) port ${port} (tcp) failed: ${result.message}`);
    return undefined;
  }
  if (verbose && flavour === 'gnu')
    await io.stderr.write(`Connection to ${host} (${result.address}) ${port} port [tcp/*] succeeded!\n`);
  return result.fd;
}

/** Copies both ways until the peer ends; the end of standard input half-closes. */
async function pump(io: Stdio, fd: number): Promise<void> {
  const { sys } = io;
  void (async () => {
    try {
      for (;;) {
        const bytes = await sys.read(0, 65_536);
        if (bytes.length === 0) break;
        await writeAll(sys, fd, bytes);
      }
      await sys.shutdown(fd, 'write');
    } catch (error) {
      if (!isErrno(error)) throw error;
    }
  })();
  for (;;) {
    let bytes: Uint8Array;
    try {
      bytes = await sys.read(fd, 65_536);
    } catch (error) {
      if (!isErrno(error)) throw error;
      return;
    }
    if (bytes.length === 0) return;
    await writeAll(sys, 1, bytes);
  }
}
