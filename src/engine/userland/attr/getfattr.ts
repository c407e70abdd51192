import { isErrno } from '../../base/errno.ts';
import { isDirectory, isLink, join, namesIn } from '../files.ts';
import type { Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { Given, type Utility } from '../utility.ts';
import { type Encoding, showValue } from './values.ts';

const USAGE = 'Usage: getfattr [-hRLP] [-n name|-d] [-e en] [-m pattern] path...\n';

/** getfattr(1): extended attributes of files. */
export const getfattr: Utility = {
  name: 'getfattr',
  usage: '[-hRLP] [-n name|-d] [-e en] [-m pattern] path...',
  summary: 'Get extended attributes.',
  misuse: 2,
  hint: () => `${USAGE}Try \`getfattr --help' for more information.`,
  options: {
    short: 'n:de:m:hRLP',
    long: {
      name: 'n:',
      dump: 'd',
      encoding: 'e:',
      match: 'm:',
      'no-dereference': 'h',
      'absolute-names': 'absolute',
      'only-values': 'only',
      recursive: 'R',
      logical: 'L',
      physical: 'P',
      'one-file-system': 'one-file-system',
    },
    refused: ['one-file-system'],
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const encoding = given.value('e');
    const isKnown = encoding === undefined || ['text', 'hex', 'base64'].includes(encoding);
    if (parsed.operands.length === 0 || !isKnown) {
      await io.stderr.write(`${USAGE}Try \`getfattr --help' for more information.\n`);
      return 2;
    }
    const dump = new Dump(io, given, encoding as Encoding | undefined);
    for (const path of parsed.operands) await dump.file(path, true);
    return dump.status;
  },
};

class Dump {
  status = 0;
  readonly #io: Stdio;
  readonly #given: Given;
  readonly #encoding: Encoding | undefined;
  readonly #pattern: RegExp | undefined;
  #warned = false;

  constructor(io: Stdio, given: Given, encoding: Encoding | undefined) {
    this.#io = io;
    this.#given = given;
    this.#encoding = encoding;
    const match = given.value('m') ?? '^user\\.';
    this.#pattern = match === '-' ? undefined : new RegExp(match);
  }

  async file(path: string, operand: boolean): Promise<void> {
    const { sys } = this.#io;
    try {
      const stat = await sys.lstat(path);
      if (isLink(stat) && this.#given.last('L', 'P') === 'P') return;
      const follow = !this.#given.has('h') && (operand || this.#given.has('L'));
      if (operand || !isLink(stat) || follow) await this.#attributes(path, !this.#given.has('h'));
      if (!this.#given.has('R') || !isDirectory(stat)) return;
      for (const name of await namesIn(sys, path)) await this.file(join(path, name), false);
    } catch (error) {
      if (!isErrno(error)) throw error;
      this.status = await this.#io.fail(`${path}: ${error.message}`);
    }
  }

  async #attributes(path: string, follow: boolean): Promise<void> {
    const { sys, stdout, stderr } = this.#io;
    const only = this.#given.value('n');
    const names =
      only === undefined
        ? (await sys.listxattr(path, follow)).filter((name) => this.#pattern?.test(name) ?? true).sort()
        : [only];
    const lines: string[] = [];
    for (const name of names) {
      if (only === undefined && !this.#given.has('d', 'only')) {
        lines.push(name);
        continue;
      }
      try {
        const value = await sys.getxattr(path, name, follow);
        if (this.#given.has('only')) await stdout.write(bytesToText(value));
        else lines.push(`${name}=${showValue(value, this.#encoding)}`);
      } catch (error) {
        if (!isErrno(error)) throw error;
        const why = error.code === 'ENODATA' ? 'No such attribute' : error.message;
        await stdout.flush();
        await stderr.write(`${path}: ${name}: ${why}\n`);
        this.status = 1;
      }
    }
    if (lines.length === 0) return;
    stdout.write(`# file: ${await this.#shown(path)}\n${lines.join('\n')}\n\n`);
  }

  async #shown(path: string): Promise<string> {
    if (!path.startsWith('/') || this.#given.has('absolute')) return path;
    if (!this.#warned) await this.#io.fail("Removing leading '/' from absolute path names");
    this.#warned = true;
    return path.replace(/^\/+/, '') || '.';
  }
}
