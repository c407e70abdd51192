/** `docker network …`. Models docker/cli `cli/command/network`. */
import type {
  CreateNetworkRequest,
  CreateNetworkResponse,
  NetworkInspect,
  PruneNetworksResponse,
} from '../../api/networks.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { createIpamConfig } from '../create-ipam.ts';
import { endpoint } from '../create-networks.ts';
import { EngineError } from '../engine-client.ts';
import { joinLabels, shortId } from '../format/identifiers.ts';
import { formatList, type Headers } from '../format/list.ts';
import { toMap } from '../parse/key-value.ts';
import { parseNetworkAttachment } from '../parse/network-attachment.ts';
import { confirm } from './confirm.ts';
import { given, networkPath } from './each.ts';
import { filtersOf, pruneFilters } from './filters.ts';

const HEADERS: Headers = {
  ID: 'NETWORK ID',
  Name: 'NAME',
  Driver: 'DRIVER',
  Scope: 'SCOPE',
  IPv4: 'IPV4',
  IPv6: 'IPV6',
  Internal: 'INTERNAL',
  Labels: 'LABELS',
  CreatedAt: 'CREATED AT',
};

export const list: Action = async (cli, { flags, config }) => {
  const filters = filtersOf(flags.list('filter'));
  const networks = await cli.engine.json<NetworkInspect[]>('GET', '/networks', {
    query: { filters: filters.empty ? undefined : filters.toJson() },
  });
  let format =
    flags.string('format') || (flags.bool('quiet') ? '' : (config.formats['networksFormat'] ?? ''));
  if (format === 'raw')
    format = flags.bool('quiet')
      ? 'network_id: {{.ID}}'
      : 'network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n';
  else if (flags.bool('quiet') && (format === '' || format === 'table')) format = '{{.ID}}';
  const rows = [...networks]
    .sort((a, b) => (a.Name < b.Name ? -1 : 1))
    .map((network) => ({
      ID: flags.bool('no-trunc') ? network.Id : shortId(network.Id),
      Name: network.Name,
      Driver: network.Driver,
      Scope: network.Scope,
      IPv4: String(network.EnableIPv4),
      IPv6: String(network.EnableIPv6),
      Internal: String(network.Internal),
      Labels: joinLabels(network.Labels),
      Label: (name: string) => network.Labels?.[name] ?? '',
      CreatedAt: network.Created.replace('T', ' ').replace(/Z$/, ' +0000 UTC'),
    }));
  await cli.out(
    formatList(
      {
        type: '*network.networkContext',
        headers: HEADERS,
        format,
        table: '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}',
      },
      rows,
    ),
  );
  return undefined;
};

export const create: Action = async (cli, { flags, args }) => {
  const config = createIpamConfig({
    subnets: flags.list('subnet'),
    ranges: flags.list('ip-range'),
    gateways: flags.list('gateway'),
    auxiliary: flags.map('aux-address'),
  });
  const body: CreateNetworkRequest = {
    Name: args[0]!,
    Driver: flags.string('driver'),
    Scope: flags.string('scope'),
    ...(flags.changed('ipv4') ? { EnableIPv4: flags.bool('ipv4') } : {}),
    ...(flags.changed('ipv6') ? { EnableIPv6: flags.bool('ipv6') } : {}),
    IPAM: { Driver: flags.string('ipam-driver'), Options: flags.map('ipam-opt'), Config: config },
    Internal: flags.bool('internal'),
    Attachable: flags.bool('attachable'),
    Ingress: flags.bool('ingress'),
    ConfigOnly: flags.bool('config-only'),
    ConfigFrom: flags.string('config-from') === '' ? null : { Network: flags.string('config-from') },
    Options: flags.map('opt'),
    Labels: toMap(flags.list('label')),
  };
  const { Id: id, Warning: warning } = await cli.engine.json<CreateNetworkResponse>(
    'POST',
    '/networks/create',
    { body },
  );
  if (warning) await cli.err(`WARNING: ${warning}\n`);
  await cli.out(`${id}\n`);
  return undefined;
};

export const remove: Action = async (cli, { flags, args }) => {
  let failed = false;
  for (const name of args) {
    try {
      await cli.engine.send('DELETE', networkPath(name));
      await cli.out(`${name}\n`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (flags.bool('force') && error instanceof EngineError && error.code === 404) continue;
      await cli.err(`${error.message}\n`);
      failed = true;
    }
  }
  // The real client says no more than this; each error has been told.
  if (failed) throw new CliError('exit status 1');
  return undefined;
};

function driverOptions(given: readonly string[]): Record<string, string> {
  if (given.some((option) => !option.includes('=')))
    throw new CliError('invalid key/value pair format in driver options');
  return toMap(given);
}

export const connect: Action = async (cli, { flags, args }) => {
  const settings = endpoint({
    ...parseNetworkAttachment(args[0]!),
    target: args[0]!,
    aliases: flags.list('alias'),
    links: flags.list('link'),
    ipv4: flags.string('ip'),
    ipv6: flags.string('ip6'),
    linkLocalIps: flags.list('link-local-ip'),
    driverOpts: driverOptions(flags.list('driver-opt')),
    gwPriority: flags.int('gw-priority'),
  });
  await cli.engine.send('POST', `${networkPath(args[0]!)}/connect`, {
    // Here, unlike when a container is made, what is empty is sent all the same.
    body: {
      Container: given('container', args[1]!),
      EndpointConfig: {
        ...settings,
        IPAMConfig: settings.IPAMConfig ?? {},
        Aliases: settings.Aliases ?? [],
        DriverOpts: settings.DriverOpts ?? {},
      },
    },
  });
  return undefined;
};

export const disconnect: Action = async (cli, { flags, args }) => {
  await cli.engine.send('POST', `${networkPath(args[0]!)}/disconnect`, {
    body: { Container: given('container', args[1]!), Force: flags.bool('force') },
  });
  return undefined;
};

export const prune: Action = async (cli, { flags, config }) => {
  if (
    !flags.bool('force') &&
    !(await confirm(
      cli,
      'WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue?',
    ))
  )
    return undefined;
  const filters = pruneFilters(flags.list('filter'), config.pruneFilters);
  const { NetworksDeleted: deleted } = await cli.engine.json<PruneNetworksResponse>(
    'POST',
    '/networks/prune',
    {
      query: { filters: filters.empty ? undefined : filters.toJson() },
    },
  );
  if ((deleted ?? []).length > 0)
    await cli.out(`Deleted Networks:\n${deleted!.map((name) => `${name}\n`).join('')}\n`);
  return undefined;
};

/** For completion. */
export async function networkNames(cli: Cli): Promise<string[]> {
  return (await cli.engine.json<NetworkInspect[]>('GET', '/networks')).map((network) => network.Name);
}
