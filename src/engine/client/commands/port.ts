/** `docker port`. Models docker/cli `cli/command/container/port.go`. */
import type { ContainerInspect } from '../../api/containers.ts';
import { parsePortRange } from '../../base/port-spec.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { joinHostPort } from '../format/ports.ts';
import { containerPath } from './each.ts';

export const port: Action = async (cli, { args }) => {
  const [name, wanted] = args as [string, string?];
  const container = await cli.engine.json<ContainerInspect>('GET', `${containerPath(name)}/json`);
  const ports = container.NetworkSettings.Ports ?? {};
  if (wanted !== undefined && wanted !== '') {
    const [number = '', proto = 'tcp'] = wanted.split('/');
    try {
      parsePortRange(number);
    } catch (error) {
      throw new CliError(`Error: invalid port (${number}): ${(error as Error).message}`);
    }
    const bindings = ports[`${number}/${proto}`];
    if (!bindings) throw new CliError(`Error: No public port '${wanted}' published for ${name}`);
    const lines = bindings.map((binding) => joinHostPort(binding.HostIp, binding.HostPort));
    for (const line of lines.sort(natural)) await cli.out(`${line}\n`);
    return undefined;
  }
  const lines = Object.entries(ports).flatMap(([from, bindings]) =>
    (bindings ?? []).map((binding) => `${from} -> ${joinHostPort(binding.HostIp, binding.HostPort)}`),
  );
  for (const line of lines.sort(natural)) await cli.out(`${line}\n`);
  return undefined;
};

/** Numbers inside texts compare as numbers. */
function natural(a: string, b: string): number {
  const split = (text: string) => text.match(/\d+|\D+/g) ?? [];
  const [left, right] = [split(a), split(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!];
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y) && Number(x) !== Number(y)) return Number(x) - Number(y);
    return x < y ? -1 : 1;
  }
  return left.length - right.length;
}
