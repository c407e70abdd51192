import type { ContainerConfig, HealthConfig, HostConfig, RestartPolicy } from '../../api/containers.ts';
import { isSignal } from '../../api/signals.ts';
import { parseCapability } from '../../runtime/capabilities.ts';
import { invalidParameter, notModelled } from '../error.ts';
import type { SysInfo } from '../sysinfo.ts';
import { NOT_MODELLED } from './host-config.ts';
import { checkLogOptions } from './log-options.ts';
import { validateIpcMode, validateNetworkMode } from './modes.ts';
import { validateResources } from './resources.ts';

/** The machine that a container is asked of. */
interface Against {
  info: SysInfo;
  cpus: number;
  /** What is wrong with a `--mount`, which only the file system can tell. */
  mountProblem: unknown;
}

/** Checks what may be asked of a container, in the order of the daemon. Models moby daemon/container.go verifyContainerSettings and its kin. */
export function validateContainer(config: ContainerConfig, host: HostConfig, against: Against): string[] {
  validateRequest(config, host);
  const { WorkingDir = '' } = config;
  if (WorkingDir !== '' && !WorkingDir.startsWith('/'))
    throw invalidParameter(
      `the working directory '${WorkingDir}' is invalid, it needs to be an absolute path`,
    );
  if (config.StopSignal) parseStopSignal(config.StopSignal);
  for (const env of config.Env ?? [])
    if (env === '' || env.startsWith('=')) throw invalidParameter(`invalid environment variable: ${env}`);
  if (config.Healthcheck) validateHealthcheck(config.Healthcheck);
  return validateHostConfig(host, against);
}

/** What is refused while the request is read. Models moby runconfig decodeContainerConfig(). */
function validateRequest(config: ContainerConfig, host: HostConfig): void {
  validateNetworkMode(config, host);
  const isolation = host.Isolation ?? '';
  if (isolation !== '' && isolation.toLowerCase() !== 'default')
    throw invalidParameter(`invalid isolation (${isolation}): linux only supports 'default'`);
  if ((host.CpuShares ?? 0) < 0)
    throw invalidParameter(`invalid CPU shares (${host.CpuShares}): value must be a positive integer`);
}

const MILLISECOND = 1_000_000;

/** Models moby daemon/container.go validateHealthCheck. */
function validateHealthcheck(check: HealthConfig): void {
  for (const [name, value = 0] of [
    ['Interval', check.Interval],
    ['Timeout', check.Timeout],
    ['StartPeriod', check.StartPeriod],
    ['StartInterval', check.StartInterval],
  ] as const)
    if (value !== 0 && value < MILLISECOND)
      throw invalidParameter(`${name} in Healthcheck cannot be less than 1ms`);
  if ((check.Retries ?? 0) < 0) throw invalidParameter('Retries in Healthcheck cannot be negative');
}

function validateHostConfig(host: HostConfig, { info, cpus, mountProblem }: Against): string[] {
  if (host.AutoRemove && host.RestartPolicy?.Name !== 'no' && host.RestartPolicy?.Name)
    throw invalidParameter("can't create 'AutoRemove' container with restart policy");
  const experimental = (host.Mounts ?? []).filter(({ Type }) => Type === 'image');
  if (mountProblem !== undefined) throw mountProblem;
  for (const extra of host.ExtraHosts ?? [])
    if (!extra.includes(':')) throw invalidParameter(`bad format for add-host: "${extra}"`);
  validatePorts(host);
  if (host.RestartPolicy) validateRestartPolicy(host.RestartPolicy);
  for (const [field, list] of [
    ['CapAdd', host.CapAdd],
    ['CapDrop', host.CapDrop],
  ] as const)
    for (const name of list ?? [])
      if (name.toUpperCase() !== 'ALL' && parseCapability(name) === undefined)
        throw invalidParameter(`invalid ${field}: unknown capability: "${capabilityName(name)}"`);
  if (Object.keys(host.Annotations ?? {}).includes(''))
    throw invalidParameter('invalid Annotations: the empty string is not permitted as an annotation key');
  const warnings = experimental.map(() => 'Image mount is an experimental feature');
  warnings.push(...validateResources(host, info, cpus));
  validateIpcMode(host);
  if (host.ShmSize !== undefined && host.ShmSize < 0)
    throw invalidParameter('SHM size can not be less than 0');
  if ((host.OomScoreAdj ?? 0) < -1000 || (host.OomScoreAdj ?? 0) > 1000)
    throw invalidParameter(`Invalid value ${host.OomScoreAdj}, range for oom score adj is [-1000, 1000]`);
  // What is called like a shim is only missed when it is to start.
  if (host.Runtime !== 'runc' && !SHIM.test(host.Runtime ?? ''))
    throw invalidParameter(`unknown or invalid runtime name: ${host.Runtime}`);
  for (const [asked, what] of NOT_MODELLED) if (asked(host)) throw notModelled(what);
  return warnings;
}

