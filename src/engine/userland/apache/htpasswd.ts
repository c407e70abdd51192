import { sha1 } from '@noble/hashes/legacy.js';
import { compareSync } from 'bcryptjs';
import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { encodeBase64 } from '../lib/base64.ts';
import { readSecret } from '../lib/prompt.ts';
import { readFile, type Stdio, utility, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { hashPassword } from '../registry/htpasswd.ts';
import { apr1, saltOf } from './apr1.ts';

const USAGE = `Usage:
	htpasswd [-cimB25dpsDv] [-C cost] [-r rounds] passwordfile username
	htpasswd -b[cmB25dpsDv] [-C cost] [-r rounds] passwordfile username password

	htpasswd -n[imB25dps] [-C cost] [-r rounds] username
	htpasswd -nb[mB25dps] [-C cost] [-r rounds] username password
 -c  Create a new file.
 -n  Don't update file; display results on stdout.
 -b  Use the password from the command line rather than prompting for it.
 -i  Read password from stdin without verification (for script usage).
 -m  Force MD5 hashing of the password (default).
 -2  Force SHA-256 hashing of the password (secure).
 -5  Force SHA-512 hashing of the password (secure).
 -B  Force bcrypt hashing of the password (very secure).
 -C  Set the computing time used for the bcrypt algorithm
     (higher is more secure but slower, default: 5, valid: 4 to 17).
 -r  Set the number of rounds used for the SHA-256, SHA-512 algorithms
     (higher is more secure but slower, default: 5000).
 -d  Force CRYPT hashing of the password (8 chars max, insecure).
 -s  Force SHA-1 hashing of the password (insecure).
 -p  Do not hash the password (plaintext, insecure).
 -D  Delete the specified user.
 -v  Verify password for the specified user.
On other systems than Windows and NetWare the '-p' flag will probably not work.
The SHA-1 algorithm does not use a salt and is less secure than the MD5 algorithm.
`;

/** What goes wrong has a status of its own (htpasswd(1), "Exit Status"). */
class Failure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Options {
  /** Which of c, n, D and v, if any. */
  action: string;
  /** Where the password comes from: `b` the command line, `i` standard input, else one is asked. */
  from: string;
  algorithm: string;
  cost: number;
  rest: string[];
}

/** htpasswd(1): files of users and passwords, by bcrypt, Apache's MD5, SHA-1 or in the clear. crypt(3)'s algorithms are not simulated. */
export const htpasswd = () =>
  utility(async (io) => {
    try {
      return await main(io);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.message !== '') return io.fail(error.message, error.status);
      await io.stderr.write(USAGE);
      return error.status;
    }
  });

async function main(io: Stdio): Promise<number> {
  const { action, from, algorithm, cost, rest } = await readOptions(io);
  const hasPassword = from === 'b' && action !== 'D';
  if (rest.length !== (action === 'n' ? 1 : 2) + (hasPassword ? 1 : 0)) throw new Failure(2, '');
  const [file, user = ''] = action === 'n' ? [undefined, ...rest] : rest;
  const given = hasPassword ? rest.at(-1) : undefined;
  if (user.length > 255) throw new Failure(5, 'username too long (> 255)');
  if (user.includes(':')) throw new Failure(6, "username contains illegal character ':'");
  const lines = file === undefined ? [] : await linesOf(io.sys, file, action);
  const at = lines.findIndex((line) => line.startsWith(`${user}:`));
  const say = (text: string) => io.stderr.write(`${text}\n`);
  if (action === 'v' || action === 'D') {
    if (at === -1) {
      await say(`User ${user} not found`);
      return action === 'v' ? 6 : 0;
    }
    if (action === 'v') {
      const password = given ?? (await ask(io, from, ['Enter password: ']));
      if (!matches(password, lines[at]!.slice(user.length + 1))) {
        await say('password verification failed');
        return 3;
      }
      await say(`Password for user ${user} correct.`);
      return 0;
    }
    await say(`Deleting password for user ${user}`);
    await write(io.sys, file!, lines.toSpliced(at, 1));
    return 0;
  }
  if (algorithm === 'p')
    await say('Warning: storing passwords as plain text might just not work on this platform.');
  const password = given ?? (await ask(io, from, ['New password: ', 'Re-type new password: ']));
  const line = `${user}:${hashed(io.sys, password, algorithm, cost)}`;
  if (file === undefined) {
    io.stdout.write(`${line}\n\n`);
    return 0;
  }
  await write(io.sys, file, at === -1 ? [...lines, line] : lines.with(at, line));
  await say(`${at === -1 ? 'Adding' : 'Updating'} password for user ${user}`);
  return 0;
}

