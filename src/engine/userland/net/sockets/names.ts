import type { Syscalls } from '../../../kernel/syscalls.ts';
import { hostsFile } from '../../lib/resolver.ts';
import { readFile } from '../../lib/stdio.ts';
import { bytesToText } from '../../lib/text.ts';

/** An address and its port, as the kernel writes them: `10.0.0.1:80`, `[::]:80`. */
export function splitAddress(text: string): [address: string, port: string] {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Names for numbers, of /etc/services and /etc/hosts; numbers themselves where none are wanted. */
export class Names {
  readonly #services = new Map<string, string>();
  readonly #hosts = new Map<string, string>();

  static async read(sys: Syscalls, wanted: { services: boolean; hosts: boolean }): Promise<Names> {
    const names = new Names();
    const services = wanted.services ? await readFile(sys, '/etc/services').then(bytesToText, () => '') : '';
    for (const line of services.split('\n')) {
      const [, name, port, protocol] = /^(\S+)\s+(\d+)\/(\w+)/.exec(line) ?? [];
      const key = `${port}/${protocol}`;
      if (name !== undefined && !names.#services.has(key)) names.#services.set(key, name);
    }
    if (wanted.hosts)
      for (const { address, names: known } of await hostsFile(sys))
        if (known[0] !== undefined && !names.#hosts.has(address)) names.#hosts.set(address, known[0]);
    return names;
  }

  port(number: string, protocol: string): string {
    return this.#services.get(`${number}/${protocol}`) ?? number;
  }

  /** The ports that names stand for. */
  numbers(): Map<string, number> {
    return new Map([...this.#services].map(([key, name]) => [name, Number.parseInt(key, 10)]));
  }

  host(address: string): string {
    return this.#hosts.get(address) ?? address;
  }
}
