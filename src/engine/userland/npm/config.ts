import { isErrno } from '../../base/errno.ts';
import { readText, writeFile } from '../../runtime/files.ts';
import type { Stdio } from '../lib/stdio.ts';

/** npm's settings (npmrc(5)): those of the project over those of the user; the environment over both. */
export async function readConfig(io: Stdio, directory: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const path of [userFile(io), `${directory}/.npmrc`])
    for (const [key, value] of await settings(io, path)) found.set(key, value);
  for (const [name, value] of io.env)
    if (/^npm_config_/i.test(name))
      found.set(name.slice('npm_config_'.length).toLowerCase().replaceAll('_', '-'), value);
  return found;
}

/** Sets a setting of the user, or with undefined removes it. */
export async function writeConfig(io: Stdio, key: string, value: string | undefined): Promise<void> {
  const path = userFile(io);
  const all = await settings(io, path);
  if (value === undefined) all.delete(key);
  else all.set(key, value);
  await writeFile(io.sys, path, [...all].map(([name, one]) => `${name}=${one}\n`).join(''), 0o600);
}

const userFile = ({ env }: Stdio): string => `${env.get('HOME') ?? '/root'}/.npmrc`;

async function settings({ sys }: Stdio, path: string): Promise<Map<string, string>> {
  let text = '';
  try {
    text = await readText(sys, path);
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) found.set(key, value!.replace(/^"(.*)"$/, '$1'));
  }
  return found;
}
