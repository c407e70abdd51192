import { GAI_TEXT, hostsFile, lookupHost } from '../lib/resolver.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { attempt, Given, type Utility } from '../utility.ts';

/** hostname(1), of Debian's package hostname and of BusyBox. */
export const hostname: Utility = {
  name: 'hostname',
  usage:
    '[-b] {hostname|-F file}         set host name (from file)\n       hostname [-a|-A|-d|-f|-i|-I|-s|-y]       display formatted name\n       hostname                                 display host name',
  summary: '',
  misuse: 255,
  hint: () =>
    'Usage: hostname [-b] {hostname|-F file}         set host name (from file)\n       hostname [-a|-A|-d|-f|-i|-I|-s|-y]       display formatted name\n       hostname                                 display host name',
  options: {
    short: 'aAbdfF:hiIsvyV',
    about: { help: 'h', version: 'V' },
    // -b matters at boot, where a name may be lacking; -v says more of lookups, and there is no more to say.
    inert: ['b', 'v'],
    refused: ['A'],
    long: {
      alias: 'a',
      'all-fqdns': 'A',
      yp: 'y',
      nis: 'y',
      fqdn: 'f',
      long: 'f',
      short: 's',
      domain: 'd',
      'ip-address': 'i',
      'all-ip-addresses': 'I',
      file: 'F:',
      boot: 'b',
    },
  },
  busybox: { options: { short: 'dfisF:v', inert: ['v'] }, usage: '[-sidf] [HOSTNAME | -F FILE]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const { nodename } = await io.sys.uname();
    let wanted = parsed.operands[0];
    const file = given.value('F');
    if (file !== undefined)
      wanted = bytesToText(await readFile(io.sys, file))
        .split('\n')
        .find((line) => line.trim() !== '' && !line.startsWith('#'))
        ?.trim();
    if (wanted !== undefined) {
      const done = await attempt(
        io,
        () => io.sys.sethostname(wanted),
        (text) =>
          flavour === 'gnu'
            ? text === 'Operation not permitted'
              ? 'you must be root to change the host name'
              : text === 'Invalid argument'
                ? 'name too long'
                : text
            : `sethostname: ${text}`,
      );
      return done ? 0 : 1;
    }
    const [short] = nodename.split('.');
    if (given.has('y')) return io.fail('Local domain name not set');
    if (given.has('s')) {
      io.stdout.write(`${short}\n`);
      return 0;
    }
    if (given.has('I')) {
      const links = await io.sys.netlink({ type: 'RTM_GETADDR' });
      const outward = links.filter(({ link, address }) => link !== 'lo' && !address.startsWith('fe80:'));
      io.stdout.write(`${outward.map(({ address }) => `${address} `).join('')}\n`);
      return 0;
    }
    if (!given.has('a', 'd', 'f', 'i')) {
      io.stdout.write(`${nodename}\n`);
      return 0;
    }
    const addresses = await lookupHost(io.sys, nodename);
    if (typeof addresses === 'string')
      return io.fail(flavour === 'gnu' ? GAI_TEXT[addresses] : `${nodename}: Unknown host`);
    const entry = (await hostsFile(io.sys)).find(({ names }) => names.includes(nodename.toLowerCase()));
    const [canonical, ...aliases] = entry?.names ?? [nodename];
    // BusyBox asks gethostbyname(3), which takes the first line of a hosts file that has the name.
    const shown = flavour === 'busybox' && entry ? [entry.address] : addresses;
    if (given.has('i')) io.stdout.write(`${shown.join(' ')}\n`);
    else if (given.has('a')) io.stdout.write(`${aliases.join(' ')}\n`);
    else if (given.has('d')) io.stdout.write(`${canonical!.split('.').slice(1).join('.')}\n`);
    else io.stdout.write(`${canonical}\n`);
    return 0;
  },
};
