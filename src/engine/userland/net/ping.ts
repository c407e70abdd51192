import { isErrno } from '../../base/errno.ts';
import { decodeIcmp, encodeIcmp } from '../../net/icmp.ts';
import { getopt, OptionError } from '../lib/getopt.ts';
import { GAI_TEXT, lookupHost } from '../lib/resolver.ts';
import type { Stdio } from '../lib/stdio.ts';
import type { BusyboxBuild, Flavour } from '../utility.ts';
import { busyboxUsage, netProgram } from './tool.ts';

/** ping(8): iputils' and BusyBox' forms. */
export const ping = netProgram(async (io, flavour, build) => {
  let parsed: ReturnType<typeof getopt>;
  try {
    parsed = getopt(io.args, {
      short: flavour === 'busybox' ? '46c:s:i:At:I:W:w:qp:' : '46c:s:i:At:I:W:w:qnO',
    });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    await io.stderr.write(`${io.name}: ${error.message}\n`);
    return usage(io, flavour, build);
  }
  const [host] = parsed.operands;
  if (host === undefined) {
    if (flavour === 'busybox') return usage(io, flavour, build);
    await io.stderr.write(`${io.name}: usage error: Destination address required\n`);
    return 1;
  }
  // -4 is what it does, -n too: nothing else is looked up.
  for (const { name } of parsed.options)
    if (['6', 'A', 'I', 'p', 'O'].includes(name)) return io.fail(`option -${name} is not modelled`);
  const value = (name: string) => parsed.options.findLast((option) => option.name === name)?.value;
  const number = (name: string) => (value(name) === undefined ? undefined : Number(value(name)));
  for (const name of ['c', 's', 'i', 't', 'W', 'w'])
    if (value(name) !== undefined && !(Number(value(name)) >= 0))
      return flavour === 'busybox'
        ? io.fail(`invalid number '${value(name)}'`)
        : io.fail(`invalid argument: '${value(name)}'`);
  return new Pinger(io, flavour, host, {
    count: number('c'),
    size: number('s') ?? 56,
    interval: (number('i') ?? 1) * 1000,
    ttl: number('t'),
    wait: (number('W') ?? 10) * 1000,
    deadline: number('w'),
    quiet: parsed.options.some((option) => option.name === 'q'),
  }).run();
});

interface PingOptions {
  count: number | undefined;
  size: number;
  interval: number;
  ttl: number | undefined;
  wait: number;
  deadline: number | undefined;
  quiet: boolean;
}

async function usage(io: Stdio, flavour: Flavour, build: BusyboxBuild): Promise<number> {
  if (flavour === 'busybox') {
    await io.stderr.write(busyboxUsage(build, 'ping [OPTIONS] HOST\n\nSend ICMP ECHO_REQUESTs to HOST'));
    return 1;
  }
  await io.stderr.write('\nUsage\n  ping [options] <destination>\n');
  return 2;
}

class Pinger {
  readonly #io: Stdio;
  readonly #busybox: boolean;
  readonly #host: string;
  readonly #options: PingOptions;
  #address = '';
  #fd = -1;
  #sent = 0;
  #received = 0;
  #errors = 0;
  #stopped = false;
  readonly #times: number[] = [];
  readonly #sentAt = new Map<number, number>();

  constructor(io: Stdio, flavour: Flavour, host: string, options: PingOptions) {
    this.#io = io;
    this.#busybox = flavour === 'busybox';
    this.#host = host;
    this.#options = options;
  }

