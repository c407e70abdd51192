import type { ContainerConfig, HostConfig } from '../../api/containers.ts';
import { parseBool } from '../../base/go-bool.ts';
import { invalidParameter } from '../error.ts';

/** What goes with whose network. Models moby runconfig validateNetMode(). */
export function validateNetworkMode(config: ContainerConfig, host: HostConfig): void {
  const { NetworkMode: network = '', UTSMode: uts = '' } = host;
  const conflict = (what: string) => invalidParameter(`conflicting options: ${what}`);
  const some = (list: object | null | undefined) => list != null && Object.keys(list).length > 0;
  if (/^container(:|$)/.test(network)) {
    if ((network.split(':')[1] ?? '') === '')
      throw invalidParameter('invalid network mode: invalid container format container:<name|id>');
    if (config.Hostname) throw conflict('hostname and the network mode');
    if (some(host.Links)) throw conflict(`container type network can't be used with links. ${UNDEFINED}`);
    if (some(host.Dns)) throw conflict('dns and the network mode');
    if (some(host.ExtraHosts)) throw conflict('custom host-to-IP mapping and the network mode');
    if (some(host.PortBindings) || host.PublishAllPorts)
      throw conflict('port publishing and the container type network mode');
    if (some(config.ExposedPorts)) throw conflict('port exposing and the container type network mode');
  }
  if (uts === 'host' && config.Hostname) throw conflict('hostname and the UTS mode');
  if (network === 'host' && some(host.Links))
    throw conflict(`host type networking can't be used with links. ${UNDEFINED}`);
}

export function validateIpcMode({ IpcMode: ipc = '' }: HostConfig): void {
  if (!/^($|(none|private|shareable|host)$|container:)/.test(ipc))
    throw invalidParameter(`invalid IPC mode: ${ipc}`);
}

const UNDEFINED = 'This would result in undefined behavior';

/** Which `--security-opt` there are. Models moby daemon/daemon_unix.go parseSecurityOpt(). */
export function validateSecurityOptions(options: readonly string[]): void {
  for (const option of options) {
    const [, name = '', value = ''] = /^([^=:]*)[=:](.*)$/s.exec(option) ?? [];
    const isKnown =
      option === 'no-new-privileges' ||
      ['label', 'apparmor', 'seccomp'].includes(name) ||
      (['no-new-privileges', 'writable-cgroups'].includes(name) && parseBool(value) !== undefined);
    if (!isKnown) throw invalidParameter(`invalid --security-opt 2: ${JSON.stringify(option)}`);
  }
}

/** Models moby daemon/graphdriver/overlay2 parseStorageOpt(), on a file system without project quotas. */
export function validateStorageOptions(options: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(options).sort()) {
    if (name.toLowerCase() !== 'size') throw invalidParameter(`Unknown option ${name}`);
    throw invalidParameter("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
  }
}
