import { entry, InvalidLayer, type LayerEntry } from './entry.ts';

/**
 * How a layer says that something of the layers below is gone (image-spec layer.md, "Whiteouts"):
 * an empty file `.wh.NAME` hides NAME; `.wh..wh..opq` hides all that its directory had below.
 * In a file system the same is a 0/0 character device, and the attribute `trusted.overlay.opaque=y`.
 */
export const WHITEOUT_PREFIX = '.wh.';
export const OPAQUE_MARKER = '.wh..wh..opq';
/** Names that AUFS kept for itself; applying a layer skips them. */
const AUFS_META_PREFIX = '.wh..wh.';

export type LayerChange =
  | { kind: 'entry'; entry: LayerEntry }
  /** Remove what lower layers have at this path. */
  | { kind: 'whiteout'; path: string }
  /** Remove what lower layers have in this directory. */
  | { kind: 'opaque'; path: string };

/** What applying an entry means; undefined where it means nothing. Throws `InvalidLayer` when the path leaves the root. */
export function changeOf(layerEntry: LayerEntry): LayerChange | undefined {
  const path = safePath(layerEntry.path);
  const slash = path.lastIndexOf('/');
  const parent = path.slice(0, Math.max(slash, 0));
  const name = path.slice(slash + 1);
  if (name === OPAQUE_MARKER) return { kind: 'opaque', path: parent };
  if (name.startsWith(AUFS_META_PREFIX)) return undefined;
  if (name.startsWith(WHITEOUT_PREFIX)) {
    const hidden = name.slice(WHITEOUT_PREFIX.length);
    if (hidden === '' || hidden === '.' || hidden === '..')
      throw new InvalidLayer(`invalid whiteout name: "${layerEntry.path}"`);
    return { kind: 'whiteout', path: parent === '' ? hidden : `${parent}/${hidden}` };
  }
  if (layerEntry.type === 'hardlink') {
    const linkname = safePath(layerEntry.linkname);
    return { kind: 'entry', entry: { ...layerEntry, path, linkname } };
  }
  return { kind: 'entry', entry: path === layerEntry.path ? layerEntry : { ...layerEntry, path } };
}

/** The entry that hides `path`. */
export function whiteout(path: string, mtime = 0): LayerEntry {
  const slash = path.lastIndexOf('/');
  return entry(`${path.slice(0, slash + 1)}${WHITEOUT_PREFIX}${path.slice(slash + 1)}`, 'file', {
    mode: 0,
    mtime,
  });
}

/** The entry that makes a directory opaque; it goes right behind the directory's own. */
export function opaqueMarker(directory: string, mtime = 0): LayerEntry {
  return entry(directory === '' ? OPAQUE_MARKER : `${directory}/${OPAQUE_MARKER}`, 'file', {
    mode: 0,
    mtime,
  });
}

/** Resolves `.` and `..`; a path that climbs above the root is refused, as docker refuses it. */
export function safePath(path: string): string {
  const out: string[] = [];
  for (const component of path.split('/')) {
    if (component === '' || component === '.') continue;
    if (component !== '..') out.push(component);
    else if (out.pop() === undefined)
      throw new InvalidLayer(`invalid path in archive: "${path}" is outside of the root`);
  }
  return out.join('/');
}
