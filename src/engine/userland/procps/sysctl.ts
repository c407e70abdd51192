import { isErrno } from '../../base/errno.ts';
import { O_WRONLY } from '../../kernel/fcntl.ts';
import { isDirectory, join, namesIn, sortedNamesIn, statOf } from '../files.ts';
import { readFile, type Stdio, writeAll } from '../lib/stdio.ts';
import { bytesToText, textToBytes } from '../lib/text.ts';
import { type Flavour, Given, Misuse, type Utility } from '../utility.ts';

/** sysctl(8): the parameters below /proc/sys. */
export const sysctl: Utility = {
  name: 'sysctl',
  usage: '[options] [variable[=value] ...]',
  summary: 'Configure kernel parameters at runtime.',
  hint: () => '\nUsage:\n sysctl [options] [variable[=value] ...]\n',
  options: {
    short: 'aAbdefhnNopqr:VwxX',
    long: {
      all: 'a',
      binary: 'b',
      deprecated: 'deprecated',
      'dry-run': 'dry-run',
      ignore: 'e',
      names: 'N',
      values: 'n',
      load: 'p',
      pattern: 'r:',
      quiet: 'q',
      system: 'system',
      write: 'w',
    },
    about: { help: 'h', version: 'V' },
    // -o, -x and -f are for old scripts; all parameters are shown that there are.
    inert: ['o', 'x', 'deprecated'],
    refused: ['d'],
  },
  busybox: {
    options: { short: '+neAapwq' },
    usage: '[-enq] { -a | -p [FILE]... | [-w] [KEY[=VALUE]]... }',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const parameters = new Parameters(io, given, flavour);
    if (given.has('a', 'A', 'X')) return parameters.all();
    if (given.has('system')) return parameters.system();
    if (given.has('p', 'f'))
      return parameters.load(parsed.operands.length === 0 ? [DEFAULT] : parsed.operands, false);
    if (parsed.operands.length === 0) {
      if (flavour === 'busybox') return 0;
      throw new Misuse('');
    }
    let status = 0;
    for (const operand of parsed.operands) {
      const [key, value] = operand.split(/=(.*)/s) as [string, string | undefined];
      if (value !== undefined) status = (await parameters.set(key, value)) || status;
      else if (given.has('w'))
        status = await io.fail(
          flavour === 'gnu'
            ? 'command line(0): invalid syntax, continuing...'
            : `error: '${key}' must be of the form name=value`,
        );
      else status = (await parameters.show(key)) || status;
    }
    return status;
  },
};

const DEFAULT = '/etc/sysctl.conf';

/** Where --system looks; of files of the same name the first is read (sysctl.d(5)). */
const SYSTEM = [
  '/etc/sysctl.d',
  '/run/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/usr/lib/sysctl.d',
  '/lib/sysctl.d',
];

class Parameters {
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #gnu: boolean;

  constructor(io: Stdio, given: Given, flavour: Flavour) {
    this.#io = io;
    this.#given = given;
    this.#gnu = flavour === 'gnu';
  }

  async all(): Promise<number> {
    const pattern = this.#given.value('r');
    const regex = pattern === undefined ? undefined : new RegExp(pattern);
    const walk = async (path: string): Promise<void> => {
      for (const name of await sortedNamesIn(this.#io.sys, path)) {
        const inner = join(path, name);
        const key = inner.slice('/proc/sys/'.length).replaceAll('/', '.');
        if (isDirectory(await statOf(this.#io.sys, inner))) await walk(inner);
        else if (regex?.test(key) ?? true) await this.show(key);
      }
    };
    await walk('/proc/sys');
    return 0;
  }

  async show(key: string): Promise<number> {
    const given = this.#given;
    const { stdout } = this.#io;
    const path = pathOf(key);
    const name = key.replaceAll('/', '.');
    try {
      const text = bytesToText(await readFile(this.#io.sys, path)).replace(/\n$/, '');
      if (given.has('b')) stdout.write(text);
      else if (given.has('N')) stdout.write(`${name}\n`);
      else
        for (const line of text.split('\n'))
          stdout.write(given.has('n') ? `${line}\n` : `${name} = ${line}\n`);
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      return this.#failed(error.code, key, path);
    }
  }

  async set(key: string, value: string): Promise<number> {
    const { io, given } = { io: this.#io, given: this.#given };
    const path = pathOf(key.trim());
    try {
      if (!given.has('dry-run')) {
        const fd = await io.sys.open(path, O_WRONLY);
        await writeAll(io.sys, fd, textToBytes(`${value}\n`));
        await io.sys.close(fd);
      } else await io.sys.stat(path);
      const shown = given.has('N') ? key : given.has('n') ? value : `${key} = ${value}`;
      if (!given.has('q')) io.stdout.write(`${shown}${given.has('b') ? '' : '\n'}`);
      return 0;
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code === 'ENOENT') return this.#failed(error.code, key, path);
      if (!this.#gnu) return io.fail(`error setting key '${key}': ${error.message}`);
      return io.fail(
        error.code === 'EACCES' || error.code === 'EPERM'
          ? `permission denied on key "${key}", ignoring`
          : `setting key "${key}": ${error.message}`,
      );
    }
  }

  /** Sets what files say; `tells` says which file is read. */
  async load(files: readonly string[], tells: boolean): Promise<number> {
    let status = 0;
    for (const file of files) {
      let text: string;
      try {
        text = bytesToText(await (file === '-' ? this.#io.stdin.readAll() : readFile(this.#io.sys, file)));
      } catch (error) {
        if (!isErrno(error)) throw error;
        status = await this.#io.fail(
          this.#gnu ? `cannot open "${file}": ${error.message}` : `${file}: ${error.message}`,
        );
        continue;
      }
      if (tells) this.#io.stdout.write(`* Applying ${file} ...\n`);
      for (const [i, line] of text.split('\n').entries()) {
        if (/^\s*([#;]|$)/.test(line)) continue;
        const [, dash, key, value] = /^\s*(-?)\s*([^=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
        if (key === undefined) await this.#io.fail(`${file}(${i + 1}): invalid syntax, continuing...`);
        // What a dash stands before may fail.
        else status = (await this.set(key, value!)) && dash === '' ? 1 : status;
      }
    }
    return status;
  }

  async system(): Promise<number> {
    const files = new Map<string, string>();
    for (const directory of SYSTEM)
      for (const name of await namesIn(this.#io.sys, directory).catch(() => []))
        if (name.endsWith('.conf') && !files.has(name)) files.set(name, join(directory, name));
    const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
    if (await statOf(this.#io.sys, DEFAULT)) sorted.push(DEFAULT);
    return this.load(sorted, true);
  }

  async #failed(code: string, key: string, path: string): Promise<number> {
    if (this.#given.has('e')) return this.#gnu ? 0 : 1;
    if (code === 'ENOENT')
      return this.#io.fail(
        this.#gnu ? `cannot stat ${path}: No such file or directory` : `error: '${key}' is an unknown key`,
      );
    return this.#io.fail(`permission denied on key '${key}'`);
  }
}

const pathOf = (key: string): string =>
  `/proc/sys/${key.includes('/') && !/^[^/]*\./.test(key) ? key : key.replace(/[./]/g, (c) => (c === '.' ? '/' : '.'))}`;
