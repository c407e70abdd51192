import { EMPTY } from '../../../base/bytes.ts';
import { isErrno } from '../../../base/errno.ts';
import type { Syscalls } from '../../../kernel/syscalls.ts';
import type { TerminalAttributes } from '../../../vfs/tty/attributes.ts';
import { bytesToText, textToBytes } from '../../lib/text.ts';
import { splitForRead } from '../fields.ts';
import { assignChecked } from '../parameters.ts';
import { Abandon, type Shell } from '../shell.ts';
import { runPendingTraps } from '../traps.ts';
import { isName } from '../variables.ts';
import { illegalOption, misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** `read`: takes no more from its input than the line, so that what follows is left for others. */

interface Request {
  fd: number;
  raw: boolean;
  delimiter: number;
  /** At most so many characters (-n), or exactly (-N). */
  count: number | undefined;
  exact: boolean;
  deadline: number | undefined;
}

type Got = { bytes: number[]; escaped: Set<number>; ended: boolean; timedOut: boolean };

/** One line without its end, for `select`; undefined at the end of the input. */
export async function readLineFrom(shell: Shell, fd: number): Promise<string | undefined> {
  const got = await gather(shell, {
    fd,
    raw: false,
    delimiter: 10,
    count: undefined,
    exact: false,
    deadline: undefined,
  });
  if (got.ended && got.bytes.length === 0) return undefined;
  return bytesToText(Uint8Array.from(got.bytes));
}

async function gather(shell: Shell, request: Request): Promise<Got> {
  const { sys } = shell;
  const got: Got = { bytes: [], escaped: new Set(), ended: false, timedOut: false };
  // Where the input can seek, much is read at once and the rest given back.
  const seekable = await sys.lseek(request.fd, 0, 'current').then(
    () => true,
    () => false,
  );
  let chunk: Uint8Array = EMPTY;
  let at = 0;
  let afterBackslash = false;
  let characters = 0;
  for (;;) {
    if (request.count !== undefined && characters >= request.count) break;
    if (at >= chunk.length) {
      if (request.deadline !== undefined) {
        const left = request.deadline - sys.clock_gettime('monotonic');
        const [ready] = await sys.poll([{ fd: request.fd, read: true }], Math.max(0, left));
        if (!ready?.readable && !ready?.hangup) {
          got.timedOut = true;
          return got;
        }
      }
      try {
        chunk = await nextBytes(sys, request, seekable);
        at = 0;
      } catch (error) {
        if (!isErrno(error, 'EINTR')) throw error;
        await runPendingTraps(shell);
        if (shell.skip) throw new Abandon(130, false);
        continue;
      }
      if (chunk.length === 0) {
        got.ended = true;
        break;
      }
    }
    const byte = chunk[at++]!;
    if (afterBackslash) {
      afterBackslash = false;
      if (byte === 10) continue;
      got.escaped.add(got.bytes.length);
      got.bytes.push(byte);
      characters++;
    } else if (byte === 92 && !request.raw) afterBackslash = true;
    else if (byte === request.delimiter && !request.exact) break;
    else if (byte !== 0) {
      got.bytes.push(byte);
      if ((byte & 0xc0) !== 0x80) characters++;
    }
  }
  if (seekable && at < chunk.length) await sys.lseek(request.fd, at - chunk.length, 'current');
  return got;
}

/** No more than is the line's, unless the rest can be given back. */
function nextBytes(sys: Syscalls, request: Request, seekable: boolean): Promise<Uint8Array> {
  if (seekable) return sys.read(request.fd, 512);
  if (request.count !== undefined) return sys.read(request.fd, 1);
  return sys.readUntil(request.fd, 4096, [request.delimiter]);
}

/** One line of `mapfile`, its delimiter taken; undefined at the end of the input. */
export async function readRaw(
  shell: Shell,
  fd: number,
  delimiter: number,
): Promise<{ text: string; ended: boolean } | undefined> {
  const got = await gather(shell, {
    fd,
    raw: true,
    delimiter,
    count: undefined,
    exact: false,
    deadline: undefined,
  });
  if (got.ended && got.bytes.length === 0) return undefined;
  return { text: bytesToText(Uint8Array.from(got.bytes)), ended: got.ended };
}

export const read: BuiltinRun = async (shell, args) => {
  const request: Request = {
    fd: 0,
    raw: false,
    delimiter: 10,
    count: undefined,
    exact: false,
    deadline: undefined,
  };
  let prompt: string | undefined;
  let silent = false;
  let array: string | undefined;
  let i = 0;
  const takesArgument =
    shell.dialect.name === 'dash' ? 'p' : shell.dialect.name === 'ash' ? 'pntdu' : 'pntduaNi';
  const plain = shell.dialect.name === 'dash' ? 'r' : `rs${shell.dialect.bashSyntax ? 'e' : ''}`;
  for (; i < args.length && /^-./.test(args[i]!); i++) {
    if (args[i] === '--') {
      i++;
      break;
    }
    const cluster = args[i]!;
    for (let at = 1; at < cluster.length; at++) {
      const letter = cluster[at]!;
      if (plain.includes(letter)) {
        if (letter === 'r') request.raw = true;
        else if (letter === 's') silent = true;
        continue;
      }
      if (!takesArgument.includes(letter))
        return illegalOption(
          shell,
          'read',
          letter,
          'read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]',
        );
      const value = cluster.slice(at + 1) || args[++i];
      if (value === undefined)
        return misuse(
          shell,
          'read',
          shell.dialect.bashSyntax
            ? `-${letter}: option requires an argument`
            : `No arg for -${letter} option`,
          2,
        );
      if (letter === 'p') prompt = value;
      else if (letter === 'a') array = value;
      else if (letter === 'd') request.delimiter = textToBytes(value)[0] ?? 0;
      else if (letter === 'n' || letter === 'N') {
        request.count = Number(value);
        request.exact = letter === 'N';
      } else if (letter === 'u') request.fd = Number(value);
      else if (letter === 't') {
        if (!/^\d*\.?\d*$/.test(value))
          return misuse(shell, 'read', `${value}: invalid timeout specification`, 1);
        request.deadline = shell.sys.clock_gettime('monotonic') + Number(value) * 1000;
      }
      break;
    }
  }
  const names = args.slice(i);
  for (const name of names) {
    if (isName(name)) continue;
    if (shell.dialect.name === 'ash') {
      await shell.error(`sh: read: '${name}': bad variable name\n`);
      return 1;
    }
    return misuse(shell, 'read', shell.dialect.badName(name));
  }
  if (names.length === 0 && array === undefined && shell.dialect.name === 'dash')
    return misuse(shell, 'read', 'arg count', 2);
  if (prompt !== undefined && (await shell.sys.isatty(request.fd).catch(() => false)))
    await shell.error(prompt);
  const restoreEcho =
    silent || request.count !== undefined ? await quietTerminal(shell, request.fd, silent) : undefined;
  let got: Got;
  try {
    got = await gather(shell, request);
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (shell.dialect.name === 'ash') return 1;
    const words = error.code === 'EBADF' ? 'invalid file descriptor' : 'read error';
    await shell.warn(
      shell.dialect.bashSyntax
        ? `${error.code === 'EBADF' ? `${request.fd}: ${words}` : `${words}: ${request.fd}`}: ${error.message}`
        : `${request.fd}: ${error.message}`,
      'read',
    );
    return 1;
  } finally {
    await restoreEcho?.();
  }
  await store(shell, got, names, array);
  if (got.timedOut) return 142;
  return got.ended ? 1 : 0;
};

async function quietTerminal(
  shell: Shell,
  fd: number,
  silent: boolean,
): Promise<(() => Promise<void>) | undefined> {
  try {
    const before = (await shell.sys.ioctl(fd, { request: 'TCGETS' })) as TerminalAttributes;
    await shell.sys.ioctl(fd, {
      request: 'TCSETS',
      attributes: { ...before, echo: !silent, icanon: silent },
    });
    return async () => {
      await shell.sys.ioctl(fd, { request: 'TCSETS', attributes: before });
    };
  } catch (error) {
    if (isErrno(error)) return undefined;
    throw error;
  }
}

async function store(
  shell: Shell,
  got: Got,
  names: readonly string[],
  array: string | undefined,
): Promise<void> {
  const line = bytesToText(Uint8Array.from(got.bytes));
  const escaped = got.escaped.size === 0 ? got.escaped : charPositions(got.bytes, got.escaped);
  if (array !== undefined) {
    const fields = splitForRead(line, escaped, shell.ifs, Number.POSITIVE_INFINITY);
    const variable = shell.variables.declare(array);
    variable.array = new Map(fields.map((field, index) => [index, field]));
    variable.value = undefined;
    return;
  }
  if (names.length === 0) {
    shell.variables.set('REPLY', line);
    return;
  }
  const fields = splitForRead(line, escaped, shell.ifs, names.length);
  for (const [index, name] of names.entries()) await assignChecked(shell, name, fields[index] ?? '');
}

/** Byte positions as positions in the text. */
function charPositions(bytes: readonly number[], positions: ReadonlySet<number>): Set<number> {
  const out = new Set<number>();
  for (const position of positions) out.add(bytesToText(Uint8Array.from(bytes.slice(0, position))).length);
  return out;
}
