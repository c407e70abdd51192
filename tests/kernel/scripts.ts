import { readdirSync, readFileSync } from 'node:fs';

/** A script of a file of scripts, with the title above it. */
export interface Script {
  file: string;
  title: string;
  text: string;
}

/** The scripts of a folder: in each file, those that lines `### title` begin. */
export function scriptsIn(folder: URL): Script[] {
  const scripts: Script[] = [];
  for (const file of readdirSync(folder).sort()) {
    const [, ...parts] = readFileSync(new URL(file, folder), 'utf8').split(/^### /m);
    for (const part of parts) {
      const end = part.indexOf('\n');
      scripts.push({ file: file.replace(/\.sh$/, ''), title: part.slice(0, end), text: part.slice(end + 1) });
    }
  }
  return scripts;
}
