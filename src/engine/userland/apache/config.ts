import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';

/** What is wrong with a configuration, in the server's words: what it prints before it ends with 1. */
export class ConfigError extends Error {}

/** What holds for a directory: the sections that apply are merged, the shortest path first. */
export interface DirectorySection {
  path: string;
  indexes?: boolean;
  granted?: boolean;
}

export interface Host {
  names: string[];
  port: number | undefined;
  documentRoot: string;
  index: readonly string[];
  aliases: { prefix: string; path: string }[];
  redirects: { status: number; prefix: string; to: string }[];
  /** By status: a text, or the path of a page of the server's own. */
  errorDocuments: ReadonlyMap<number, string>;
}

/** What the server heeds of httpd.conf (httpd.apache.org/docs/2.4/mod/directives.html). */
export interface ApacheConfig {
  serverRoot: string;
  /** `::` where every address is meant. */
  listen: { address: string; port: number }[];
  /** How many children serve. */
  startServers: number;
  user: string;
  group: string;
  named: boolean;
  pidFile: string;
  errorLog: string;
  accessLogs: { path: string; format: string }[];
  modules: { name: string; file: string }[];
  types: Map<string, string>;
  directories: DirectorySection[];
  /** Files that nobody gets, whatever their directory says. */
  hidden: RegExp[];
  fullToken: boolean;
  main: Host;
  virtual: Host[];
}

const COMMON = '%h %l %u %t "%r" %>s %b';

/** Directives that are taken and change nothing here, or that are taken with the only value that changes nothing. */
const WITHOUT_EFFECT: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    'serveradmin timeout maxkeepaliverequests keepalivetimeout enablemmap enablesendfile loglevel addicon accessfilename mutex maxrequestworkers minsparethreads maxsparethreads threadsperchild maxconnectionsperchild setenvif browsermatch'
      .split(' ')
      .map((name) => [name, /^/]),
  ),
  allowoverride: /^none$/i,
  hostnamelookups: /^off$/i,
  keepalive: /^on$/i,
  serversignature: /^off$/i,
  traceenable: /^on$/i,
};

/** Directives of modules that are not modelled. */
const NOT_MODELLED = new Set(
  'proxypass proxypassreverse rewriteengine rewriterule rewritecond sslengine sslcertificatefile sslcertificatekeyfile scriptalias authtype authname authuserfile header sethandler addhandler fallbackresource expiresactive addencoding addlanguage requestheader'.split(
    ' ',
  ),
);

interface Line {
  name: string;
  words: string[];
  file: string;
  number: number;
}

/**
 * Reads a configuration with what it includes. Throws `ConfigError`.
 *
 * @param defined the names that hold in `<IfDefine>`
 */
export async function readConfig(
  sys: Syscalls,
  path: string,
  serverRoot: string,
  defined: ReadonlySet<string>,
): Promise<ApacheConfig> {
  return new Reader(sys, serverRoot, defined).read(path);
}

class Reader {
  readonly #sys: Syscalls;
  readonly #defined: ReadonlySet<string>;
  readonly #config: ApacheConfig;
  readonly #formats = new Map<string, string>();

