import { major, minor } from './device-number.ts';
import type { FileSystem } from './filesystem.ts';
import type { Mount, MountNamespace } from './mount.ts';
import { dentryName, isReachable, type Path, placePath } from './path.ts';
import type { PeerGroup } from './peer-group.ts';

/** The text of /proc/PID/mountinfo (proc_pid_mountinfo(5)): the mounts that can be reached from `root`. */
export function mountinfo(namespace: MountNamespace, root: Path): string {
  let text = '';
  for (const mount of namespace.mounts) {
    if (!isVisible(mount, root)) continue;
    const { id, parent, fs, peerGroup, master } = mount;
    const shown = fs.rootName?.(mount.root.inode) ?? dentryName(mount.root);
    const options = mountOptions(mount, mount.flags.readonly);
    text += `${id} ${parent?.id ?? id} ${major(fs.dev)}:${minor(fs.dev)} `;
    text += `${octal(shown)} ${octal(placeName(mount, root))} ${options} `;
    if (peerGroup !== undefined) text += `shared:${peerGroup.id} `;
    if (master !== undefined) text += `master:${master.id} `;
    const nearest = nearestMaster(mount, namespace, root);
    if (nearest !== undefined && nearest !== master) text += `propagate_from:${nearest.id} `;
    if (mount.unbindable) text += 'unbindable ';
    const source = mount.source === '' ? 'none' : octal(mount.source);
    text += `- ${fs.type} ${source} ${fs.readonly ? 'ro' : 'rw'}${superOptions(fs)}\n`;
  }
  return text;
}

/** The nearest group above of which a peer can be seen from `root` (get_dominating_id in the kernel). */
function nearestMaster({ master }: Mount, namespace: MountNamespace, root: Path): PeerGroup | undefined {
  for (let group = master; group !== undefined; group = masterOf(group))
    for (const peer of group.peers) if (peer.namespace === namespace && isVisible(peer, root)) return group;
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
  for (const mount of namespace.mounts) {
    if (!isVisible(mount, root)) continue;
    const { fs } = mount;
    const [access, ...rest] = mountOptions(mount, mount.readonly).split(',');
    const options = [access, ...(fs.sync ? ['sync'] : []), ...rest].join(',') + listed(fs.options());
    const source = mount.source === '' ? 'none' : octal(mount.source);
    text += `${source} ${octal(placeName(mount, root))} ${fs.type} ${options} 0 0\n`;
  }
  return text;
}

const isVisible = (mount: Mount, root: Path): boolean => isReachable({ mount, dentry: mount.root }, root);

/** The options of a file system, after those that come before them. */
const superOptions = (fs: FileSystem): string => (fs.sync ? ',sync' : '') + listed(fs.options());

const listed = (options: string): string => (options === '' ? '' : `,${options}`);

/** Where it is attached; that the directory it shows is deleted does not matter for that. */
function placeName(mount: Mount, root: Path): string {
  return placePath({ mount, dentry: mount.root }, root);
}

function mountOptions({ flags }: Mount, readonly: boolean): string {
  let shown = readonly ? 'ro' : 'rw';
  for (const name of SHOWN) if (flags[name]) shown += `,${name}`;
  return shown;
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
