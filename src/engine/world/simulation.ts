import { instant } from '../base/calendar.ts';
import { hostTree } from '../images/host.ts';
import { directories, link, program, type Tree } from '../images/tree.ts';
import type { ProgramSource } from '../kernel/program.ts';
import { EthernetSegment } from '../net/ethernet-segment.ts';
import { INTERNET, internet, lateServer, NAMES } from './internet.ts';
import { lateTable } from './late/table.ts';
import { Machine } from './machine.ts';
import { hostPrograms } from './programs.ts';
import type { HostSpec, Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { type Host, World } from './world.ts';

export interface SimulationOptions {
  scenario: string;
  seed: string;
  /** Virtual time at boot, ms since the epoch. */
  start: number;
  host: Host;
}

/** A world with everything in it: the learner's machine, and the machine that stands for the internet. */
export interface Simulation {
  world: World;
  scenario: Scenario;
  host: Machine;
  internet: Machine;
}

/** A scenario that does not exist, with the names of those that do. */
export class UnknownScenario extends Error {
  readonly expected = true;

  constructor(name: string) {
    super(`unknown scenario "${name}": expected one of ${Object.keys(SCENARIOS).join(', ')}`);
  }
}

export function findScenario(name: string): Scenario {
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
  if (!scenario) throw new UnknownScenario(name);
  return scenario;
}

/** Builds the machines of a scenario and switches them on. They boot when the world runs. */
export function simulate(options: SimulationOptions): Simulation {
  const scenario = findScenario(options.scenario);
  const world = new World({ seed: options.seed, start: options.start, host: options.host });
  const wire = new EthernetSegment(world.clock, { latency: 8, bandwidth: 12_500 });
  const net = new Machine(world, {
    hostname: 'internet',
    disk: {
      'sbin/init': program('internet', 4096),
      ...directories('proc', 'sys', 'dev/pts', 'dev/shm', 'run', 'etc'),
    },
    programs: new Map([
      [
        'internet',
        internet(NAMES, async (process) => (await world.load('web')).internet(process, world, scenario)),
      ],
    ]),
    wire,
    addresses: [
      { address: INTERNET.router, prefix: 24 },
      { address: INTERNET.nameserver, prefix: 24 },
      { address: INTERNET.hub, prefix: 32 },
      { address: INTERNET.mirror, prefix: 32 },
      { address: INTERNET.npm, prefix: 32 },
      { address: INTERNET.npmMirror, prefix: 32 },
      { address: INTERNET.npmMirrorOnce, prefix: 32 },
      { address: INTERNET.pypi, prefix: 32 },
      { address: INTERNET.github, prefix: 32 },
      { address: INTERNET.company, prefix: 24 },
      { address: INTERNET.plain, prefix: 24 },
    ],
  });
  const { network, hostname, cgroups, kernel, withoutCapabilities } = scenario.host;
  const host = new Machine(world, {
    hostname,
    disk: hostDisk(scenario),
    programs: withRegistries(world, scenario, hostPrograms(world)),
    modules: lateTable(() => world.load('modules')),
    wire,
    addresses: [{ address: network.address, prefix: network.prefix }],
    gateway: network.gateway,
    cgroups,
    kernel,
    withoutCapabilities,
  });
  net.boot(['/sbin/init']);
  host.boot(['/sbin/init']);
  return { world, scenario, host, internet: net };
}

function hostDisk({ host }: Scenario): Tree {
  const { user, network } = host;
  const home = (path: string) => path.replace(/^\//, '');
  const passwd =
    user.uid === 0 ? '' : `${user.name}:x:${user.uid}:${user.gid}:${user.name}:${user.home}:/bin/bash\n`;
  const group = user.uid === 0 ? '' : `${user.name}:x:${user.gid}:\n`;
  const tree = hostTree({ hostname: host.hostname, installed: instant(2026, 11, 2, 9, 30), passwd, group });
  return Object.assign(tree, {
    'etc/group': joinGroups(tree['etc/group'] as string, user.name, user.groups),
    'usr/lib/systemd/systemd': program('systemd', 99_888),
    'usr/sbin/init': link('/lib/systemd/systemd'),
    'etc/resolv.conf': network.nameservers.map((address) => `nameserver ${address}\n`).join(''),
    [home(user.home)]: { directory: true, mode: 0o755, uid: user.uid, gid: user.gid },
    [home(host.directory)]: { directory: true, mode: 0o755, uid: user.uid, gid: user.gid },
    ...registryUnit(host),
    ...host.files,
  });
}

/** The registries that run on the host itself, as a service of it. */
function registryUnit({ registries }: HostSpec): Tree {
  if (registries === undefined) return {};
  return {
    'usr/bin/docker-registry': program('docker-registry', 17_400_000),
    'etc/systemd/system/docker-registry.service':
      '[Unit]\nDescription=Docker registry\n\n[Service]\nExecStart=/usr/bin/docker-registry\n',
    'etc/systemd/system/multi-user.target.wants/docker-registry.service': link('../docker-registry.service'),
  };
}

function withRegistries(world: World, scenario: Scenario, programs: ProgramSource): ProgramSource {
  const { registries } = scenario.host;
  if (registries === undefined) return programs;
  const at = registries.map(({ port }) => ({ address: '127.0.0.1', port }));
  const server = lateServer(at, async (process) =>
    (await world.load('web')).loopback(process, world, scenario),
  );
  return { get: (name) => (name === 'docker-registry' ? server : programs.get(name)) };
}

/** Adds a user to groups that the tree has already. */
function joinGroups(text: string, user: string, gids: readonly number[]): string {
  return text
    .split('\n')
    .map((line) => {
      const [name, , gid, members] = line.split(':');
      if (
        name === undefined ||
        name === user ||
        gid === undefined ||
        !gids.includes(Number(gid)) ||
        Number(gid) === 0
      )
        return line;
      return `${line}${members ? ',' : ''}${user}`;
    })
    .join('\n');
}
