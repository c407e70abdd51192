import type { ContainerConfig, HealthConfig } from '../../api/containers.ts';

/**
 * A configuration with what it leaves open filled in from another: a container's from its image's, a new image's from the
 * container's. Models moby daemon/commit.go, merge.
 */
export function mergeConfig(own: ContainerConfig, base: ContainerConfig): ContainerConfig {
  const names = new Set((own.Env ?? []).map(nameOf));
  const hasEntrypoint = (own.Entrypoint?.length ?? 0) > 0;
  const healthcheck = mergeHealthcheck(own.Healthcheck, base.Healthcheck);
  const { Healthcheck: _, ...rest } = own;
  return {
    ...rest,
    User: own.User || base.User || '',
    ExposedPorts:
      filled({ ...base.ExposedPorts, ...own.ExposedPorts }) ?? own.ExposedPorts ?? base.ExposedPorts,
    Env: own.Env?.length
      ? [...own.Env, ...(base.Env ?? []).filter((entry) => !names.has(nameOf(entry)))]
      : (base.Env ?? null),
    Labels: { ...base.Labels, ...own.Labels },
    // An entrypoint of its own puts the other's command aside; an empty one is not none.
    Cmd: hasEntrypoint || own.Cmd?.length ? (own.Cmd ?? null) : (base.Cmd ?? null),
    Entrypoint: hasEntrypoint ? own.Entrypoint! : (own.Entrypoint ?? base.Entrypoint ?? null),
    ...(healthcheck === undefined ? {} : { Healthcheck: healthcheck }),
    WorkingDir: own.WorkingDir || base.WorkingDir || '',
    Volumes: filled({ ...own.Volumes, ...base.Volumes }) ?? base.Volumes ?? null,
    ...(own.StopSignal || base.StopSignal ? { StopSignal: own.StopSignal || base.StopSignal! } : {}),
  };
}

function mergeHealthcheck(
  own: HealthConfig | null | undefined,
  base: HealthConfig | null | undefined,
): HealthConfig | undefined {
  if (!own || !base) return own ?? base ?? undefined;
  return {
    Test: own.Test?.length ? own.Test : base.Test,
    Interval: own.Interval || base.Interval,
    Timeout: own.Timeout || base.Timeout,
    StartPeriod: own.StartPeriod || base.StartPeriod,
    StartInterval: own.StartInterval || base.StartInterval,
    Retries: own.Retries || base.Retries,
  };
}

const nameOf = (entry: string): string => entry.split('=', 1)[0]!;

const filled = <T extends object>(map: T): T | undefined => (Object.keys(map).length > 0 ? map : undefined);
