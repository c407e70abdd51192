import { dirname, isDirectory, join, statOf } from '../files.ts';
import { choiceOf, Given, Misuse, type Utility } from '../utility.ts';
import { backupOf } from './backup.ts';
import { type CopyOptions, copyOne } from './copy.ts';
import { toTargets } from './targets.ts';

/** cp(1) */
export const cp: Utility = {
  name: 'cp',
  usage:
    '[OPTION]... [-T] SOURCE DEST\n  or:  cp [OPTION]... SOURCE... DIRECTORY\n  or:  cp [OPTION]... -t DIRECTORY SOURCE...',
  summary: 'Copy SOURCE to DEST, or multiple SOURCE(s) to DIRECTORY.',
  options: {
    short: 'abdfiHlLnprst:uvxPRS:TZ',
    // There is no SELinux here, and without it cp does not say that it passes these over.
    inert: ['Z'],
    long: {
      archive: 'a',
      'attributes-only': 'attributes-only',
      backup: 'backup::',
      'copy-contents': 'copy-contents',
      force: 'f',
      interactive: 'i',
      link: 'l',
      dereference: 'L',
      'no-clobber': 'n',
      'no-dereference': 'P',
      preserve: 'preserve::',
      'no-preserve': 'no-preserve:',
      parents: 'parents',
      recursive: 'R',
      reflink: 'reflink::',
      'remove-destination': 'remove-destination',
      sparse: 'sparse:',
      'strip-trailing-slashes': 'strip-trailing-slashes',
      suffix: 'S:',
      'symbolic-link': 's',
      'target-directory': 't:',
      'no-target-directory': 'T',
      update: 'u',
      verbose: 'v',
      'one-file-system': 'x',
    },
  },
  busybox: {
    options: { short: 'pdRfilsLHarPvuTt:nx' },
    usage: '[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const sparse = choiceOf(io, given.value('sparse') ?? 'auto', ['never', 'auto', 'always'], '--sparse');
    const reflink = choiceOf(
      io,
      given.value('reflink') ?? (given.has('reflink') ? 'always' : 'auto'),
      ['auto', 'always', 'never'],
      '--reflink',
    );
    const backup = backupOf(io, given);
    if (backup !== undefined && given.last('i', 'n') === 'n')
      throw new Misuse('options --backup and --no-clobber are mutually exclusive');
    const recursive = given.has('a', 'r', 'R');
    const kept = new Set<Attribute>();
    for (const { name, value } of parsed.options) {
      if (name === 'a') for (const each of ATTRIBUTES) kept.add(each);
      if (name === 'p') for (const each of USUAL) kept.add(each);
      if (name === 'd') kept.add('links');
      if (name !== 'preserve' && name !== 'no-preserve') continue;
      for (const word of value?.split(',') ?? USUAL) {
        const attribute = choiceOf(io, word, [...ATTRIBUTES, 'all' as const], `--${name}`);
        if (attribute === 'context' && name === 'preserve')
          return io.fail('cannot preserve security context without an SELinux-enabled kernel');
        for (const each of attribute === 'all' ? ATTRIBUTES : [attribute])
          if (name === 'preserve') kept.add(each);
          else kept.delete(each);
      }
    }
    const dereference = given.last('L', 'P', 'H', 'a', 'd');
    const options: CopyOptions = {
      io,
      flavour,
      recursive,
      follow:
        dereference === 'L'
          ? 'always'
          : dereference === 'H'
            ? 'operands'
            : dereference !== undefined || recursive
              ? 'never'
              : 'always',
      force: given.has('f', 'remove-destination'),
      ask: given.last('i', 'n', 'f') === 'i',
      noClobber: given.last('i', 'n') === 'n',
      update: given.has('u'),
      verbose: given.has('v'),
      preserve: {
        mode: kept.has('mode'),
        owner: kept.has('ownership'),
        times: kept.has('timestamps'),
        links: kept.has('links'),
        xattrs: kept.has('xattr'),
      },
      backup,
      oneFileSystem: given.has('x'),
      clones: reflink === 'always',
      contents: given.has('copy-contents'),
      instead: given.has('l') ? 'link' : given.has('s') ? 'symlink' : undefined,
      attributesOnly: given.has('attributes-only'),
      sparse,
      seen: new Map(),
    };
    const sources = given.has('strip-trailing-slashes')
      ? parsed.operands.map((path) => path.replace(/(?<=.)\/+$/, ''))
      : parsed.operands;
    return toTargets(io, sources, given, flavour, (from, to) =>
      given.has('parents') ? withParents(options, from, dirname(to)) : copyOne(options, from, to, true),
    );
  },
};

const ATTRIBUTES = ['mode', 'timestamps', 'ownership', 'links', 'context', 'xattr'] as const;
type Attribute = (typeof ATTRIBUTES)[number];

/** What `-p` and a bare `--preserve` keep. */
const USUAL = ['mode', 'timestamps', 'ownership'] as const;

/** `--parents`: the directories on the way are made below the target, with the modes that they have. */
async function withParents(options: CopyOptions, from: string, directory: string): Promise<boolean> {
  const { io } = options;
  const parts = from.split('/').filter(Boolean).slice(0, -1);
  for (let i = 1; i <= parts.length; i++) {
    const source = (from.startsWith('/') ? '/' : '') + parts.slice(0, i).join('/');
    const made = join(directory, parts.slice(0, i).join('/'));
    if (isDirectory(await statOf(io.sys, made))) continue;
    const stat = await statOf(io.sys, source);
    if (!stat) break;
    await io.sys.mkdir(made, stat.mode & 0o7777);
    if (options.verbose) io.stdout.write(`${source} -> ${made}\n`);
  }
  return copyOne(options, from, join(directory, from), true);
}
