import { isErrno } from '../../base/errno.ts';
import { raw, SANE, type TerminalAttributes, type WindowSize } from '../../vfs/tty/attributes.ts';
import type { Stdio } from '../lib/stdio.ts';
import { Given, quote, type Utility } from '../utility.ts';

/** tty(1): the name of the terminal on standard input. */
export const tty: Utility = {
  name: 'tty',
  usage: '[OPTION]...',
  summary: 'Print the file name of the terminal connected to standard input.',
  misuse: 2,
  options: { short: 's', long: { silent: 's', quiet: 's' } },
  busybox: { options: { short: 's' }, usage: '' },
  async run(io, parsed) {
    const silent = new Given(parsed).has('s');
    const terminal = await io.sys.isatty(0);
    if (!silent)
      io.stdout.write(
        terminal ? `${await io.sys.readlink('/proc/self/fd/0').catch(() => '/dev/tty')}\n` : 'not a tty\n',
      );
    return terminal ? 0 : 1;
  },
};

const FLAGS: Record<string, keyof TerminalAttributes> = {
  icrnl: 'icrnl',
  ixon: 'ixon',
  opost: 'opost',
  onlcr: 'onlcr',
  isig: 'isig',
  icanon: 'icanon',
  echo: 'echo',
  echoe: 'echoe',
  echok: 'echok',
  echoctl: 'echoctl',
  iexten: 'iexten',
  tostop: 'tostop',
  crterase: 'echoe',
  ctlecho: 'echoctl',
};
const CHARACTERS: Record<string, keyof TerminalAttributes> = {
  intr: 'vintr',
  quit: 'vquit',
  erase: 'verase',
  kill: 'vkill',
  eof: 'veof',
  susp: 'vsusp',
  werase: 'vwerase',
  min: 'vmin',
};

/** stty(1): the settings that the terminals here have. Speeds and the like are shown as they always are and cannot be set. */
export const stty: Utility = {
  name: 'stty',
  usage: '[-F DEVICE | --file=DEVICE] [SETTING]...\n  or:  stty [-F DEVICE | --file=DEVICE] [-a|--all]',
  summary: 'Print or change terminal characteristics.',
  async run(io, { operands }, flavour) {
    const args = [...operands];
    const gnu = flavour === 'gnu';
    let fd = 0;
    let device = gnu ? "'standard input'" : 'standard input';
    const at = args.findIndex((arg) => arg === '-F' || arg.startsWith('--file='));
    if (at !== -1) {
      const path = args[at] === '-F' ? args[at + 1]! : args[at]!.slice(7);
      args.splice(at, args[at] === '-F' ? 2 : 1);
      fd = await io.sys.open(path, 0o4002);
      device = path;
    }
    let attributes: TerminalAttributes;
    try {
      attributes = { ...((await io.sys.ioctl(fd, { request: 'TCGETS' })) as TerminalAttributes) };
    } catch (error) {
      if (!isErrno(error)) throw error;
      return io.fail(`${device}: ${error.message}`);
    }
    const size = (await io.sys.ioctl(fd, { request: 'TIOCGWINSZ' })) as WindowSize;
    if (args.length === 0 || args[0] === '-a' || args[0] === '--all')
      return show(io, attributes, size, args.length > 0);
    if (args[0] === '-g' || args[0] === '--save') {
      io.stdout.write(
        `${Object.entries(attributes)
          .map(([name, value]) => `${name}=${Number(value)}`)
          .join(':')}\n`,
      );
      return 0;
    }
    if (args[0] === 'size') {
      io.stdout.write(`${size.rows} ${size.columns}\n`);
      return 0;
    }
    if (args[0] === 'speed') {
      io.stdout.write('38400\n');
      return 0;
    }
    for (let i = 0; i < args.length; i++) {
      const setting = args[i]!;
      const off = setting.startsWith('-');
      const name = setting.replace(/^-/, '');
      if (name === 'sane') attributes = { ...SANE };
      else if (name === 'raw' || name === 'cooked')
        attributes =
          (name === 'raw') === off
            ? { ...attributes, icrnl: true, ixon: true, opost: true, isig: true, icanon: true }
            : { ...raw(attributes), echo: attributes.echo };
      else if (name === 'cbreak') attributes.icanon = off;
      else if (name in FLAGS) Object.assign(attributes, { [FLAGS[name]!]: !off });
      else if (name in CHARACTERS) {
        const text = args[++i];
        if (text === undefined) return io.fail(`missing argument to ${quote(io, name)}`);
        Object.assign(attributes, { [CHARACTERS[name]!]: controlCharacter(text) });
      } else if (name === 'rows' || name === 'cols' || name === 'columns') {
        const value = Number(args[++i]);
        const changed = name === 'rows' ? { ...size, rows: value } : { ...size, columns: value };
        Object.assign(size, changed);
        await io.sys.ioctl(fd, { request: 'TIOCSWINSZ', size: changed });
      } else if (/^\w+=\d+(:\w+=\d+)+$/.test(setting))
        for (const pair of setting.split(':')) {
          const [key, value] = pair.split('=') as [keyof TerminalAttributes, string];
          if (key in attributes)
            Object.assign(attributes, {
              [key]: typeof attributes[key] === 'boolean' ? value === '1' : Number(value),
            });
        }
      else
        return io.fail(
          gnu
            ? `invalid argument ${quote(io, setting)}\nTry 'stty --help' for more information.`
            : `invalid argument '${setting}'`,
        );
    }
    await io.sys.ioctl(fd, { request: 'TCSETS', attributes });
    return 0;
  },
};

