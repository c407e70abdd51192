import { GoError } from '../../runtime/go-error.ts';

/** Options that turn a thing on or off: those that speak of the same thing. */
const FLAGS: Readonly<Record<string, string>> = {
  defaults: 'defaults',
  ...pairs('ro rw', 'suid nosuid', 'dev nodev', 'exec noexec', 'sync async', 'mand nomand'),
  ...pairs('atime noatime', 'diratime nodiratime', 'relatime norelatime', 'strictatime nostrictatime'),
  ...pairs('dirsync', 'remount', 'bind', 'rbind', 'unbindable', 'runbindable'),
  ...pairs('private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'),
};

function pairs(...groups: string[]): Record<string, string> {
  return Object.fromEntries(
    groups.flatMap((group) => group.split(' ').map((word): [string, string] => [word, group])),
  );
}

const VALUES = ['size', 'mode', 'uid', 'gid', 'nr_inodes', 'nr_blocks', 'mpol'];

/** Options of a tmpfs, of which the last of its kind holds. Throws `GoError`. Models moby pkg/mount MergeTmpfsOptions(). */
export function mergeTmpfsOptions(options: readonly string[]): string[] {
  const seen = new Set<string>();
  const out: string[] = [];
  for (const option of options.toReversed()) {
    const [name = ''] = option.split('=', 1);
    const kind = FLAGS[option] ?? (option.includes('=') && VALUES.includes(name) ? name : undefined);
    if (kind === undefined) throw new GoError(`invalid tmpfs option ${JSON.stringify(option)}`);
    if (seen.has(kind)) continue;
    seen.add(kind);
    out.unshift(option);
  }
  return out;
}
