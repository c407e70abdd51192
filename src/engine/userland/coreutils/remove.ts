import { isErrno } from '../../base/errno.ts';
import { O_CLOEXEC, O_DIRECTORY, O_RDONLY } from '../../kernel/fcntl.ts';
import { basename, dirname, isDirectory, join, namesIn } from '../files.ts';
import { modeString } from '../lib/mode-string.ts';
import { NotSimulated } from '../lib/not-simulated.ts';
import type { Stdio } from '../lib/stdio.ts';
import { attempt, choiceOf, type Flavour, Given, Misuse, quoteName, type Utility } from '../utility.ts';

/** rm(1) */
export const rm: Utility = {
  name: 'rm',
  usage: '[OPTION]... [FILE]...',
  summary: 'Remove (unlink) the FILE(s).',
  options: {
    short: 'dfiIrRv',
    long: {
      force: 'f',
      interactive: 'interactive::',
      'no-preserve-root': 'no-preserve-root',
      'preserve-root': 'preserve-root::',
      'one-file-system': 'x',
      recursive: 'r',
      dir: 'd',
      verbose: 'v',
    },
  },
  busybox: { options: { short: 'fiRrv' }, usage: '[-irf] FILE...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const asked = given.last('f', 'i', 'I', 'interactive');
    const when =
      asked === 'interactive' && given.value('interactive') !== undefined
        ? choiceOf(
            io,
            given.value('interactive')!,
            [['never', 'no', 'none'], ['once'], ['always', 'yes']],
            '--interactive',
          )
        : ({ f: 'never', i: 'always', I: 'once', interactive: 'always' } as const)[asked as 'f'];
    const preserve = given.last('preserve-root', 'no-preserve-root');
    if (preserve === 'preserve-root' && given.value('preserve-root') === 'all')
      throw new NotSimulated("'--preserve-root=all'");
    const remover: Remover = {
      io,
      flavour,
      force: asked === 'f',
      ask: when === 'always',
      recursive: given.has('r', 'R'),
      directories: given.has('d'),
      verbose: given.has('v'),
      oneFileSystem: given.has('x'),
    };
    if (parsed.operands.length === 0) {
      if (remover.force) return 0;
      throw new Misuse('missing operand');
    }
    const many = remover.recursive || parsed.operands.length > 3;
    if (when === 'once' && many && flavour === 'gnu') {
      const how = remover.recursive ? ' recursively' : '';
      const count = parsed.operands.length;
      const question = `remove ${count} argument${count === 1 ? '' : 's'}${how}?`;
      if (!(await confirm({ ...remover, ask: true }, question))) return 0;
    }
    let status = 0;
    for (const path of parsed.operands) {
      const name = basename(path);
      if (name === '.' || name === '..') {
        status = await io.fail(
          flavour === 'gnu'
            ? `refusing to remove '.' or '..' directory: skipping ${quoteName(path)}`
            : "can't remove '.' or '..'",
        );
        continue;
      }
      if (name === '/' && remover.recursive && flavour === 'gnu' && preserve !== 'no-preserve-root') {
        status = await io.fail("it is dangerous to operate recursively on '/'");
        await io.fail('use --no-preserve-root to override this failsafe');
        continue;
      }
      if (!(await remove(remover, path, true))) status = 1;
    }
    return status;
  },
};

interface Remover {
  io: Stdio;
  flavour: Flavour;
  force: boolean;
  ask: boolean;
  recursive: boolean;
  directories: boolean;
  verbose: boolean;
  /** What is mounted below an operand stays. */
  oneFileSystem: boolean;
}

/** Removes what `path` names, which is said as `shown`: below a place that was gone to, it is the rest of the way. */
async function remove(
  remover: Remover,
  path: string,
  operand: boolean,
  shown = path,
  device?: number,
): Promise<boolean> {
  const { io, flavour, force, recursive, verbose } = remover;
  const gnu = flavour === 'gnu';
  const report = (text: string) =>
    io.fail(gnu ? `cannot remove ${quoteName(shown)}: ${text}` : `can't remove '${shown}': ${text}`);
  try {
    const stat = await io.sys.lstat(path);
    const what = gnu && isDirectory(stat) ? 'directory ' : '';
    if (isDirectory(stat)) {
      if (!recursive && !(remover.directories && gnu)) {
        await (gnu ? report('Is a directory') : io.fail(`'${shown}' is a directory`));
        return false;
      }
      if (recursive) {
        if (remover.oneFileSystem && !operand && stat.dev !== device) {
          await io.fail(`skipping ${quoteName(shown)}, since it's on a different device`);
          return false;
        }
        const names = await namesIn(io.sys, path);
        if (names.length > 0 && !(await confirm(remover, `descend into directory '${shown}'?`))) return true;
        if (!(await removeBelow(remover, path, names, shown, stat.dev))) return false;
      }
      if (!(await confirm(remover, `remove directory '${shown}'?`))) return true;
      await io.sys.rmdir(path);
    } else {
      const kind =
        stat.size === 0 && modeString(stat.mode)[0] === '-' ? 'regular empty file' : 'regular file';
      if (!(await confirm(remover, gnu ? `remove ${kind} '${shown}'?` : `remove '${shown}'?`))) return true;
      await io.sys.unlink(path);
    }
    if (verbose) io.stdout.write(gnu ? `removed ${what}'${shown}'\n` : `removed '${shown}'\n`);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (force && operand && isErrno(error, 'ENOENT', 'ENOTDIR')) return true;
    await report(error.message);
    return false;
  }
}

