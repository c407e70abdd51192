import type { Syscalls } from '../../kernel/syscalls.ts';
import { readText, writeBytes } from './disk.ts';

/** One setting; the section and the last part of the key in lower case (git-config(1), "Syntax"). */
export type Setting = readonly [key: string, value: string];

/** The settings of a file's text, in order. */
export function readSettings(text: string): Setting[] {
  const all: Setting[] = [];
  let section = '';
  for (const line of text.replace(/\\\n/g, '').split('\n')) {
    const heading = /^\s*\[([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]/.exec(line);
    if (heading) {
      const [, name = '', part] = heading;
      section = name.toLowerCase() + (part === undefined ? '' : `.${part.replace(/\\(.)/g, '$1')}`);
    }
    const rest = heading ? line.slice(heading[0].length) : line;
    const setting = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(rest);
    if (setting) all.push([`${section}.${setting[1]!.toLowerCase()}`, plainValue(setting[2])]);
  }
  return all;
}

/** A value without what is said beside it and without its quotes; what has none is true. */
function plainValue(text: string | undefined): string {
  if (text === undefined) return 'true';
  let value = '';
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const one = text[i]!;
    if (one === '"') isQuoted = !isQuoted;
    else if (one === '\\') {
      const next = text[++i] ?? '';
      value += next === 'n' ? '\n' : next === 't' ? '\t' : next;
    } else if (!isQuoted && (one === '#' || one === ';')) break;
    else value += one;
  }
  return value.trimEnd();
}

/** `a.b.c` → the section with its part, and the name in it; undefined where it has no section. */
function partsOf(key: string): { heading: string; name: string; section: string } | undefined {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  if (first <= 0 || last === key.length - 1) return undefined;
  const section = key.slice(0, first);
  const part = first === last ? undefined : key.slice(first + 1, last);
  const heading = part === undefined ? `[${section}]` : `[${section} "${part.replace(/["\\]/g, '\\$&')}"]`;
  return { heading, name: key.slice(last + 1), section: key.slice(0, last) };
}

/** A key as settings have it; undefined where it is none. */
export function keyOf(key: string): string | undefined {
  const parts = partsOf(key);
  if (parts === undefined) return undefined;
  const dot = key.indexOf('.');
  return `${key.slice(0, dot).toLowerCase()}${key.slice(dot, -parts.name.length)}${parts.name.toLowerCase()}`;
}

const quoted = (value: string): string =>
  /^\s|\s$|[#;"\\\n]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"` : value;

/** A file's text with a setting changed, added, or (undefined) taken out. */
export function changeSetting(text: string, key: string, value: string | undefined): string {
  const { heading, name, section } = partsOf(key)!;
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const line = `\t${name} = ${quoted(value ?? '')}`;
  let at: string | undefined;
  let end = -1;
  for (const [i, one] of lines.entries()) {
    const [found] = readSettings(`${one}\n\tx = 1`).slice(-1);
    if (/^\s*\[/.test(one)) at = found![0].slice(0, -2);
    if (at === undefined || keyOf(`${at}.x`) !== keyOf(`${section}.x`)) continue;
    end = i;
    if (readSettings(`[x]\n${one}`)[0]?.[0] !== `x.${name.toLowerCase()}`) continue;
    lines.splice(i, 1, ...(value === undefined ? [] : [line]));
    // A section without anything in it goes, too.
    const isEmpty = /^\s*\[/.test(lines[i - 1] ?? '') && !/^\s*[^[\s]/.test(lines[i] ?? '');
    if (value === undefined && isEmpty) lines.splice(i - 1, 1);
    if (lines.length === 0) return '';
    return `${lines.join('\n')}\n`;
  }
  if (value === undefined) return text;
  if (end === -1) lines.push(heading, line);
  else lines.splice(end + 1, 0, line);
  return `${lines.join('\n')}\n`;
}

/** The settings that hold: the system's, the user's, the repository's, those of the command line; the last one counts. */
export class Config {
  readonly #settings: readonly Setting[];

  constructor(settings: readonly Setting[]) {
    this.#settings = settings;
  }

  get(key: string): string | undefined {
    return this.all(key).at(-1);
  }

  all(key: string): string[] {
    return this.#settings.filter(([name]) => name === keyOf(key)).map(([, value]) => value);
  }

  isTrue(key: string): boolean {
    return /^(true|yes|on|1)$/i.test(this.get(key) ?? '');
  }

  list(): readonly Setting[] {
    return this.#settings;
  }
}

export interface ConfigFiles {
  system: string | undefined;
  global: string | undefined;
}

/** Where the settings beside a repository's own are. */
export function configFiles(env: ReadonlyMap<string, string>): ConfigFiles {
  const home = env.get('HOME');
  return {
    system: env.has('GIT_CONFIG_NOSYSTEM') ? undefined : '/etc/gitconfig',
    global: env.get('GIT_CONFIG_GLOBAL') ?? (home === undefined ? undefined : `${home}/.gitconfig`),
  };
}

/** All settings of files and of the command line. */
export async function loadConfig(
  sys: Syscalls,
  files: readonly (string | undefined)[],
  given: readonly Setting[],
): Promise<Config> {
  const all: Setting[] = [];
  for (const path of files)
    if (path !== undefined) all.push(...readSettings((await readText(sys, path)) ?? ''));
  return new Config([...all, ...given]);
}

/** Changes a setting in a file. */
export async function storeSetting(
  sys: Syscalls,
  path: string,
  key: string,
  value: string | undefined,
): Promise<void> {
  await writeBytes(sys, path, changeSetting((await readText(sys, path)) ?? '', key, value));
}
