import { getxattr, listxattr, removexattr, setxattr } from '../../vfs/xattr.ts';
import type { Handlers } from './handlers.ts';

/** Calls on extended attributes (xattr(7)). */
export const XATTR_CALLS: Handlers<'getxattr' | 'setxattr' | 'removexattr' | 'listxattr'> = {
  getxattr: (task, path, name, follow = true) => getxattr(task, path, name, { follow }),
  setxattr: (task, path, name, value, follow = true) => setxattr(task, path, name, value, { follow }),
  removexattr: (task, path, name, follow = true) => removexattr(task, path, name, { follow }),
  listxattr: (task, path, follow = true) => listxattr(task, path, { follow }),
};
