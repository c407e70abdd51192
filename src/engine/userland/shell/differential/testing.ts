import { readdirSync, readFileSync } from 'node:fs';

/**
 * Scripts that each real shell on this machine and its counterpart here must treat alike: output, messages and status. A file of this
 * folder holds many, parted by lines of `%%`. One that begins with `#: file` is run from a file, not by `-c`; with `#: stdin` it is
 * read from standard input.
 */
export interface Case {
  readonly script: string;
  readonly mode: 'command' | 'file' | 'stdin';
}

const FOLDER = new URL('./', import.meta.url);

export const CASE_FILES: readonly string[] = readdirSync(FOLDER).filter((name) => name.endsWith('.cases'));

export function readCases(file: string): Case[] {
  return readFileSync(new URL(file, FOLDER), 'utf8')
    .split(/^%%\n/m)
    .map((text) => {
      const marked = /^#: (file|stdin)\n([\s\S]*)$/.exec(text);
      if (marked) return { mode: marked[1] as Case['mode'], script: marked[2]! };
      return { mode: 'command', script: text.replace(/\n$/, '') };
    });
}
