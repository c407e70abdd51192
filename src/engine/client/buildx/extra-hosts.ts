import { isAddress } from '../../base/port-spec.ts';
import { CliError } from '../cli-error.ts';
import { type Builder, workersOf } from './builder.ts';

/** Where the worker tells under which address steps find the machine. */
const GATEWAY = 'org.mobyproject.buildkit.worker.moby.host-gateway-ip';

/** `--add-host NAME:ADDRESS` as `NAME:ADDRESS`. Models buildx build/utils.go, toBuildkitExtraHosts. Throws `CliError`. */
export async function extraHosts(builder: Builder, given: readonly string[]): Promise<string[]> {
  const hosts: string[] = [];
  for (const text of given) {
    const cut = text.indexOf(text.includes('=') ? '=' : ':');
    const name = cut === -1 ? '' : text.slice(0, cut);
    const address = cut === -1 ? '' : text.slice(cut + 1);
    if (name === '' || address === '') throw refused(`invalid host ${text}`);
    if (address === 'host-gateway') {
      hosts.push(`${name}:${await gatewayOf(builder)}`);
      continue;
    }
    const bare = address.replace(/^\[(.+)\]$/, '$1');
    if (!isAddress(bare)) throw refused(`invalid host ${text}`);
    hosts.push(`${name}:${bare}`);
  }
  return hosts;
}

async function gatewayOf(builder: Builder): Promise<string> {
  const [worker] = await workersOf(builder);
  const address = worker?.Labels[GATEWAY];
  if (address === undefined) throw refused('unable to derive the IP value for host-gateway');
  return address;
}

const refused = (why: string): CliError => new CliError(`ERROR: failed to build: ${why}`);
