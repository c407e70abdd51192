import { Errno } from '../base/errno.ts';
import type { Caller } from './caller.ts';
import { type Inode, S_IFDIR, S_IFMT, S_IFREG, S_ISVTX } from './inode.ts';
import { type LookupContext, walk } from './namei.ts';
import { capable, capableIn, capableOver, isOwner, isPermitted, MAY_READ, MAY_WRITE } from './permission.ts';
import { INITIAL_USER_NAMESPACE } from './user-namespace.ts';

/** getxattr(2); lgetxattr(2) with `follow: false`. ENODATA when there is none. */
export function getxattr(
  context: LookupContext,
  path: string,
  name: string,
  options: { follow?: boolean } = {},
): Uint8Array {
  const { inode } = walk(context, path, options).dentry;
  requireXattr(context.caller, inode, name, MAY_READ);
  const value = inode.getxattr(name);
  if (value === undefined) throw new Errno('ENODATA');
  return value;
}

/** setxattr(2) */
export function setxattr(
  context: LookupContext,
  path: string,
  name: string,
  value: Uint8Array,
  options: { follow?: boolean } = {},
): void {
  if (value.length > 65536) throw new Errno('E2BIG');
  writable(context, path, name, options).setxattr(name, value);
}

/** removexattr(2) */
export function removexattr(
  context: LookupContext,
  path: string,
  name: string,
  options: { follow?: boolean } = {},
): void {
  writable(context, path, name, options).removexattr(name);
}

/** listxattr(2): those of the trusted class only for who may see them. */
export function listxattr(
  context: LookupContext,
  path: string,
  options: { follow?: boolean } = {},
): string[] {
  const names = walk(context, path, options).dentry.inode.listxattr();
  return capable(context.caller, 'SYS_ADMIN') ? names : names.filter((name) => !name.startsWith('trusted.'));
}

function writable(context: LookupContext, path: string, name: string, options: { follow?: boolean }): Inode {
  const { mount, dentry } = walk(context, path, options);
  if (mount.readonly) throw new Errno('EROFS');
  requireXattr(context.caller, dentry.inode, name, MAY_WRITE);
  return dentry.inode;
}

/** Who may, by the attribute's class (xattr(7)). */
function requireXattr(caller: Caller, inode: Inode, name: string, wanted: number): void {
  if (name === '' || name.length > 255) throw new Errno('ERANGE');
  const isWriting = wanted === MAY_WRITE;
  if (name.startsWith('security.')) {
    const { credentials } = caller;
    const mayWrite =
      name === 'security.capability'
        ? capableOver(credentials, inode.stat(), 'SETFCAP')
        : capableIn(inode.fs.userns ?? INITIAL_USER_NAMESPACE, credentials, 'SYS_ADMIN');
    if (isWriting && !mayWrite) throw new Errno('EPERM');
    return;
  }
  // Access control lists are not modelled.
  if (name.startsWith('system.')) throw new Errno('EOPNOTSUPP');
  if (name.startsWith('trusted.')) {
    if (!capable(caller, 'SYS_ADMIN')) throw new Errno(isWriting ? 'EPERM' : 'ENODATA');
    return;
  }
  const isUser = name.startsWith('user.');
  const stat = inode.stat();
  const type = stat.mode & S_IFMT;
  if (isUser) {
    if (type !== S_IFREG && type !== S_IFDIR) throw new Errno(isWriting ? 'EPERM' : 'ENODATA');
    const isSticky = type === S_IFDIR && (stat.mode & S_ISVTX) !== 0;
    if (isSticky && isWriting && !isOwner(caller, stat)) throw new Errno('EPERM');
  }
  if (!isPermitted(caller.credentials, stat, wanted)) throw new Errno('EACCES');
}