/** All in a directory. Where the way gets too long for a path, it goes on from there. */
async function removeBelow(
  remover: Remover,
  path: string,
  names: readonly string[],
  shown: string,
  device: number,
): Promise<boolean> {
  const { sys } = remover.io;
  const isFar = path.length > FAR;
  const back = isFar ? await sys.open('.', O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (isFar) await sys.chdir(path);
  let whole = true;
  for (const name of names)
    whole =
      (await remove(remover, isFar ? name : join(path, name), false, join(shown, name), device)) && whole;
  if (isFar) {
    await sys.fchdir(back);
    await sys.close(back);
  }
  return whole;
}

/** Long before PATH_MAX. */
const FAR = 3000;

async function confirm({ io, ask }: Remover, question: string): Promise<boolean> {
  if (!ask) return true;
  await io.stdout.flush();
  await io.stderr.write(`${io.name}: ${question} `);
  return /^[yY]/.test((await io.stdin.line()) ?? '');
}

/** rmdir(1) */
export const rmdir: Utility = {
  name: 'rmdir',
  usage: '[OPTION]... DIRECTORY...',
  summary: 'Remove the DIRECTORY(ies), if they are empty.',
  options: { short: 'pv', long: { 'ignore-fail-on-non-empty': 'ignore', parents: 'p', verbose: 'v' } },
  busybox: {
    options: { short: 'p', long: { 'ignore-fail-on-non-empty': 'ignore' } },
    usage: '[-p] DIRECTORY...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) throw new Misuse('missing operand');
    let status = 0;
    for (const operand of parsed.operands) {
      for (let path = operand; ; path = dirname(path)) {
        if (given.has('v')) io.stdout.write(`rmdir: removing directory, '${path}'\n`);
        try {
          await io.sys.rmdir(path);
        } catch (error) {
          if (!isErrno(error)) throw error;
          if (isErrno(error, 'ENOTEMPTY') && given.has('ignore')) break;
          status = await io.fail(
            flavour === 'busybox'
              ? `'${path}': ${error.message}`
              : path === operand
                ? `failed to remove ${quoteName(path)}: ${error.message}`
                : `failed to remove directory ${quoteName(path)}: ${error.message}`,
          );
          break;
        }
        if (!given.has('p') || !path.replace(/\/+$/, '').includes('/') || dirname(path) === '/') break;
      }
    }
    return status;
  },
};

/** unlink(1) and link(1): the system calls and nothing else. */
export const unlink: Utility = {
  name: 'unlink',
  usage: 'FILE',
  summary: 'Call the unlink function to remove the specified FILE.',
  options: {},
  async run(io, { operands }, flavour) {
    if (operands.length !== 1)
      throw new Misuse(operands.length === 0 ? 'missing operand' : `extra operand '${operands[1]}'`);
    const done = await attempt(
      io,
      () => io.sys.unlink(operands[0]!),
      (text) =>
        flavour === 'gnu'
          ? `cannot unlink ${quoteName(operands[0]!)}: ${text}`
          : `can't remove file '${operands[0]}': ${text}`,
    );
    return done ? 0 : 1;
  },
};

export const link: Utility = {
  name: 'link',
  usage: 'FILE1 FILE2',
  summary: 'Call the link function to create a link named FILE2 to an existing FILE1.',
  options: {},
  busybox: { usage: 'FILE LINK' },
  async run(io, { operands }, flavour) {
    if (operands.length !== 2)
      throw new Misuse(
        operands.length === 0 ? 'missing operand' : `missing operand after ${quoteName(operands[0]!)}`,
      );
    const [from, to] = operands as [string, string];
    const done = await attempt(
      io,
      () => io.sys.link(from, to),
      (text) =>
        flavour === 'gnu'
          ? `cannot create link ${quoteName(to)} to ${quoteName(from)}: ${text}`
          : `can't create link '${to}' to '${from}': ${text}`,
    );
    return done ? 0 : 1;
  },
};
