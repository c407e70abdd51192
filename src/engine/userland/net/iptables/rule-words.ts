import type { IptablesRule } from '../../../net/netlink.ts';

/** A rule as -S and iptables-save write it, with a blank in front. */
export function ruleWords(rule: IptablesRule): string {
  let out = '';
  const add = (option: string, value: string | undefined) => {
    if (value !== undefined)
      out += value.startsWith('!') ? ` ! ${option} ${value.slice(1).trimStart()}` : ` ${option} ${value}`;
  };
  add('-s', rule.source === undefined || rule.source.includes('/') ? rule.source : `${rule.source}/32`);
  add(
    '-d',
    rule.destination === undefined || rule.destination.includes('/')
      ? rule.destination
      : `${rule.destination}/32`,
  );
  add('-i', rule.inInterface);
  add('-o', rule.outInterface);
  add('-p', rule.protocol === 'all' ? undefined : rule.protocol);
  if (rule.destinationType !== undefined)
    out +=
      rule.destinationType === 'LOCAL' ? ' -m addrtype --dst-type LOCAL' : ' -m addrtype ! --dst-type LOCAL';
  const ports = (option: string, text: string | undefined) => {
    if (text === undefined) return;
    out += ` -m ${text.includes(',') ? 'multiport' : rule.protocol?.replace('! ', '')}`;
    add(text.includes(',') ? `${option}s` : option, text);
  };
  ports('--sport', rule.sourcePort);
  ports('--dport', rule.destinationPort);
  if (rule.conntrack !== undefined) out += ` -m conntrack --ctstate ${rule.conntrack.join(',')}`;
  if (rule.comment !== undefined)
    out += ` -m comment --comment ${/\s/.test(rule.comment) ? `"${rule.comment}"` : rule.comment}`;
  if (rule.target !== '') out += ` -j ${rule.target}`;
  for (const [name, value] of Object.entries(rule.targetOptions ?? {})) out += ` --${name} ${value}`;
  if (rule.target === 'REJECT' && rule.targetOptions?.['reject-with'] === undefined)
    out += ' --reject-with icmp-port-unreachable';
  return out;
}
