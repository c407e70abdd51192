import { major, minor } from './device-number.ts';
import type { FileSystem } from './filesystem.ts';
import type { Mount, MountNamespace } from './mount.ts';
import { dentryName, isReachable, type Path, placePath } from './path.ts';
import type { PeerGroup } from './peer-group.ts';

/** The text of /proc/PID/mountinfo (proc_pid_mountinfo(5)): the mounts that can be reached from `root`. */
export function mountinfo(namespace: MountNamespace, root: Path): string {
  let text = '';
  for (const mount of visible(namespace, root)) {
    const { fs, peerGroup, master } = mount;
    const shown = fs.rootName?.(mount.root.inode) ?? dentryName(mount.root);
    const optional: string[] = [];
    if (peerGroup !== undefined) optional.push(`shared:${peerGroup.id}`);
    if (master !== undefined) optional.push(`master:${master.id}`);
    const nearest = nearestMaster(mount, namespace, root);
    if (nearest !== undefined && nearest !== master) optional.push(`propagate_from:${nearest.id}`);
    if (mount.unbindable) optional.push('unbindable');
    const fields = [
      mount.id,
      mount.parent?.id ?? mount.id,
      `${major(fs.dev)}:${minor(fs.dev)}`,
      octal(shown),
      octal(placeName(mount, root)),
      mountOptions(mount, mount.flags.readonly),
      ...optional,
      '-',
      fs.type,
      mount.source === '' ? 'none' : octal(mount.source),
      joined(fs.readonly ? 'ro' : 'rw', ...superFlags(fs), fs.options()),
    ];
    text += `${fields.join(' ')}\n`;
  }
  return text;
}

/** The nearest group above of which a peer can be seen from `root` (get_dominating_id in the kernel). */
function nearestMaster({ master }: Mount, namespace: MountNamespace, root: Path): PeerGroup | undefined {
  for (let group = master; group !== undefined; group = masterOf(group))
    for (const peer of group.peers)
      if (peer.namespace === namespace && isReachable({ mount: peer, dentry: peer.root }, root)) return group;
  return undefined;
}

/** All of a group have the same master. */
function masterOf({ peers }: PeerGroup): PeerGroup | undefined {
  for (const { master } of peers) return master;
  return undefined;
}

/** The text of /proc/PID/mounts (fstab(5)). */
export function mounts(namespace: MountNamespace, root: Path): string {
  let text = '';
  for (const mount of visible(namespace, root)) {
    const { fs } = mount;
    const [access, ...rest] = mountOptions(mount, mount.readonly).split(',');
    const options = joined(access!, ...superFlags(fs), ...rest, fs.options());
    const source = mount.source === '' ? 'none' : octal(mount.source);
    text += `${source} ${octal(placeName(mount, root))} ${fs.type} ${options} 0 0\n`;
  }
  return text;
}

function* visible(namespace: MountNamespace, root: Path): IterableIterator<Mount> {
  for (const mount of namespace.mounts) {
    if (isReachable({ mount, dentry: mount.root }, root)) yield mount;
  }
}

const joined = (...options: string[]) => options.filter((option) => option !== '').join(',');

const superFlags = (fs: FileSystem) => (fs.sync ? ['sync'] : []);

/** Where it is attached; that the directory it shows is deleted does not matter for that. */
function placeName(mount: Mount, root: Path): string {
  return placePath({ mount, dentry: mount.root }, root);
}

function mountOptions({ flags }: Mount, readonly: boolean): string {
  const shown = [readonly ? 'ro' : 'rw'];
  for (const name of SHOWN) if (flags[name]) shown.push(name);
  return shown.join(',');
}

const SHOWN = ['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime', 'nosymfollow'] as const;

const BREAKING = /[ \t\n\\#]/;

/** Blanks would end a field: they are written in octal. */
function octal(text: string): string {
  if (!BREAKING.test(text)) return text;
  return text.replace(
    /[ \t\n\\#]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
