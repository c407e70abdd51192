import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { isErrno } from '../../base/errno.ts';
import { decodeBase64, encodeBase64 } from '../lib/base64.ts';
import { Input, type Stdio } from '../lib/stdio.ts';
import { eachInput, Given, Misuse, plainReport, quote, type Utility } from '../utility.ts';

/** A hash of the library, fed piece by piece. */
interface Hash {
  create(): { update(data: Uint8Array): unknown; digest(): Uint8Array };
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function hashOf(io: Stdio, hash: Hash, input: Input): Promise<string> {
  const state = hash.create();
  for (;;) {
    const chunk = await input.read();
    if (chunk.length === 0) return hex(state.digest());
    state.update(chunk);
    const pause = io.process.work(chunk.length / 500);
    if (pause) await pause;
  }
}

/** md5sum, sha256sum and their like. */
function digest(name: string, hash: Hash, length: number): Utility {
  const title = name.replace('sum', '').toUpperCase();
  return {
    name,
    usage: '[OPTION]... [FILE]...',
    summary: `Print or check ${title} checksums.`,
    options: {
      short: 'bctwz',
      long: {
        binary: 'b',
        check: 'c',
        text: 't',
        tag: 'tag',
        quiet: 'quiet',
        status: 'status',
        warn: 'w',
        strict: 'strict',
        'ignore-missing': 'ignore',
        zero: 'z',
      },
      // Text is what bytes are.
      inert: ['t'],
    },
    busybox: { options: { short: 'bctsw', inert: ['b', 't'] }, usage: '[-c[sw]] [FILE]...' },
    async run(io, parsed, flavour) {
      const given = new Given(parsed);
      if (given.has('c')) return check(io, parsed.operands, given, flavour === 'gnu');
      for (const [option, word] of CHECKING)
        if (given.has(option) && flavour === 'gnu')
          throw new Misuse(`the --${word} option is meaningful only when verifying checksums`);
      const end = given.has('z') ? '\0' : '\n';
      return eachInput(io, parsed.operands, flavour, async (input, file) => {
        const sum = await hashOf(io, hash, input);
        io.stdout.write(
          given.has('tag')
            ? `${title} (${file}) = ${sum}${end}`
            : `${sum} ${given.has('b') && flavour === 'gnu' ? '*' : ' '}${file}${end}`,
        );
      });
    },
  };

  async function check(io: Stdio, files: readonly string[], given: Given, gnu: boolean): Promise<number> {
    let [malformed, failed, unreadable, lines, verified] = [0, 0, 0, 0, 0];
    const plain = new RegExp(`^\\\\?(?<sum>[0-9a-fA-F]{${length}}) [ *](?<file>.+)$`);
    const tagged = new RegExp(`^${title} \\((?<file>.+)\\) = (?<sum>[0-9a-fA-F]{${length}})$`);
    const silent = given.has('status') || (given.has('s') && !gnu);
    const status = await eachInput(
      io,
      files,
      gnu ? 'gnu' : 'busybox',
      async (list) => {
        let number = 0;
        for await (const line of list.lines()) {
          number++;
          const found = plain.exec(line) ?? tagged.exec(line);
          if (!found) {
            malformed++;
            const where = `${files[0] ?? 'standard input'}: ${number}`;
            if (given.has('w') && gnu) await io.fail(`${where}: improperly formatted ${title} checksum line`);
            continue;
          }
          lines++;
          const { file, sum } = found.groups as { file: string; sum: string };
          try {
            const fd = file === '-' ? 0 : await io.sys.open(file, 0);
            const made = await hashOf(io, hash, new Input(io.sys, fd));
            if (fd > 0) await io.sys.close(fd);
            const fine = made === sum.toLowerCase();
            verified++;
            if (!fine) failed++;
            if (!silent && !(fine && given.has('quiet')))
              io.stdout.write(`${file}: ${fine ? 'OK' : 'FAILED'}\n`);
          } catch (error) {
            if (!isErrno(error)) throw error;
            if (given.has('ignore') && error.code === 'ENOENT') continue;
            unreadable++;
            await io.fail(gnu ? `${file}: ${error.message}` : `can't open '${file}': ${error.message}`);
            if (!silent) io.stdout.write(gnu ? `${file}: FAILED open or read\n` : `${file}: FAILED\n`);
          }
        }
      },
      plainReport,
    );
    const some = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
    if (status !== 0) return status;
    if (lines === 0)
      return io.fail(
        gnu
          ? `${files[0] ?? 'standard input'}: no properly formatted checksum lines found`
          : 'no checksum lines found',
      );
    if (given.has('ignore') && verified === 0)
      return io.fail(`${files[0] ?? 'standard input'}: no file was verified`);
    if (gnu && !silent) {
      if (malformed > 0)
        await io.fail(`WARNING: ${some(malformed, 'line is', 'lines are')} improperly formatted`);
      if (unreadable > 0)
        await io.fail(`WARNING: ${some(unreadable, 'listed file', 'listed files')} could not be read`);
      if (failed > 0)
        await io.fail(`WARNING: ${some(failed, 'computed checksum', 'computed checksums')} did NOT match`);
    } else if (!silent && failed + unreadable > 0)
      await io.fail(`WARNING: ${failed + unreadable} of ${lines} computed checksums did NOT match`);
    return failed + unreadable > 0 || (malformed > 0 && given.has('strict')) ? 1 : 0;
  }
}

/** Options that say how -c goes about it. */
const CHECKING = [
  ['ignore', 'ignore-missing'],
  ['status', 'status'],
  ['w', 'warn'],
  ['quiet', 'quiet'],
  ['strict', 'strict'],
] as const;

export const digests: readonly Utility[] = [
  digest('md5sum', md5, 32),
  digest('sha1sum', sha1, 40),
  digest('sha256sum', sha256, 64),
  digest('sha384sum', sha384, 96),
  digest('sha512sum', sha512, 128),
];

/** base64(1) */
export const base64: Utility = {
  name: 'base64',
  usage: '[OPTION]... [FILE]',
  summary: 'Base64 encode or decode FILE, or standard input, to standard output.',
  options: { short: 'diw:', long: { decode: 'd', 'ignore-garbage': 'i', wrap: 'w:' } },
  busybox: { options: { short: 'dw:' }, usage: '[-d] [-w COL] [FILE]' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const width = Number(given.value('w') ?? 76);
    if (Number.isNaN(width)) return io.fail(`invalid wrap size: ${quote(io, given.value('w')!)}`);
    let bad = false;
    const status = await eachInput(
      io,
      parsed.operands.slice(0, 1),
      flavour,
      async (input) => {
        const bytes = await input.readAll();
        if (!given.has('d')) {
          const text = encodeBase64(bytes);
          if (width === 0) io.stdout.write(text);
          else
            for (let at = 0; at < text.length; at += width)
              io.stdout.write(`${text.slice(at, at + width)}\n`);
          return;
        }
        const decoded = decodeBase64(bytes, given.has('i'));
        io.stdout.write(decoded.bytes);
        bad = !decoded.valid;
      },
      plainReport,
    );
    return bad ? io.fail(flavour === 'gnu' ? 'invalid input' : 'truncated input') : status;
  },
};