async function readOptions(io: Stdio): Promise<Options> {
  const options: Options = { action: '', from: '', algorithm: 'm', cost: 5, rest: [...io.args] };
  const { rest } = options;
  while (rest[0]?.startsWith('-') && rest[0] !== '-') {
    const word = rest.shift()!;
    if (word === '--') break;
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!;
      if (letter === 'C' || letter === 'r') {
        const value = word.slice(at + 1) || rest.shift();
        if (value === undefined || !/^\d+$/.test(value)) throw new Failure(2, '');
        if (letter === 'C') options.cost = Number(value);
        break;
      }
      if ('cnDv'.includes(letter)) {
        if (options.action !== '' && options.action !== letter)
          throw new Failure(2, 'only one of -c -n -v -D may be specified');
        options.action = letter;
      } else if ('bi'.includes(letter)) {
        if (options.from !== '' && options.from !== letter)
          throw new Failure(2, 'only one of -b and -i may be specified');
        options.from = letter;
      } else if ('mBsp'.includes(letter)) options.algorithm = letter;
      else if ('25d'.includes(letter))
        throw new Failure(3, `-${letter}: hashing as crypt(3) does is not simulated in Drydock`);
      else {
        await io.stderr.write(`htpasswd: illegal option -- ${letter}\n`);
        throw new Failure(2, '');
      }
    }
  }
  return options;
}

/** The file as it is; a new one is empty. */
async function linesOf(sys: Syscalls, file: string, action: string): Promise<string[]> {
  try {
    if (action === 'c') {
      await write(sys, file, []);
      return [];
    }
    const text = bytesToText(await readFile(sys, file));
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (action === 'c') throw new Failure(1, `cannot create file ${file}`);
    throw new Failure(1, `cannot modify file ${file}; use '-c' to create it`);
  }
}

async function write(sys: Syscalls, file: string, lines: readonly string[]): Promise<void> {
  const fd = await sys.open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
  try {
    await writeAll(sys, fd, textToBytes(lines.map((line) => `${line}\n`).join('')));
  } finally {
    await sys.close(fd);
  }
}

/** A password that is typed, as often as there are prompts; from standard input where it shall be, or there is no terminal. */
async function ask(io: Stdio, from: string, prompts: readonly string[]): Promise<string> {
  const line = async (): Promise<string> => (await io.stdin.line()) ?? '';
  if (from === 'i') return line();
  const typed: string[] = [];
  for (const prompt of prompts) typed.push((await readSecret(io, prompt)) ?? (await line()));
  if (typed.length > 1 && typed[0] !== typed[1]) throw new Failure(3, 'password verification error');
  return typed[0]!;
}

function hashed(sys: Syscalls, password: string, algorithm: string, cost: number): string {
  if (algorithm === 'p') return password;
  if (algorithm === 's') return `{SHA}${encodeBase64(sha1(encode(password)))}`;
  if (algorithm === 'm') return apr1(password, saltOf(sys.getrandom(8)));
  if (cost < 4 || cost > 17) throw new Failure(3, 'Unable to encode with bcrypt: Invalid argument');
  return hashPassword(sys, password, cost, '2y');
}

function matches(password: string, hash: string): boolean {
  if (/^\$2[aby]\$/.test(hash)) return compareSync(password, hash);
  if (hash.startsWith('{SHA}')) return hash === `{SHA}${encodeBase64(sha1(encode(password)))}`;
  const salt = /^\$apr1\$([^$]*)\$/.exec(hash)?.[1];
  if (salt !== undefined) return apr1(password, salt) === hash;
  if (hash.startsWith('$')) throw new Failure(3, 'hashes of crypt(3) are not simulated in Drydock');
  return password === hash;
}
