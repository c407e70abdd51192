/** `--network NAME` and `--network name=NAME,alias=…,ip=…`. Models docker/cli `opts/network.go`. */
import { csvFields } from '../../base/go-csv.ts';

export interface NetworkAttachment {
  target: string;
  aliases: string[];
  driverOpts: Record<string, string>;
  links: string[];
  ipv4: string;
  ipv6: string;
  linkLocalIps: string[];
  macAddress: string;
  gwPriority: number;
}

export function parseNetworkAttachment(text: string): NetworkAttachment {
  const attachment: NetworkAttachment = {
    target: '',
    aliases: [],
    driverOpts: {},
    links: [],
    ipv4: '',
    ipv6: '',
    linkLocalIps: [],
    macAddress: '',
    gwPriority: 0,
  };
  // The long form is told by a `key=value`; anything else is a name.
  if (!/\w+=\w+/.test(text)) {
    attachment.target = text;
    return attachment;
  }
  for (const field of csvFields(text)) {
    const equals = field.indexOf('=');
    if (equals <= 0) throw new Error(`invalid field ${field}`);
    const key = field.slice(0, equals).trim().toLowerCase();
    const value = field.slice(equals + 1).trim();
    switch (key) {
      case 'name':
        attachment.target = value;
        break;
      case 'alias':
        attachment.aliases.push(value);
        break;
      case 'ip':
        attachment.ipv4 = value;
        break;
      case 'ip6':
        attachment.ipv6 = value;
        break;
      case 'mac-address':
        attachment.macAddress = value;
        break;
      case 'link-local-ip':
        attachment.linkLocalIps.push(value);
        break;
      case 'driver-opt': {
        const option = value.indexOf('=');
        if (option <= 0) throw new Error('invalid key value pair format in driver options');
        attachment.driverOpts[value.slice(0, option).trim().toLowerCase()] = value.slice(option + 1).trim();
        break;
      }
      case 'gw-priority':
        if (!/^[+-]?\d+$/.test(value)) throw new Error(`invalid gw-priority (${value}): invalid syntax`);
        attachment.gwPriority = Number(value);
        break;
      default:
        throw new Error(`invalid field key ${key}`);
    }
  }
  if (attachment.target === '') throw new Error('network name/id is not specified');
  return attachment;
}
