import { Errno } from '../../base/errno.ts';
import { usernsOf } from '../caller.ts';
import type { Dentry } from '../dentry.ts';
import { S_IFDIR } from '../inode.ts';
import { isBelow } from '../mount.ts';
import { parseMountOptions } from '../mount-options.ts';
import { type LookupContext, walk } from '../namei.ts';
import type { Path } from '../path.ts';
import type { FileSystemType } from '../vfs.ts';
import { Overlayfs, type OverlayLayers } from './overlayfs.ts';
import { prepareWork } from './work.ts';

/**
 * `mount -t overlay -o lowerdir=/a:/b,upperdir=/u,workdir=/w`. Paths are looked up from the mounter's working directory. What is wrong
 * is said in the kernel's log, as mount(8) has only the error's number.
 */
export const overlayType: FileSystemType = {
  name: 'overlay',
  userns: usernsOf,
  mount(_source, text, context) {
    const { vfs } = context.namespace;
    const refuse: Refuse = (message) => {
      vfs.log(`overlayfs: ${message}`);
      throw new Errno('EINVAL');
    };
    const given = parse(text, refuse);
    const layers = findLayers(context, given, refuse);
    const shown = SHOWN.filter((name) => given.has(name)).map((name) =>
      given.get(name) === '' ? name : `${name}=${escapeOption(given.get(name)!)}`,
    );
    return new Overlayfs(layers, () => vfs.anonymousDev(), shown.join(','));
  },
};

type Refuse = (message: string) => never;

/** Options and the values that this overlayfs behaves as; undefined takes any. */
const SUPPORTED: Record<string, readonly string[] | undefined> = {
  lowerdir: undefined,
  upperdir: undefined,
  workdir: undefined,
  redirect_dir: ['off', 'nofollow'],
  index: ['off'],
  metacopy: ['off'],
  nfs_export: ['off'],
  xino: ['off', 'auto'],
  uuid: ['off', 'null', 'auto', 'on'],
  volatile: undefined,
  userxattr: undefined,
  default_permissions: undefined,
};

const SHOWN = ['lowerdir', 'upperdir', 'workdir', 'userxattr', 'volatile'];

function parse(text: string, refuse: Refuse): Map<string, string> {
  const given = new Map<string, string>();
  for (const [name, value] of parseMountOptions(text)) {
    const values = SUPPORTED[name];
    const isKnown = Object.hasOwn(SUPPORTED, name) && (values === undefined || values.includes(value ?? ''));
    if (!isKnown)
      refuse(
        `unrecognized mount option "${value === undefined ? name : `${name}=${value}`}" or missing value`,
      );
    given.set(name, value ?? '');
  }
  return given;
}

/** Looks the layers up and makes sure that they go together. */
function findLayers(
  context: LookupContext,
  given: ReadonlyMap<string, string>,
  refuse: Refuse,
): OverlayLayers {
  const { vfs } = context.namespace;
  const { upperdir, workdir, lowerdir } = Object.fromEntries(given);
  const directory = (path: string) => layerPath(context, path, refuse);
  if (upperdir === undefined && workdir !== undefined)
    vfs.log(`overlayfs: option "workdir=${workdir}" is useless in a non-upper mount, ignore`);
  if (!lowerdir) refuse("missing 'lowerdir'");
  if (upperdir !== undefined && workdir === undefined) refuse("missing 'workdir'");
  const upper = upperdir === undefined ? undefined : directory(withoutBackslashes(upperdir));
  const work = upper === undefined ? undefined : directory(withoutBackslashes(workdir!));
  if (upper !== undefined && work !== undefined) requireUpper(upper, work, upperdir!, refuse);
  const names = splitLowerdirs(lowerdir);
  if (names.length > MAX_LAYERS) refuse(`too many lower directories, limit is ${MAX_LAYERS}`);
  if (names.includes('')) refuse('empty lowerdir');
  if (upper === undefined && names.length === 1)
    refuse('at least 2 lowerdir are needed while upperdir nonexistent');
  const lower = names.map(directory);
  const depth = Math.max(...[...lower, upper].map((layer) => layer?.mount.fs.stackDepth ?? 0));
  if (depth >= MAX_STACK_DEPTH) refuse('maximum fs stacking depth exceeded');
  requireApart(
    vfs.log,
    lower.map(({ dentry }) => dentry),
    [upper, work].filter((path) => path !== undefined).map(({ dentry }) => dentry),
  );
  return {
    lower: lower.map(({ dentry }) => dentry.inode),
    upper: upper?.dentry.inode,
    work: work && prepareWork(work.dentry.inode, { volatile: given.has('volatile'), refuse }),
    userxattr: given.has('userxattr'),
    depth,
  };
}

function requireUpper(upper: Path, work: Path, upperdir: string, refuse: Refuse): void {
  if (upper.mount.fs.type === 'overlay') refuse(`filesystem on '${upperdir}' not supported as upperdir`);
  if (upper.mount.readonly) refuse('upper fs is r/o, try multi-lower layers mount');
  if (upper.mount !== work.mount) refuse('workdir and upperdir must reside under the same mount');
  if (isBelow(upper.dentry, work.dentry) || isBelow(work.dentry, upper.dentry))
    refuse('workdir and upperdir must be separate subtrees');
}

/** Colons separate; one after a backslash is part of the name. */
const splitLowerdirs = (text: string): string[] =>
  text.replace(/\\(.)|:/gs, (_, literal?: string) => literal ?? '\0').split('\0');

const withoutBackslashes = (text: string) => (text.includes('\\') ? text.replace(/\\(.)/g, '$1') : text);

/** As the kernel shows a value in /proc/mounts (seq_show_option). */
const escapeOption = (text: string) =>
  text.replace(/[, \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);

function layerPath(context: LookupContext, path: string, refuse: Refuse): Path {
  let found: Path;
  try {
    found = walk(context, path);
  } catch (error) {
    context.namespace.vfs.log(`overlayfs: failed to resolve '${path}': ${(error as Errno).code}`);
    throw error;
  }
  return found.dentry.type === S_IFDIR ? found : refuse(`'${path}' not a directory`);
}

/** No lower layer may be another layer or lie in it. The upper one may lie in a lower one; it cannot be reached through it. */
function requireApart(log: (text: string) => void, lower: readonly Dentry[], upper: readonly Dentry[]): void {
  const layers = [...lower, ...upper];
  const isOverlapping = lower.some((layer, i) => layers.some((other, j) => i !== j && isBelow(layer, other)));
  if (!isOverlapping && !upper.some((layer) => lower.includes(layer))) return;
  log('overlayfs: overlapping lowerdir path');
  throw new Errno('ELOOP');
}

/** OVL_MAX_STACK */
const MAX_LAYERS = 500;
/** FILESYSTEM_MAX_STACK_DEPTH */
const MAX_STACK_DEPTH = 2;
