import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A script of a file of scripts, with the title above it. */
export interface Script {
  file: string;
  title: string;
  text: string;
  /** Tools in it that a Debian need not have, and this one has not: the script cannot be compared here. */
  lacking: string[];
}

const OPTIONAL = ['getfattr', 'ping', 'setfattr'];
const absent = OPTIONAL.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
for (const name of absent)
  console.warn(`scripts with ${name} are not compared with Linux: it is not installed`);

/** The scripts of a folder: in each file, those that lines `### title` begin. */
export function scriptsIn(folder: URL): Script[] {
  const scripts: Script[] = [];
  for (const file of readdirSync(folder).sort()) {
    const [, ...parts] = readFileSync(new URL(file, folder), 'utf8').split(/^### /m);
    for (const part of parts) {
      const end = part.indexOf('\n');
      const text = part.slice(end + 1);
      const lacking = absent.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
      scripts.push({ file: file.replace(/\.sh$/, ''), title: part.slice(0, end), text, lacking });
    }
  }
  return scripts;
}