/** Which log drivers there are, and what they take. Models moby daemon/logs.go mergeAndVerifyLogConfig(). */
export function validateLog({ LogConfig }: HostConfig): void {
  const log = LogConfig?.Type ?? 'json-file';
  const elsewhere = ELSEWHERE[log];
  if (elsewhere !== undefined) {
    if (Object.keys(LogConfig?.Config ?? {}).length > 0) throw notModelled(`the logging driver "${log}"`);
    if (elsewhere.lacks) throw invalidParameter(elsewhere.lacks);
    return;
  }
  if (!['json-file', 'local', 'none'].includes(log))
    throw invalidParameter(`error looking up logging plugin ${log}: plugin "${log}" not found`);
  checkLogOptions(LogConfig ?? { Type: log, Config: {} });
}

/** Drivers that send logs somewhere: what they lack without options, or find missing when a container starts. */
export const ELSEWHERE: Readonly<Record<string, { lacks?: string; missing?: string }>> = {
  awslogs: { lacks: "must specify a value for log opt 'awslogs-group'" },
  gelf: { lacks: 'gelf-address is a required parameter' },
  fluentd: { missing: 'dial tcp 127.0.0.1:24224: connect: connection refused' },
  journald: { missing: 'journald is not enabled on this host' },
  splunk: { missing: 'splunk: splunk-url is expected' },
  syslog: { missing: 'Unix syslog delivery error' },
};

/** `io.containerd.runc.v2`, as containerd names a runtime and finds its shim. */
export const SHIM = /^io\.containerd\.(\w+)\.(v\d+)$/;

const capabilityName = (name: string): string => {
  const upper = name.toUpperCase();
  return upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
};

function validatePorts(host: HostConfig): void {
  for (const [port, bindings] of Object.entries(host.PortBindings ?? {})) {
    const [number = '', protocol = 'tcp'] = port.split('/');
    if (!isPort(number)) throw invalidParameter(`invalid port specification: "${port}"`);
    if (protocol === 'sctp') throw notModelled('SCTP');
    for (const { HostPort } of bindings ?? [])
      if (!HostPort.split('-').every((p) => p === '' || isPort(p)))
        throw invalidParameter(`invalid port specification: "${HostPort}"`);
  }
}

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= 65535;

export function validateRestartPolicy({ Name, MaximumRetryCount = 0 }: RestartPolicy): void {
  switch (Name) {
    case 'always':
    case 'unless-stopped':
    case 'no':
      if (MaximumRetryCount !== 0)
        throw invalidParameter(
          "invalid restart policy: maximum retry count can only be used with 'on-failure'",
        );
      return;
    case 'on-failure':
      if (MaximumRetryCount < 0)
        throw invalidParameter('invalid restart policy: maximum retry count cannot be negative');
      return;
    case '':
      return;
    default:
      throw invalidParameter(
        `invalid restart policy: unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
      );
  }
}

export function parseStopSignal(text: string): void {
  if (!isSignal(text)) throw invalidParameter(`invalid signal: ${text}`);
}
