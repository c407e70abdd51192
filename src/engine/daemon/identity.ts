/** Who the simulated engine says it is: the one table behind `docker version` and `docker info`. */
export const ENGINE = {
  version: '28.5.2',
  apiVersion: '1.51',
  minApiVersion: '1.24',
  gitCommit: '3ef3c07c883be49a2e8097bcf6d2952fce1d70eb',
  goVersion: 'go1.27.1',
  buildTime: '2026-09-15T11:02:57.000000000+00:00',
  os: 'linux',
  arch: 'amd64',
} as const;

export const DOCKER_INIT = { version: '0.19.0', gitCommit: '' } as const;

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
