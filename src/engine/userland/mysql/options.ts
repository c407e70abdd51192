import { isErrno } from '../../base/errno.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { fileNames } from '../lib/write-file.ts';

/** Options of the servers and clients: from option files, and over them those of the command line. Names are with dashes. */
export type Options = Map<string, string>;

/** Reads /etc/my.cnf and what it includes, for some groups. */
export async function optionFiles(
  sys: Syscalls,
  paths: readonly string[],
  groups: readonly string[],
): Promise<Options> {
  const options: Options = new Map();
  for (const path of paths) await readOptionFile(sys, path, groups, options);
  return options;
}

async function readOptionFile(
  sys: Syscalls,
  path: string,
  groups: readonly string[],
  options: Options,
): Promise<void> {
  let text: string;
  try {
    text = bytesToText(await readFile(sys, path));
  } catch (error) {
    if (isErrno(error)) return;
    throw error;
  }
  let group = '';
  for (const line of text.split('\n').map((one) => one.trim())) {
    const directory = /^!includedir\s+(.*?)\/?$/.exec(line)?.[1];
    const header = /^\[(.+)\]$/.exec(line)?.[1];
    if (directory !== undefined)
      for (const name of await fileNames(sys, directory)) {
        if (name.endsWith('.cnf')) await readOptionFile(sys, `${directory}/${name}`, groups, options);
      }
    else if (header !== undefined) group = header;
    else if (line !== '' && !/^[#;!]/.test(line) && groups.includes(group)) {
      const [, name = '', value = ''] = /^([^=\s]+)\s*(?:=\s*(.*))?$/.exec(line) ?? [];
      options.set(name.replaceAll('_', '-'), value.replace(/^(['"])(.*)\1$/, '$2'));
    }
  }
}

/** `--name=value`, `--name`, as the servers take them; what is no option is given back. */
export function longOptions(args: readonly string[], options: Options): string[] {
  const rest: string[] = [];
  for (const arg of args) {
    const [, name, value = ''] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg) ?? [];
    if (name === undefined) rest.push(arg);
    else options.set(name.replaceAll('_', '-'), value);
  }
  return rest;
}
