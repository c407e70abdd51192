/** Who the simulated engine says it is: the one table behind `docker version` and `docker info`. */
export const ENGINE = {
  version: '28.5.2',
  apiVersion: '1.51',
  minApiVersion: '1.24',
  gitCommit: '89c5e8f',
  goVersion: 'go1.25.3',
  buildTime: '2025-11-05T14:43:12.000000000+00:00',
  os: 'linux',
  arch: 'amd64',
} as const;

export const DOCKER_INIT = { version: '0.19.0', gitCommit: 'de40ad0' } as const;

/** That of hosts whose service manager does not delegate. */
export const CGROUP_DRIVER = 'cgroupfs';

export const PATHS = {
  root: '/var/lib/docker',
  exec: '/var/run/docker',
  socket: '/var/run/docker.sock',
  configuration: '/etc/docker/daemon.json',
  pid: '/var/run/docker.pid',
  systemContainerd: '/run/containerd/containerd.sock',
  containerd: '/var/run/docker/containerd/containerd.sock',
} as const;

/** The PATH that a container has unless its image or its user sets one. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const INDEX_SERVER = 'https://index.docker.io/v1/';
