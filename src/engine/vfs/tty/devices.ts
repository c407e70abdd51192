import { Errno } from '../../base/errno.ts';
import { lookupDentry } from '../dentry.ts';
import { topmost } from '../mount.ts';
import type { Vfs } from '../vfs.ts';
import { Devpts, PTS_MAJOR } from './devpts.ts';

/** The terminal devices under their well-known numbers (tty(4), pts(4), console(4)). */
export function registerTerminalDevices(vfs: Vfs): void {
  const { devices } = vfs;
  // A terminal's node means something on its own devpts only.
  devices.registerCharacter(PTS_MAJOR, undefined, ({ dentry }, flags, caller) => {
    if (!(dentry.inode.fs instanceof Devpts)) throw new Errno('EIO');
    return dentry.inode.open(flags, caller);
  });
  // /dev/tty: the caller's own controlling terminal.
  devices.registerCharacter(ALTERNATE_MAJOR, 0, ({ dentry }, flags, caller) => {
    const terminal = vfs.controllingTerminals.get(caller.session);
    if (terminal === undefined) throw new Errno('ENXIO');
    return terminal.open(dentry.inode, flags, caller);
  });
  devices.registerCharacter(ALTERNATE_MAJOR, 1, ({ dentry }, flags, caller) => {
    if (vfs.console === undefined) throw new Errno('ENODEV');
    return vfs.console.open(dentry.inode, { ...flags, noctty: true }, caller);
  });
  // ptmx: of the devpts it is on, or of the one mounted at `pts` beside it.
  devices.registerCharacter(ALTERNATE_MAJOR, 2, ({ mount, dentry }, flags, caller) => {
    const beside = lookupDentry(dentry.parent, 'pts', caller);
    const fs =
      mount.fs instanceof Devpts
        ? mount.fs
        : beside === undefined
          ? undefined
          : topmost({ mount, dentry: beside }).mount.fs;
    if (!(fs instanceof Devpts)) throw new Errno('ENODEV');
    return fs.openMaster(dentry.inode, flags, caller);
  });
}

/** TTYAUX_MAJOR */
const ALTERNATE_MAJOR = 5;
