import { isErrno } from '../../base/errno.ts';
import type { Program } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { IGNORED, Service } from './service.ts';
import { openSockets, serviceOf } from './socket.ts';
import { type Unit, unitsWantedBy } from './unit.ts';

/**
 * When the services start, in ms after the sockets are open. On a real server they wait meanwhile for a network that is up
 * (network-online.target); here it is up from the outset. Whoever sits at the console has a prompt before, as there; whoever
 * already speaks to a service's socket is heard once the service runs.
 */
const NETWORK_ONLINE = 1000;

/** What init publishes once the sockets of all services are open (systemd.special(7)). */
export const SOCKETS_OPEN = 'sockets.target';

/**
 * PID 1 of the learner's machine: a small part of systemd. It opens the sockets of the enabled socket units, then starts the enabled
 * services in their order, and restarts what ends or is wanted through its socket; and it waits for whoever is orphaned.
 */
export const init: Program = async (process) => {
  const { sys } = process;
  for (const signal of IGNORED) await sys.sigaction(signal, 'ignore');
  const wake = await wakeAtNews(sys);
  const sockets = await openAll(sys, await unitsWantedBy(sys, 'sockets.target'));
  const due = sys.clock_gettime('monotonic') + NETWORK_ONLINE;
  const units = (await unitsWantedBy(sys, 'multi-user.target')).filter(({ name }) =>
    name.endsWith('.service'),
  );
  const services = inOrder(units).map((unit) => new Service(unit, sockets.get(unit.name) ?? [], due));
  process.publish(SOCKETS_OPEN, () => [...sockets.keys()]);
  for (;;) {
    for (const service of services)
      if ((service.due ?? Number.POSITIVE_INFINITY) <= sys.clock_gettime('monotonic'))
        await service.start(process);
    await waitForNews(sys, wake, services);
    await reap(sys, services);
  }
};

/** By service, the sockets that are its. */
async function openAll(sys: Syscalls, units: readonly Unit[]): Promise<Map<string, number[]>> {
  const sockets = new Map<string, number[]>();
  for (const unit of units) sockets.set(serviceOf(unit), await openSockets(sys, unit));
  return sockets;
}

/** Each unit comes after those of the others that it names in `After=`. */
function inOrder(units: readonly Unit[]): Unit[] {
  const ordered = new Set<Unit>();
  const add = (unit: Unit, above: readonly Unit[]): void => {
    for (const name of unit.words('Unit', 'After')) {
      const other = units.find((one) => one.name === name);
      if (other && !above.includes(other)) add(other, [...above, other]);
    }
    ordered.add(unit);
  };
  for (const unit of units) add(unit, [unit]);
  return [...ordered];
}

/** A pipe that has something to read since a child ended: poll(2) alone would miss one that ends just before it. */
async function wakeAtNews(sys: Syscalls): Promise<number> {
  const [read, write] = await sys.pipe(true);
  await sys.setNonBlocking(write, true);
  await sys.sigaction('SIGCHLD', () => {
    // A full pipe wakes as well.
    sys.write(write, Uint8Array.of(0)).catch(() => {});
  });
  return read;
}

/** Sleeps until a child has ended, a service is due, or someone wants one that rests. */
async function waitForNews(sys: Syscalls, wake: number, services: readonly Service[]): Promise<void> {
  const watched = services.flatMap((service) => service.idleSockets.map((fd) => ({ service, fd })));
  const due = Math.min(...services.map((service) => service.due ?? Number.POSITIVE_INFINITY));
  const now = sys.clock_gettime('monotonic');
  try {
    const [news, ...wanted] = await sys.poll(
      [{ fd: wake, read: true }, ...watched.map(({ fd }) => ({ fd, read: true }))],
      due === Number.POSITIVE_INFINITY ? undefined : Math.max(0, Math.ceil(due - now)),
    );
    if (news?.readable) await sys.read(wake, 65536);
    for (const [i, { readable }] of wanted.entries()) if (readable) watched[i]!.service.due = now;
  } catch (error) {
    if (!isErrno(error, 'EINTR')) throw error;
  }
}

/** Takes leave of all children that have ended, its own and those it was left with. */
async function reap(sys: Syscalls, services: readonly Service[]): Promise<void> {
  try {
    for (
      let child = await sys.wait(-1, { noHang: true });
      child;
      child = await sys.wait(-1, { noHang: true })
    )
      for (const service of services) service.ended(child.pid, child.status, sys.clock_gettime('monotonic'));
  } catch (error) {
    if (!isErrno(error, 'ECHILD')) throw error;
  }
}
