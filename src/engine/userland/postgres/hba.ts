/** One line of pg_hba.conf (documentation, "The pg_hba.conf File"). */
export interface HbaRule {
  line: number;
  text: string;
  kind: string;
  databases: readonly string[];
  users: readonly string[];
  address: string;
  method: string;
}

export function parseHba(text: string): HbaRule[] {
  return text.split('\n').flatMap((raw, at): HbaRule[] => {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') return [];
    const words = line.split(/\s+/);
    const [kind = '', databases = '', users = ''] = words;
    const local = kind === 'local';
    return [
      {
        line: at + 1,
        text: line,
        kind,
        databases: databases.split(','),
        users: users.split(','),
        address: local ? '' : (words[3] ?? ''),
        method: words[local ? 3 : 4] ?? '',
      },
    ];
  });
}

/** The first rule that fits: it alone says how one proves who one is. */
export const ruleFor = (
  rules: readonly HbaRule[],
  who: { address: string | undefined; user: string; database: string },
): HbaRule | undefined =>
  rules.find(
    ({ kind, databases, users, address }) =>
      (who.address === undefined ? kind === 'local' : /^host(nossl)?$/.test(kind)) &&
      databases.some(
        (one) => one === 'all' || one === who.database || (one === 'sameuser' && who.user === who.database),
      ) &&
      users.some((one) => one === 'all' || one === who.user) &&
      (who.address === undefined || addressFits(address, who.address)),
  );

function addressFits(pattern: string, address: string): boolean {
  if (pattern === 'all' || pattern === 'samenet') return true;
  const [network = '', bits] = pattern.split('/');
  if (bits === undefined || network.includes(':') || address.includes(':')) return network === address;
  const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const block = 2 ** (32 - Number(bits));
  return Math.floor(number(network) / block) === Math.floor(number(address) / block);
}
