import { hubSearch, oracleSearch } from '../images/search.ts';
import { directory } from '../images/tree.ts';
import { NAMES } from './internet.ts';
import type { Scenario } from './scenario.ts';

/** An access token of learner's for Docker Hub, as good as the password. */
export const LEARNER_TOKEN = 'dckr_pat_8sYQn2LrT0vKxw3dBfE1hZqUc6M';

/** A student's server: a user who may use Docker, and nothing else yet. */
const learner: Scenario = {
  name: 'learner',
  host: {
    hostname: 'drydock',
    user: { name: 'learner', uid: 1000, gid: 1000, groups: [1000, 27, 999], home: '/home/learner' },
    directory: '/home/learner',
    network: { address: '10.0.2.15', prefix: 24, gateway: '10.0.2.2', nameservers: ['10.0.2.3'] },
    files: {},
  },
  hub: {
    catalogue: 'hub',
    search: hubSearch,
    accounts: { learner: 'drydock' },
    tokens: { learner: [LEARNER_TOKEN] },
  },
  company: { learner: 'drydock' },
};

/** The same machine as it was some years ago, with control groups of version 1: a hierarchy for each controller. */
const legacy: Scenario = {
  ...learner,
  name: 'cgroup-v1',
  host: {
    ...learner.host,
    cgroups: {
      hierarchies: [
        'cpuset',
        'cpu',
        'cpuacct',
        'blkio',
        'memory',
        'devices',
        'freezer',
        'net_cls',
        'perf_event',
        'pids',
      ],
    },
  },
};

/** The machine on which the recordings of tests/oracle and of the real engine were made. */
const oracle: Scenario = {
  name: 'oracle',
  host: {
    hostname: 'vm',
    kernel: { release: '6.18.44-fc-v595', version: '#1 SMP PREEMPT_DYNAMIC @0' },
    withoutCapabilities: ['SYS_RESOURCE'],
    user: { name: 'root', uid: 0, gid: 0, groups: [0], home: '/srv/home' },
    directory: '/srv/lab',
    network: { address: '10.0.2.15', prefix: 24, gateway: '10.0.2.2', nameservers: ['127.0.0.1'] },
    registries: [{ port: 5000 }, { port: 5002, accounts: { student: 'secret' } }],
    cgroups: {
      hierarchies: [
        'cpu',
        'cpuacct',
        'cpuset',
        'memory',
        'devices',
        'freezer',
        'blkio',
        'pids',
        'none,name=systemd',
      ],
      unified: true,
    },
    files: {
      'srv/home': directory(0o755),
      'etc/resolv.conf': 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n',
      // It had no name server: the Hub that the recordings were made with was found here.
      'etc/hosts': `127.0.0.1\tlocalhost\n127.0.1.1\tvm\n${[...NAMES].map(([name, [address]]) => `${address}\t${name}\n`).join('')}`,
    },
  },
  hub: {
    catalogue: 'oracle',
    search: oracleSearch,
    unlimitedSearch: true,
    accounts: { student: 'secret' },
    privateRepositories: ['student/'],
    sharedBlobs: true,
  },
};

/** The learner's machine on a bad day: Docker Hub has counted, and has had enough. */
const rateLimited: Scenario = {
  ...learner,
  name: 'rate-limited',
  hub: {
    ...learner.hub,
    pullLimit: { anonymous: 1, account: 200, window: 21_600 },
  },
};

/** The learner's machine, with a registry of its own that everyone on it may use. */
const ownRegistry: Scenario = {
  ...learner,
  name: 'own-registry',
  host: { ...learner.host, registries: [{ port: 5000 }] },
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  learner,
  'cgroup-v1': legacy,
  oracle,
  'rate-limited': rateLimited,
  'own-registry': ownRegistry,
};
