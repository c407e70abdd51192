import { isErrno } from '../../base/errno.ts';
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
  },
  busybox: { options: { short: 'fnvsq' }, usage: '[-fnv] FILE' },
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
      'relative-to': 'relative-to:',
      strip: 's',
      'no-symlinks': 's',
      zero: 'z',
    },
  },
  busybox: { options: {}, usage: 'FILE...' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (parsed.operands.length === 0) throw new Misuse('missing operand');
    const gnu = flavour === 'gnu';
    const missing = given.has('m') ? 'any' : given.has('e') || !gnu ? 'none' : 'last';
    let status = 0;
    for (const path of parsed.operands) {
      const fine = await attempt(
        io,
        async () => {
          let found = await canonical(io.sys, path, missing);
          const base = given.value('relative-to');
          if (base !== undefined) {
            const from = (await canonical(io.sys, base, missing)).split('/').filter(Boolean);
            const to = found.split('/').filter(Boolean);
            let common = 0;
            while (common < from.length && from[common] === to[common]) common++;
            found = [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/') || '.';
          }
          io.stdout.write(found + (given.has('z') ? '\0' : '\n'));
        },
        (text) => (given.has('q') ? undefined : `${path}: ${text}`),
      );
      if (!fine) status = 1;
    }
    return status;
  },
};

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
    if (new Given(parsed).has('L') && logical.startsWith('/')) {
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