  constructor(sys: Syscalls, serverRoot: string, defined: ReadonlySet<string>) {
    this.#sys = sys;
    this.#defined = defined;
    this.#config = {
      serverRoot,
      listen: [],
      startServers: 3,
      user: 'www-data',
      group: 'www-data',
      named: false,
      pidFile: 'logs/httpd.pid',
      errorLog: 'logs/error_log',
      accessLogs: [],
      modules: [],
      types: new Map(),
      directories: [],
      hidden: [],
      fullToken: true,
      main: emptyHost(`${serverRoot}/htdocs`),
      virtual: [],
    };
  }

  async read(path: string): Promise<ApacheConfig> {
    await this.#file(this.#path(path), true);
    const config = this.#config;
    if (config.listen.length === 0) throw new ConfigError('no listening sockets available, shutting down');
    return {
      ...config,
      pidFile: this.#path(config.pidFile),
      errorLog: this.#path(config.errorLog),
      accessLogs: config.accessLogs.map(({ path: log, format }) => ({
        path: this.#path(log),
        format: this.#formats.get(format) ?? format,
      })),
    };
  }

  async #file(path: string, needed: boolean): Promise<void> {
    let text: string;
    try {
      text = bytesToText(await readFile(this.#sys, path));
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (!needed) return;
      throw new ConfigError(`httpd: Could not open configuration file ${path}: ${error.message}`);
    }
    const lines = linesOf(text, path);
    await this.#section(lines, this.#config.main, undefined, undefined);
  }

  /** Directives up to the end of the section that they are in. */
  async #section(
    lines: Line[],
    host: Host,
    directory: DirectorySection | undefined,
    opening: Line | undefined,
  ): Promise<void> {
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
      if (opening && line.name === closingOf(opening)) return;
      if (line.name.startsWith('</'))
        throw early(line, `${line.name}> without matching <${line.name.slice(2)}> section`);
      if (line.name.startsWith('<')) await this.#open(line, lines, host, directory);
      else await this.#directive(line, host, directory);
    }
    if (opening) throw unclosed(opening);
  }

  async #open(line: Line, lines: Line[], host: Host, directory: DirectorySection | undefined): Promise<void> {
    const kind = line.name.slice(1).toLowerCase();
    const [argument = ''] = line.words;
    switch (kind) {
      case 'ifmodule':
      case 'ifdefine': {
        const negated = argument.startsWith('!');
        const name = argument.replace('!', '');
        const there =
          kind === 'ifdefine'
            ? this.#defined.has(name)
            : this.#config.modules.some(
                ({ name: known, file }) =>
                  known === name || `mod_${known.replace(/_module$/, '')}.c` === name || file.endsWith(name),
              );
        if (there !== negated) return this.#section(lines, host, directory, line);
        return skip(lines, line);
      }
      case 'directory': {
        const section: DirectorySection = { path: argument.replace(/(?<=.)\/$/, '') };
        this.#config.directories.push(section);
        return this.#section(lines, host, section, line);
      }
      case 'files': {
        const section: DirectorySection = { path: argument };
        await this.#section(lines, host, section, line);
        if (section.granted === false) this.#config.hidden.push(globPattern(argument));
        return;
      }
      case 'virtualhost': {
        if (!/^(?:\*|_default_)(?::|$)/.test(argument))
          throw notModelled(line, `<VirtualHost ${argument}>, of one address,`);
        const own: Host = { ...structuredClone(this.#config.main), names: [], port: portIn(argument) };
        this.#config.virtual.push(own);
        return this.#section(lines, own, undefined, line);
      }
      default:
        throw notModelled(line, `<${line.name.slice(1)}>`);
    }
  }

  async #directive(line: Line, host: Host, directory: DirectorySection | undefined): Promise<void> {
    const config = this.#config;
    const { words } = line;
    const [first = '', second = ''] = words;
    switch (line.name.toLowerCase()) {
      case 'serverroot':
        config.serverRoot = first;
        return;
      case 'listen': {
        if (words.length === 0) throw at(line, 'Listen requires 1 or 2 arguments.');
        const port = portIn(first);
        if (port === undefined) throw at(line, 'Port must be specified');
        const address = first
          .slice(0, -String(port).length)
          .replace(/:$/, '')
          .replace(/^\[(.*)\]$/, '$1');
        config.listen.push({ address: address === '' || address === '*' ? '::' : address, port });
        return;
      }
      case 'startservers':
        config.startServers = Number(first);
        return;
      case 'loadmodule':
        if (words.length !== 2)
          throw early(
            line,
            'LoadModule takes two arguments, a module name and the name of a shared object file to load it from',
          );
        if (!(await this.#exists(this.#path(second))))
          throw early(
            line,
            `Cannot load ${second} into server: ${this.#path(second)}: cannot open shared object file: No such file or directory`,
          );
        config.modules.push({ name: first, file: second });
        return;
      case 'user':
        config.user = first;
        return;
      case 'group':
        config.group = first;
        return;
      case 'servername':
        host.names.push(first.replace(/^https?:\/\//, '').replace(/:\d+$/, ''));
        if (host === config.main) config.named = true;
        return;
      case 'serveralias':
        host.names.push(...words);
        return;
      case 'documentroot':
        host.documentRoot = this.#path(first).replace(/(?<=.)\/$/, '');
        if (!(await this.#exists(host.documentRoot)))
          throw at(line, `DocumentRoot '${host.documentRoot}' is not a directory, or is not readable`);
        return;
      case 'directoryindex':
        host.index = words;
        return;
      case 'alias':
        host.aliases.push({ prefix: first, path: second });
        return;
      case 'redirect': {
        const named: Record<string, number> = { permanent: 301, temp: 302, seeother: 303, gone: 410 };
        const status = named[first.toLowerCase()] ?? (/^\d{3}$/.test(first) ? Number(first) : undefined);
        const [prefix = '', to = ''] = status === undefined ? words : words.slice(1);
        host.redirects.push({ status: status ?? 302, prefix, to });
        return;
      }
      case 'errordocument':
        (host.errorDocuments as Map<number, string>).set(Number(first), words.slice(1).join(' '));
        return;
      case 'errorlog':
        config.errorLog = first;
        return;
      case 'logformat':
        this.#formats.set(second, first);
        return;
      case 'customlog':
      case 'transferlog':
        config.accessLogs.push({ path: first, format: second || COMMON });
        return;
      case 'typesconfig':
        return this.#types(this.#path(first));
      case 'addtype':
        for (const extension of words.slice(1)) config.types.set(extension.replace(/^\./, ''), first);
        return;
      case 'servertokens':
        config.fullToken = !/^prod/i.test(first);
        return;
      case 'pidfile':
        config.pidFile = first;
        return;
      case 'include':
      case 'includeoptional':
        return this.#include(line, first);
      case 'options':
        if (directory) directory.indexes = words.some((word) => /^\+?(indexes|all)$/i.test(word));
        return;
      case 'require':
        if (directory === undefined) throw at(line, 'Require not allowed here');
        if (!/^all (granted|denied)$/i.test(words.join(' ')))
          throw notModelled(line, `Require ${words.join(' ')}`);
        directory.granted = /granted/i.test(second);
        return;
      default:
        if (WITHOUT_EFFECT[line.name.toLowerCase()]?.test(first)) return;
        if (Object.hasOwn(WITHOUT_EFFECT, line.name.toLowerCase()))
          throw notModelled(line, `${line.name} ${words.join(' ')}`);
        if (NOT_MODELLED.has(line.name.toLowerCase())) throw notModelled(line, line.name);
        throw at(
          line,
          `Invalid command '${line.name}', perhaps misspelled or defined by a module not included in the server configuration`,
        );
    }
  }

  async #include(line: Line, argument: string): Promise<void> {
    const path = this.#path(argument);
    const [directory, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
    if (!/[*?[]/.test(name)) {
      if (line.name.toLowerCase() === 'include' && !(await this.#exists(path)))
        throw early(line, `Could not open configuration file ${path}: No such file or directory`);
      return this.#file(path, false);
    }
    const fd = await this.#sys.open(directory, 0).catch(() => undefined);
    const names = fd === undefined ? [] : (await this.#sys.getdents(fd)).map((entry) => entry.name);
    if (fd !== undefined) await this.#sys.close(fd);
    const matching = names.filter((one) => !/^\.\.?$/.test(one) && globPattern(name).test(one)).sort();
    for (const one of matching) await this.#file(`${directory}/${one}`, false);
  }

  async #types(path: string): Promise<void> {
    const text = bytesToText(await readFile(this.#sys, path).catch(() => new Uint8Array(0)));
    for (const line of text.split('\n')) {
      const [type = '', ...extensions] = line.replace(/#.*/, '').trim().split(/\s+/);
      for (const extension of extensions) this.#config.types.set(extension, type);
    }
  }

  #exists = (path: string): Promise<boolean> =>
    this.#sys.stat(path).then(
      () => true,
      () => false,
    );

  #path = (path: string) => (path.startsWith('/') ? path : `${this.#config.serverRoot}/${path}`);
}

const emptyHost = (documentRoot: string): Host => ({
  names: [],
  port: undefined,
  documentRoot,
  index: ['index.html'],
  aliases: [],
  redirects: [],
  errorDocuments: new Map(),
});

const portIn = (text: string): number | undefined => {
  const port = /(?:^|:)(\d+)$/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
};

/** Directives a line each, continued after a backslash; words in quotes keep their blanks. */
function linesOf(text: string, file: string): Line[] {
  const lines: Line[] = [];
  let joined = '';
  for (const [index, raw] of text.split('\n').entries()) {
    joined += raw;
    if (joined.endsWith('\\')) {
      joined = joined.slice(0, -1);
      continue;
    }
    const trimmed = joined.trim();
    joined = '';
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const section = trimmed.startsWith('<');
    const [name = '', ...words] = wordsOf(section ? trimmed.replace(/>$/, '') : trimmed);
    lines.push({ name, words, file, number: index + 1 });
  }
  return lines;
}

const wordsOf = (text: string): string[] =>
  [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double?.replace(/\\(["\\])/g, '$1') ?? single ?? plain ?? '',
  );

/** Leaves out a section whose condition does not hold, with those within it. */
function skip(lines: Line[], opening: Line): void {
  for (let depth = 1; depth > 0; ) {
    const line = lines.shift();
    if (line === undefined) throw unclosed(opening);
    if (line.name === opening.name) depth++;
    if (line.name === closingOf(opening)) depth--;
  }
}

const closingOf = ({ name }: Line) => `</${name.slice(1)}`;

const unclosed = (line: Line) => early(line, `${line.file}:${line.number}: ${line.name}> was not closed.`);

/** A name with `*` and `?` (fnmatch(3)). */
const globPattern = (glob: string) =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );

const at = ({ file, number }: Line, message: string) =>
  new ConfigError(`AH00526: Syntax error on line ${number} of ${file}:\n${message}`);

/** Of directives that are heeded while the file is still read: sections, modules, inclusions. */
const early = ({ file, number }: Line, message: string) =>
  new ConfigError(`httpd: Syntax error on line ${number} of ${file}: ${message}`);

const notModelled = (line: Line, what: string) => at(line, `${what} is not simulated in Drydock`);
