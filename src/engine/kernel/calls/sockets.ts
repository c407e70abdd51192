import { Errno } from '../../base/errno.ts';
import type { NetNamespace } from '../../net/net-namespace.ts';
import { Socket } from '../../net/socket.ts';
import { UnixSocket } from '../../net/unix-socket.ts';
import { S_IFSOCK } from '../../vfs/inode.ts';
import { walk } from '../../vfs/namei.ts';
import { bindSocket } from '../../vfs/names.ts';
import { MAY_WRITE, requirePermission } from '../../vfs/permission.ts';
import { Description } from '../fd-table.ts';
import { NetworkNamespace } from '../namespaces.ts';
import { namespaceOf } from '../nsfs.ts';
import type { Task } from '../task.ts';
import { install } from './descriptors.ts';
import type { Handlers } from './handlers.ts';
import { find } from './processes.ts';

/** Calls on sockets (socket(7)). */
export const SOCKET_CALLS: Handlers<
  | 'socket'
  | 'socketpair'
  | 'bind'
  | 'listen'
  | 'accept'
  | 'connect'
  | 'sendto'
  | 'recvfrom'
  | 'shutdown'
  | 'getsockname'
  | 'getpeername'
  | 'setsockopt'
  | 'netlink'
> = {
  socket(task, domain, type) {
    return install(task, new Description(net(task).socket(domain, type, task)));
  },
  socketpair(task) {
    const [a, b] = net(task).socketpair();
    const first = install(task, new Description(a));
    return [first, install(task, new Description(b))];
  },
  bind(task, fd, address) {
    const socket = socketOf(task, fd);
    if (!(socket instanceof UnixSocket)) {
      socket.bind(address, task);
      return;
    }
    if (address.family !== 'unix') throw new Errno('EINVAL');
    const inode = bindSocket(task, address.path);
    socket.bound(address.path);
    inode.socket = socket;
  },
  listen: (task, fd, backlog) => socketOf(task, fd).listen(backlog),
  async accept(task, fd) {
    const { socket, address } = await socketOf(task, fd).accept(task);
    return { fd: install(task, new Description(socket)), address };
  },
  connect(task, fd, address) {
    const socket = socketOf(task, fd);
    if (!(socket instanceof UnixSocket)) return socket.connect(address, task);
    if (address.family !== 'unix') throw new Errno('EINVAL');
    const { inode, type } = walk(task, address.path).dentry;
    requirePermission(task, inode, MAY_WRITE);
    if (type !== S_IFSOCK || !(inode.socket instanceof UnixSocket)) throw new Errno('ECONNREFUSED');
    return socket.connectTo(inode.socket, task);
  },
  sendto: (task, fd, data, address) => socketOf(task, fd).sendto(data, address, task),
  recvfrom: (task, fd, max) => socketOf(task, fd).recvfrom(max, task),
  shutdown: (task, fd, how) => socketOf(task, fd).shutdown(how),
  getsockname: (task, fd) => socketOf(task, fd).getsockname(),
  getpeername: (task, fd) => socketOf(task, fd).getpeername(),
  setsockopt: (task, fd, option, value) => socketOf(task, fd).setsockopt(option, value),
  netlink(task, request) {
    const { netfilter, modules } = task.kernel;
    const answer = () =>
      net(task).netlink(request, task, (where) =>
        'pid' in where ? net(find(task, where.pid)) : netOf(task, where.fd),
      );
    const loading =
      netfilter === undefined && request.type.startsWith('IPT_') ? modules.request('ip_tables') : undefined;
    return loading instanceof Promise ? loading.then(answer) : answer();
  },
};

const net = (task: Task): NetNamespace => task.namespaces.net.net;

/** The network namespace behind a descriptor. */
function netOf(task: Task, fd: number): NetNamespace {
  const namespace = namespaceOf(task.fds.get(fd).inode);
  if (!(namespace instanceof NetworkNamespace)) throw new Errno('EINVAL');
  return namespace.net;
}

function socketOf(task: Task, fd: number): Socket {
  const file = task.fds.get(fd);
  if (!(file instanceof Socket)) throw new Errno('ENOTSOCK');
  return file;
}
