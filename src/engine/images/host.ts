import type { LayerEntry } from '../oci/layer/entry.ts';
import { CA_CERTIFICATES } from './authority.ts';
import { debianBase } from './debian/base.ts';
import { binary } from './debian/programs.ts';
import { bookworm } from './debian/releases.ts';
import { dockerUnits } from './docker-units.ts';
import { directories, type Tree, treeEntries } from './tree.ts';

export interface HostOptions {
  hostname: string;
  /** When the machine was installed, ms since the epoch. */
  installed: number;
  /** Further users, as lines of /etc/passwd and /etc/group. */
  passwd?: string;
  group?: string;
}

/** The programs of Docker's packages. */
export const DOCKER_PROGRAMS: readonly string[] = [
  'docker',
  'dockerd',
  'docker-init',
  'docker-proxy',
  'containerd',
  'containerd-shim-runc-v2',
  'ctr',
  'runc',
];

/** The root file system of the learner's machine: a Debian server with Docker installed from Docker's packages. */
export function hostTree(options: HostOptions): Tree {
  const release = {
    ...bookworm,
    passwd: options.passwd ?? '',
    group: `docker:x:999:\n${options.group ?? ''}`,
  };
  const base = debianBase(release, 'amd64', [
    'procps',
    'psmisc',
    'curl',
    'wget',
    'libcap2-bin',
    'uidmap',
    'iproute2',
    'iputils-ping',
    'iptables',
    'bind9',
    'netcat',
    'nano',
    'vim',
    'less',
    'tree',
    'jq',
    'strace',
    'stress',
    'attr',
    'systemd',
    'sudo',
    'openssl',
    'git',
    'file',
    'bsdmainutils',
    'xxd',
  ]);
  return Object.assign(base, {
    ...Object.fromEntries(DOCKER_PROGRAMS.map((name) => [`usr/bin/${name}`, binary(name)])),
    'usr/libexec/docker/cli-plugins/docker-buildx': binary('docker-buildx'),
    'usr/bin/code': binary('code'),
    'etc/hostname': `${options.hostname}\n`,
    'etc/hosts': `127.0.0.1\tlocalhost\n127.0.1.1\t${options.hostname}\n\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n`,
    'etc/machine-id': '4c4d1b1cbb1f4f3e9a0c7e6c52d9a7e1\n',
    'etc/protocols': 'ip\t0\tIP\nicmp\t1\tICMP\ntcp\t6\tTCP\nudp\t17\tUDP\n',
    'etc/services':
      'ssh\t22/tcp\ndomain\t53/udp\nhttp\t80/tcp\nhttps\t443/tcp\nmysql\t3306/tcp\npostgresql\t5432/tcp\nredis\t6379/tcp\n',
    ...subordinateIds(options),
    ...CA_CERTIFICATES,
    'etc/timezone': 'Etc/UTC\n',
    ...dockerUnits,
    ...directories(
      'etc/docker',
      'etc/profile.d',
      'etc/systemd/system',
      'var/lib/docker',
      'var/lib/containerd',
    ),
  });
}

/** Each ordinary user is given a run of 65536 ids, as useradd does (subuid(5)). */
function subordinateIds({ passwd = '' }: HostOptions): Tree {
  const text = passwd
    .split('\n')
    .filter((line) => Number(line.split(':')[2]) >= 1000)
    .map((line, index) => `${line.split(':')[0]}:${100_000 + index * 65_536}:65536\n`)
    .join('');
  return { 'etc/subuid': text, 'etc/subgid': text };
}

/** The same as entries, in order. */
export const hostEntries = (options: HostOptions): LayerEntry[] =>
  treeEntries(hostTree(options), options.installed);
