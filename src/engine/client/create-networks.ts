/** `--network` and the flags that go with the first network. Models docker/cli `opts.go` (`parseNetworkOpts`). */
import type { EndpointSettings } from '../api/networks.ts';
import type { ParsedFlags } from './flags/parsed.ts';
import { type NetworkAttachment, parseNetworkAttachment } from './parse/network-attachment.ts';

const PREDEFINED = ['default', 'bridge', 'host', 'none'];
export const isUserDefined = (name: string) => !PREDEFINED.includes(name) && !name.startsWith('container:');

export interface Networks {
  /** HostConfig.NetworkMode */
  mode: string;
  endpoints: Record<string, EndpointSettings>;
}

export function networkingConfig(flags: ParsedFlags): Networks {
  const given = [...flags.list('network'), ...flags.list('net')].map(parseNetworkAttachment);
  const attachments = given.length > 0 ? given : [parseNetworkAttachment('default')];
  const endpoints: Record<string, EndpointSettings> = {};
  for (const [index, attachment] of attachments.entries()) {
    if (attachment.target === '') throw new Error('no name set for network');
    if (index === 0) applyFlags(flags, attachment);
    if (attachments.length > 1 && attachment.target in endpoints)
      throw new Error(`network ${JSON.stringify(attachment.target)} is specified multiple times`);
    if (attachment.aliases.length > 0 && !isUserDefined(attachment.target))
      throw new Error('network-scoped aliases are only supported for user-defined networks');
    if (attachment.macAddress !== '') checkMac(attachment.macAddress);
    endpoints[attachment.target] = endpoint(attachment);
  }
  if (new Set(attachments.map(({ target }) => isUserDefined(target))).size > 1)
    throw new Error(
      'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
    );
  const mode = attachments[0]!.target;
  // The one network of a plain `--network NAME` without settings is told by NetworkMode alone.
  const plain = given.length === 1 && isBare(attachments[0]!);
  return { mode, endpoints: plain ? {} : endpoints };
}

const MAC =
  /^([0-9a-fA-F]{2}([:-])[0-9a-fA-F]{2}(\2[0-9a-fA-F]{2}){4}(\2[0-9a-fA-F]{2}\2[0-9a-fA-F]{2})?|[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4})$/;

/** Refuses what Go's net.ParseMAC does not read. */
export function checkMac(text: string): void {
  if (!MAC.test(text.trim())) throw new Error(`${text} is not a valid mac address`);
}

function applyFlags(flags: ParsedFlags, attachment: NetworkAttachment): void {
  const both = (flag: string, what: string) =>
    new Error(`conflicting options: cannot specify both --${flag} and per-network ${what}`);
  const aliases = [...flags.list('network-alias'), ...flags.list('net-alias')];
  if (aliases.length > 0) {
    if (attachment.aliases.length > 0) throw both('network-alias', 'alias');
    attachment.aliases.push(...aliases);
  }
  if (flags.list('link').length > 0) {
    if (attachment.links.length > 0) throw both('link', 'links');
    attachment.links.push(...flags.list('link'));
  }
  if (flags.string('ip') !== '') {
    if (attachment.ipv4 !== '') throw both('ip', 'IPv4 address');
    attachment.ipv4 = flags.string('ip');
  }
  if (flags.string('ip6') !== '') {
    if (attachment.ipv6 !== '') throw both('ip6', 'IPv6 address');
    attachment.ipv6 = flags.string('ip6');
  }
  if (flags.string('mac-address') !== '') {
    if (attachment.macAddress !== '') throw both('mac-address', 'MAC address');
    attachment.macAddress = flags.string('mac-address').trim();
  }
  if (flags.list('link-local-ip').length > 0) {
    if (attachment.linkLocalIps.length > 0) throw both('link-local-ip', 'link-local IP addresses');
    attachment.linkLocalIps.push(...flags.list('link-local-ip'));
  }
}

const isBare = (attachment: NetworkAttachment) =>
  attachment.aliases.length === 0 &&
  attachment.links.length === 0 &&
  attachment.linkLocalIps.length === 0 &&
  Object.keys(attachment.driverOpts).length === 0 &&
  attachment.ipv4 === '' &&
  attachment.ipv6 === '' &&
  attachment.macAddress === '' &&
  attachment.gwPriority === 0;

/** The settings of one endpoint as the client sends them. */
export function endpoint(attachment: NetworkAttachment): EndpointSettings {
  const { ipv4, ipv6, linkLocalIps } = attachment;
  const ipam = ipv4 !== '' || ipv6 !== '' || linkLocalIps.length > 0;
  return {
    IPAMConfig: ipam
      ? {
          ...(ipv4 === '' ? {} : { IPv4Address: ipv4 }),
          ...(ipv6 === '' ? {} : { IPv6Address: ipv6 }),
          ...(linkLocalIps.length === 0 ? {} : { LinkLocalIPs: linkLocalIps }),
        }
      : null,
    Links: attachment.links.length > 0 ? attachment.links : null,
    Aliases: attachment.aliases.length > 0 ? attachment.aliases : null,
    MacAddress: attachment.macAddress,
    DriverOpts: Object.keys(attachment.driverOpts).length > 0 ? attachment.driverOpts : null,
    GwPriority: attachment.gwPriority,
    NetworkID: '',
    EndpointID: '',
    Gateway: '',
    IPAddress: '',
    IPPrefixLen: 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}
