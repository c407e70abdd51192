import { parseBool } from '../../base/go-bool.ts';
import { invalidParameter, systemError } from '../error.ts';

/** What the bridge driver may be told of a network (moby libnetwork/drivers/bridge, parseNetworkOptions). */
export interface BridgeOptions {
  name: string | undefined;
  mtu: number | undefined;
  /** Whether containers on it reach each other. */
  connected: boolean;
  /** Whether what leaves it has the host's address. */
  masquerade: boolean;
}

/** The longest name of a device (IFNAMSIZ). */
const NAME_MAX = 15;

/** Reads the options of a network; others than these are kept and mean nothing. */
export function bridgeOptions(options: Readonly<Record<string, string>>): BridgeOptions {
  const refuse = (label: string, why: string) =>
    invalidParameter(`failed to parse ${label} value: ${options[label]} (${why}: invalid syntax)`);
  const flag = (label: string): boolean => {
    const value = options[label];
    if (value === undefined) return true;
    const read = parseBool(value);
    if (read === undefined) throw refuse(label, `strconv.ParseBool: parsing ${JSON.stringify(value)}`);
    return read;
  };
  const mtu = options['com.docker.network.driver.mtu'];
  if (mtu !== undefined && !/^[+-]?\d+$/.test(mtu))
    throw refuse('com.docker.network.driver.mtu', `strconv.Atoi: parsing ${JSON.stringify(mtu)}`);
  const read = {
    mtu: mtu === undefined ? undefined : Number(mtu),
    connected: flag('com.docker.network.bridge.enable_icc'),
    masquerade: flag('com.docker.network.bridge.enable_ip_masquerade'),
  };
  const name = options['com.docker.network.bridge.name'] || undefined;
  if (name !== undefined && name.length > NAME_MAX) throw systemError('numerical result out of range');
  return { name, ...read };
}
