import { isErrno } from '../../base/errno.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { Given, type Utility } from '../utility.ts';
import { Editor } from './editor.ts';
import { InputFiles } from './input.ts';
import { type Command, parseScript, ScriptError } from './script.ts';

/** sed(1) */
export const sed: Utility = {
  name: 'sed',
  usage: '[OPTION]... {script-only-if-no-other-script} [input-file]...',
  summary: 'Filter and transform text with a script of editing commands.',
  options: {
    short: 'bsnrzuEe:f:l:i::',
    long: {
      quiet: 'n',
      silent: 'n',
      expression: 'e:',
      file: 'f:',
      'in-place': 'i::',
      'regexp-extended': 'E',
      separate: 's',
      'null-data': 'z',
      unbuffered: 'u',
      posix: 'posix',
      debug: 'debug',
      'follow-symlinks': 'follow',
      'line-length': 'l:',
      binary: 'b',
      sandbox: 'sandbox',
    },
    // Text and bytes are the same.
    inert: ['b'],
    refused: ['posix', 'debug', 'sandbox'],
  },
  hint: (name) => `Usage: ${name} [OPTION]... {script-only-if-no-other-script} [input-file]...\n`,
  busybox: {
    options: {
      short: 'i::rEne:f:s',
      long: {
        'regexp-extended': 'E',
        quiet: 'n',
        silent: 'n',
        expression: 'e:',
        file: 'f:',
        'in-place': 'i::',
      },
    },
    usage: '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...',
  },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    if (given.has('u')) io.stdout.buffering = 'none';
    const width = given.value('l');
    if (width !== undefined && !/^\d+$/.test(width)) return io.fail(`invalid line length: ${width}`);
    const files = [...parsed.operands];
    const parts: string[] = [];
    for (const { name, value } of parsed.options) {
      if (name === 'e') parts.push(value!);
      if (name === 'f') {
        try {
          const text = bytesToText(value === '-' ? await io.stdin.readAll() : await readFile(io.sys, value!));
          parts.push(text.replace(/^#n\n/, '').replace(/\n$/, ''));
        } catch (error) {
          if (!isErrno(error)) throw error;
          return io.fail(
            flavour === 'gnu'
              ? `couldn't open file ${value}: ${error.message}`
              : `${value}: ${error.message}`,
          );
        }
      }
    }
    if (parts.length === 0) {
      const script = files.shift();
      if (script === undefined) {
        await io.stderr.write(
          `Usage: ${io.name} [OPTION]... {script-only-if-no-other-script} [input-file]...\n`,
        );
        return 1;
      }
      parts.push(script);
    }
    let commands: Command[];
    try {
      commands = parseScript(parts.join('\n'), given.has('E', 'r'));
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      return io.fail(
        flavour === 'gnu'
          ? `-e expression #1, char ${error.at}: ${error.message}`
          : busyboxWords(error.message),
      );
    }
    const labels = new Map(
      commands.flatMap((command, i) => (command.name === ':' ? [[command.text, i] as const] : [])),
    );
    for (const { name, text } of commands)
      if ('btT'.includes(name) && text !== '' && !labels.has(text))
        return io.fail(
          flavour === 'gnu'
            ? `can't find label for jump to \`${text}'`
            : `can't find label for jump to '${text}'`,
        );
    const delimiter = given.has('z') ? 0 : 10;
    const input = new InputFiles(io, files, {
      inPlace: given.has('i') ? (given.value('i') ?? '') : undefined,
      follows: given.has('follow'),
      separate: given.has('s', 'i'),
      gnu: flavour === 'gnu',
      delimiter,
    });
    const end = String.fromCharCode(delimiter);
    return new Editor(io, input, commands, {
      labels,
      quiet: given.has('n'),
      end,
      wrap: Number(width ?? 70),
    }).run();
  },
};

const busyboxWords = (message: string): string =>
  /unterminated `s|unterminated `y|address regex/.test(message)
    ? "unmatched '/'"
    : message
        .replace(/^unknown command: `(.)'$/, 'unsupported command $1')
        .replace(/^unknown option to `s'$/, 'bad option in substitution expression')
        .replace(/^missing command$/, 'missing command')
        .replace("unmatched `{'", 'unmatched {')
        .replace("unexpected `}'", 'unexpected }');
