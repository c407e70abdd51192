import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { basename as baseOf, canonical, dirname as dirOf, statOf } from '../files.ts';
import { attempt, Given, Misuse, quote, type Utility } from '../utility.ts';

/** Utilities that take paths apart or follow them. */
export const basename: Utility = {
  name: 'basename',
  usage: 'NAME [SUFFIX]\n  or:  basename OPTION... NAME...',
  summary: 'Print NAME with any leading directory components removed.',
  options: { short: '+as:z', long: { multiple: 'a', suffix: 's:', zero: 'z' } },
  busybox: { options: { short: '+as:' }, usage: 'FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...' },
  async run(io, parsed) {
    const given = new Given(parsed);
    const { operands } = parsed;
    if (operands.length === 0) throw new Misuse('missing operand');
    const several = given.has('a', 's');
    if (!several && operands.length > 2) throw new Misuse(`extra operand ${quote(io, operands[2]!)}`);
    const suffix = given.value('s') ?? (several ? '' : (operands[1] ?? ''));
    for (const path of several ? operands : operands.slice(0, 1)) {
      const name = baseOf(path);
      const cut = suffix !== '' && name !== suffix && name.endsWith(suffix);
      io.stdout.write((cut ? name.slice(0, -suffix.length) : name) + (given.has('z') ? '\0' : '\n'));
    }
    return 0;
  },
};

export const dirname: Utility = {
  name: 'dirname',
  usage: '[OPTION] NAME...',
  summary: 'Output each NAME with its last non-slash component and trailing slashes removed.',
  options: { short: 'z', long: { zero: 'z' } },
  busybox: { options: {}, usage: 'FILENAME' },
  async run(io, parsed, flavour) {
    if (parsed.operands.length === 0 || (flavour === 'busybox' && parsed.operands.length > 1))
      throw new Misuse('missing operand');
    const end = new Given(parsed).has('z') ? '\0' : '\n';
    for (const path of parsed.operands) io.stdout.write(dirOf(path) + end);
    return 0;
  },
};

export const readlink: Utility = {
  name: 'readlink',
  usage: '[OPTION]... FILE...',
  summary: 'Print value of a symbolic link or canonical file name.',
  options: {
    short: 'efmnqsvz',
    long: {
      canonicalize: 'f',
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      'no-newline': 'n',
      quiet: 'q',
      silent: 's',
      verbose: 'v',
      zero: 'z',
    },
    // It is silent unless -v says otherwise.
    inert: ['q', 's'],
  },
  busybox: { options: { short: 'fnvsq', inert: ['q', 's'] }, usage: '[-fnv] FILE' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const { operands } = parsed;
    if (operands.length === 0 || (flavour === 'busybox' && operands.length > 1))
      throw new Misuse('missing operand');
    const mode = given.last('e', 'f', 'm');
    let status = 0;
    for (const path of operands) {
      try {
        const target =
          mode === undefined
            ? await io.sys.readlink(path)
            : await canonical(io.sys, path, mode === 'e' ? 'none' : mode === 'f' ? 'last' : 'any');
        const end = given.has('n') && operands.length === 1 ? '' : given.has('z') ? '\0' : '\n';
        io.stdout.write(target + end);
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = 1;
        if (given.has('v')) await io.fail(`${path}: ${error.message}`);
      }
    }
    return status;
  },
};

export const realpath: Utility = {
  name: 'realpath',
  usage: '[OPTION]... FILE...',
  summary: 'Print the resolved absolute file name.',
  options: {
    short: 'eLmPqsz',
    long: {
      'canonicalize-existing': 'e',
      'canonicalize-missing': 'm',
      logical: 'L',
      physical: 'P',
      quiet: 'q',
      'relative-base': 'relative-base:',
      'relative-to': 'relative-to:',
      strip: 's',
      'no-symlinks': 's',
      zero: 'z',
    },
    // Links are resolved before `..` is, unless -L or -s says otherwise.
    inert: ['P'],
  },
  busybox: { options: {}, usage: 'FILE...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) throw new Misuse('missing operand');
    const gnu = flavour === 'gnu';
    const missing = given.has('m') ? 'any' : given.has('e') || !gnu ? 'none' : 'last';
    const logical = given.last('L', 's', 'P');
    const resolve = async (path: string): Promise<string> => {
      if (logical !== 'L' && logical !== 's') return canonical(io.sys, path, missing);
      const plain = await withoutDots(io.sys, path);
      if (logical === 'L') return canonical(io.sys, plain, missing);
      if (missing === 'none') await io.sys.stat(plain);
      return plain;
    };
    const base = given.value('relative-base');
    const root = base === undefined ? undefined : await resolve(base);
    const to = given.value('relative-to') ?? base;
    const from = to === undefined ? undefined : await resolve(to);
    const isBelow = (path: string) =>
      root === undefined || path === root || path.startsWith(root.replace(/\/?$/, '/'));
    let status = 0;
    for (const path of parsed.operands) {
      const fine = await attempt(
        io,
        async () => {
          const found = await resolve(path);
          const isRelative = from !== undefined && isBelow(found) && isBelow(from);
          const shown = isRelative ? relativePath(from, found) : found;
          io.stdout.write(shown + (given.has('z') ? '\0' : '\n'));
        },
        (text) => (given.has('q') ? undefined : `${path}: ${text}`),
      );
      if (!fine) status = 1;
    }
    return status;
  },
};

/** A path from the root without `.` and `..`, whatever the names on it lead to. */
async function withoutDots(sys: Syscalls, path: string): Promise<string> {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${await sys.getcwd()}/${path}`).split('/'))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return `/${parts.join('/')}`;
}

/** The way from one directory to a path. */
function relativePath(from: string, to: string): string {
  const [start, end] = [from, to].map((path) => path.split('/').filter(Boolean)) as [string[], string[]];
  let common = 0;
  while (common < start.length && start[common] === end[common]) common++;
  return [...start.slice(common).map(() => '..'), ...end.slice(common)].join('/') || '.';
}

export const pwd: Utility = {
  name: 'pwd',
  usage: '[OPTION]...',
  summary: 'Print the full filename of the current working directory.',
  options: { short: 'LP', long: { logical: 'L', physical: 'P' } },
  busybox: { options: {}, usage: '' },
  async run(io, parsed, flavour) {
    if (parsed.operands.length > 0 && flavour === 'gnu') await io.fail('ignoring non-option arguments');
    const cwd = await io.sys.getcwd();
    const logical = io.env.get('PWD') ?? '';
    if (new Given(parsed).last('L', 'P') === 'L' && logical.startsWith('/')) {
      const [a, b] = [await statOf(io.sys, logical), await statOf(io.sys, '.')];
      if (a && b && a.ino === b.ino && a.dev === b.dev) {
        io.stdout.write(`${logical}\n`);
        return 0;
      }
    }
    io.stdout.write(`${cwd}\n`);
    return 0;
  },
};