  async run(): Promise<number> {
    const { sys, stdout, stderr } = this.#io;
    const found = await lookupHost(sys, this.#host, 'inet');
    if (typeof found === 'string')
      return this.#busybox
        ? this.#io.fail(`bad address '${this.#host}'`)
        : this.#io.fail(`${this.#host}: ${GAI_TEXT[found]}`, 2);
    this.#address = found[0]!;
    const { size } = this.#options;
    if (this.#busybox) stdout.write(`PING ${this.#host} (${this.#address}): ${size} data bytes\n`);
    try {
      this.#fd = await sys.socket('inet', 'raw');
    } catch (error) {
      if (!isErrno(error, 'EPERM')) throw error;
      return this.#busybox
        ? this.#io.fail('permission denied (are you root?)')
        : this.#io.fail('socktype: SOCK_RAW\nping: socket: Operation not permitted', 2);
    }
    const unreachable = this.#busybox ? undefined : await this.#probe();
    if (unreachable !== undefined) return this.#io.fail(`connect: ${unreachable}`, 2);
    if (this.#options.ttl !== undefined) await sys.setsockopt(this.#fd, 'IP_TTL', this.#options.ttl);
    await sys.sigaction('SIGINT', () => {
      this.#stopped = true;
    });
    if (!this.#busybox)
      stdout.write(`PING ${this.#host} (${this.#address}) ${size}(${size + 28}) bytes of data.\n`);
    await stdout.flush();
    const start = sys.clock_gettime('monotonic');
    const status = await this.#rounds(start);
    if (status !== undefined) return status;
    await this.#summary(sys.clock_gettime('monotonic') - start);
    await stderr.flush();
    return this.#received > 0 ? 0 : 1;
  }

  /** Sends and listens until all is sent and answered, or time is up. A status when it cannot go on. */
  async #rounds(start: number): Promise<number | undefined> {
    const { sys } = this.#io;
    const { count, interval, deadline, wait } = this.#options;
    const end = deadline === undefined ? Number.POSITIVE_INFINITY : start + deadline * 1000;
    while (!this.#stopped && (count === undefined || this.#sent < count)) {
      try {
        await this.#send();
      } catch (error) {
        if (!isErrno(error)) throw error;
        if (this.#busybox) return this.#io.fail(`sendto: ${error.message}`);
        await this.#io.stderr.write(`ping: sendmsg: ${error.message}\n`);
      }
      const last = count !== undefined && this.#sent >= count;
      const now = sys.clock_gettime('monotonic');
      // After the last request the wait is for its answer; before, for the next one's turn.
      await this.#listen(Math.min(end, now + (last ? wait : interval)), last);
      if (sys.clock_gettime('monotonic') >= end) break;
    }
    return undefined;
  }

  /** iputils first asks for a way to the host, with a datagram socket that it connects: why there is none, if there is none. */
  async #probe(): Promise<string | undefined> {
    const { sys } = this.#io;
    const fd = await sys.socket('inet', 'dgram');
    try {
      await sys.connect(fd, { family: 'inet', address: this.#address, port: 1025 });
      return undefined;
    } catch (error) {
      if (!isErrno(error)) throw error;
      return error.message;
    } finally {
      await sys.close(fd);
    }
  }

  async #send(): Promise<void> {
    const { sys } = this.#io;
    const sequence = this.#busybox ? this.#sent : this.#sent + 1;
    this.#sent++;
    this.#sentAt.set(sequence & 0xffff, sys.clock_gettime('monotonic'));
    const message = encodeIcmp({
      type: 8,
      code: 0,
      identifier: this.#identifier,
      sequence: sequence & 0xffff,
      data: new Uint8Array(this.#options.size),
    });
    await sys.sendto(this.#fd, message, { family: 'inet', address: this.#address, port: 0 });
  }

  get #identifier(): number {
    return this.#io.sys.getpid() & 0xffff;
  }

  /** Takes replies until `until`; after the last request only until all are answered. */
  async #listen(until: number, last: boolean): Promise<void> {
    const { sys } = this.#io;
    while (!this.#stopped) {
      if (last && this.#received + this.#errors >= this.#sent) return;
      const left = until - sys.clock_gettime('monotonic');
      if (left <= 0) return;
      try {
        const [ready] = await sys.poll([{ fd: this.#fd, read: true }], left);
        if (!ready?.readable) return;
        const { data, address, ttl } = await sys.recvfrom(this.#fd, 65_536);
        await this.#reply(data, address.family === 'unix' ? '' : address.address, ttl ?? 64);
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
      }
    }
  }

  async #reply(data: Uint8Array, from: string, ttl: number): Promise<void> {
    const message = decodeIcmp(data);
    if (message === undefined) return;
    const { sys, stdout } = this.#io;
    if (message.type === 3 || message.type === 11) {
      if (this.#busybox) return;
      this.#errors++;
      const what =
        message.type === 11
          ? 'Time to live exceeded'
          : (UNREACHABLE[message.code] ?? 'Destination Unreachable');
      const sequence = this.#sent;
      stdout.write(`From ${from} icmp_seq=${sequence} ${what}\n`);
      await stdout.flush();
      return;
    }
    if (message.type !== 0 || message.identifier !== this.#identifier) return;
    const sent = this.#sentAt.get(message.sequence);
    if (sent === undefined) return;
    this.#sentAt.delete(message.sequence);
    const time = sys.clock_gettime('monotonic') - sent;
    this.#received++;
    this.#times.push(time);
    if (this.#options.quiet) return;
    const size = message.data.length + 8;
    stdout.write(
      this.#busybox
        ? `${size} bytes from ${from}: seq=${message.sequence} ttl=${ttl} time=${time.toFixed(3)} ms\n`
        : `${size} bytes from ${from}: icmp_seq=${message.sequence} ttl=${ttl} time=${shortTime(time)} ms\n`,
    );
    await stdout.flush();
  }

  async #summary(elapsed: number): Promise<void> {
    const { stdout } = this.#io;
    const loss = this.#sent === 0 ? 0 : Math.floor(((this.#sent - this.#received) * 100) / this.#sent);
    const times = this.#times;
    const min = Math.min(...times);
    const max = Math.max(...times);
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    stdout.write(`\n--- ${this.#host} ping statistics ---\n`);
    if (this.#busybox) {
      stdout.write(
        `${this.#sent} packets transmitted, ${this.#received} packets received, ${loss}% packet loss\n`,
      );
      if (times.length > 0)
        stdout.write(`round-trip min/avg/max = ${min.toFixed(3)}/${mean.toFixed(3)}/${max.toFixed(3)} ms\n`);
    } else {
      const errors = this.#errors === 0 ? '' : `+${this.#errors} errors, `;
      stdout.write(
        `${this.#sent} packets transmitted, ${this.#received} received, ${errors}${loss}% packet loss, time ${Math.floor(elapsed)}ms\n`,
      );
      const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length);
      stdout.write(
        times.length > 0
          ? `rtt min/avg/max/mdev = ${min.toFixed(3)}/${mean.toFixed(3)}/${max.toFixed(3)}/${deviation.toFixed(3)} ms\n`
          : '\n',
      );
    }
    await stdout.flush();
  }
}

const UNREACHABLE: Record<number, string> = {
  0: 'Destination Net Unreachable',
  1: 'Destination Host Unreachable',
  3: 'Destination Port Unreachable',
  13: 'Packet filtered',
};

/** iputils keeps three significant digits. */
function shortTime(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
}