function controlCharacter(text: string): number {
  if (text === 'undef' || text === '^-') return 0;
  if (text === '^?') return 127;
  if (/^\^.$/.test(text)) return text.charCodeAt(1) & 31;
  return /^\d+$/.test(text) ? Number(text) : text.charCodeAt(0);
}

function show(
  io: Stdio,
  attributes: TerminalAttributes,
  { rows, columns }: WindowSize,
  all: boolean,
): number {
  const visible = (code: number) =>
    code === 0
      ? '<undef>'
      : code === 127
        ? '^?'
        : code < 32
          ? `^${String.fromCharCode(code + 64)}`
          : String.fromCharCode(code);
  const flag = (name: string) => {
    const key = FLAGS[name];
    return key === undefined ? name : `${attributes[key] ? '' : '-'}${name}`;
  };
  if (!all) {
    io.stdout.write('speed 38400 baud; line = 0;\n');
    const changed: string[] = [];
    for (const [name, key] of Object.entries(FLAGS))
      if (!['crterase', 'ctlecho'].includes(name) && attributes[key] !== SANE[key]) changed.push(flag(name));
    if (changed.length > 0) io.stdout.write(`${changed.join(' ')}\n`);
    return 0;
  }
  const characters = `intr = ${visible(attributes.vintr)}; quit = ${visible(attributes.vquit)}; erase = ${visible(attributes.verase)}; kill = ${visible(attributes.vkill)}; eof = ${visible(attributes.veof)}; eol = <undef>;\neol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ${visible(attributes.vsusp)}; rprnt = ^R;\nwerase = ${visible(attributes.vwerase)}; lnext = ^V; discard = ^O; min = ${attributes.vmin}; time = 0;`;
  const words = (text: string) =>
    text
      .split(' ')
      .map((name) => (name.startsWith('-') ? name : flag(name)))
      .join(' ');
  io.stdout.write(
    `speed 38400 baud; rows ${rows}; columns ${columns}; line = 0;\n${characters}\n-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts\n` +
      `${words('-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr icrnl ixon -ixoff -iuclc -ixany')}\n-imaxbel -iutf8\n` +
      `${words('opost -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0')}\n` +
      `${words('isig icanon iexten echo echoe echok -echonl -noflsh -xcase tostop -echoprt')}\n${words('echoctl')} echoke -flusho -extproc\n`,
  );
  return 0;
}
