/** Options by letter and long name; `:` takes an argument (curl(1)). What is not here is refused as unknown. */
const OPTIONS: readonly [letter: string, long: string, argument?: ':'][] = [
  ['s', 'silent'],
  ['S', 'show-error'],
  ['o', 'output', ':'],
  ['O', 'remote-name'],
  ['i', 'include'],
  ['I', 'head'],
  ['v', 'verbose'],
  ['L', 'location'],
  ['X', 'request', ':'],
  ['d', 'data', ':'],
  ['', 'data-binary', ':'],
  ['', 'data-raw', ':'],
  ['', 'json', ':'],
  ['H', 'header', ':'],
  ['A', 'user-agent', ':'],
  ['e', 'referer', ':'],
  ['u', 'user', ':'],
  ['T', 'upload-file', ':'],
  ['D', 'dump-header', ':'],
  ['f', 'fail'],
  ['', 'fail-with-body'],
  ['w', 'write-out', ':'],
  ['m', 'max-time', ':'],
  ['', 'connect-timeout', ':'],
  ['', 'unix-socket', ':'],
  ['k', 'insecure'],
  ['', 'cacert', ':'],
  // Of no effect: nothing is buffered, and URLs are taken as they stand.
  ['N', 'no-buffer'],
  ['4', 'ipv4'],
  ['6', 'ipv6'],
  ['g', 'globoff'],
  ['', 'http1.1'],
  ['#', 'progress-bar'],
  ['', 'no-progress-meter'],
  ['', 'url', ':'],
  ['G', 'get'],
  ['V', 'version'],
];

export class CurlOptions {
  readonly urls: string[] = [];
  readonly #values = new Map<string, string[]>();

  add(name: string, value: string): void {
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  all(name: string): string[] {
    return this.#values.get(name) ?? [];
  }
}

/** Options of curl that would change what it does, and are not simulated: refused rather than passed over. */
const NOT_SIMULATED = [
  'retry',
  'retry-connrefused',
  'retry-delay',
  'compressed',
  'cookie',
  'cookie-jar',
  'form',
  'proxy',
  'cert',
  'key',
  'capath',
  'resolve',
  'connect-to',
];

/** The options, or the complaint about them. */
export function parseOptions(args: readonly string[]): CurlOptions | string {
  const options = new CurlOptions();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg.startsWith('--') && arg.length > 2) {
      const name = arg.slice(2);
      const found = OPTIONS.find(([, long]) => long === name);
      if (NOT_SIMULATED.includes(name)) return `curl: option ${arg}: is not simulated\n`;
      if (found === undefined) return `curl: option ${arg}: is unknown\n`;
      if (found[2] === undefined) options.add(name, '');
      else if (i + 1 >= args.length) return `curl: option ${arg}: requires parameter\n`;
      else options.add(name, args[++i]!);
    } else if (arg.startsWith('-') && arg.length > 1) {
      for (let at = 1; at < arg.length; at++) {
        const found = OPTIONS.find(([letter]) => letter === arg[at]);
        if (found === undefined) return `curl: option ${arg}: is unknown\n`;
        if (found[2] === undefined) {
          options.add(found[1], '');
          continue;
        }
        const rest = arg.slice(at + 1);
        if (rest === '' && i + 1 >= args.length) return `curl: option ${arg}: requires parameter\n`;
        options.add(found[1], rest === '' ? args[++i]! : rest);
        break;
      }
    } else options.urls.push(arg);
  }
  options.urls.push(...options.all('url'));
  for (const name of ['max-time', 'connect-timeout'])
    if (options.all(name).some((value) => !/^\d+(\.\d+)?$/.test(value)))
      return `curl: option ${args.find((arg) => arg === `--${name}`) ?? '-m'}: expected a proper numerical parameter\n`;
  return options;
}
