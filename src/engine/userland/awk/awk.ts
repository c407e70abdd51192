import { isErrno } from '../../base/errno.ts';
import { getopt, OptionError } from '../lib/getopt.ts';
import { NotSimulated } from '../lib/not-simulated.ts';
import { RegexError } from '../lib/regex.ts';
import { readFile } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { Misuse, type Utility } from '../utility.ts';
import { Interpreter } from './interpreter.ts';
import { parseAwk } from './parse.ts';
import { type AwkProgram, AwkSyntaxError } from './syntax.ts';
import { AwkError, CannotOpen } from './value.ts';

/**
 * awk: mawk on Debian, BusyBox' own elsewhere. Simplified: uninitialised names given to a function become arrays there; the order
 * of `for (k in a)` is that in which the elements were made.
 */
export const awk: Utility = {
  name: 'awk',
  usage: '[OPTIONS] [AWK_PROGRAM] [FILE]...',
  summary: 'Scan and process text by patterns and actions',
  misuse: 2,
  async run(io, { operands }, flavour) {
    const say = async (text: string, status = 2) => {
      await io.stdout.flush();
      await io.stderr.write(`${io.name}: ${text}\n`);
      return status;
    };
    let parsed: ReturnType<typeof getopt>;
    try {
      parsed = getopt(operands, { short: '+F:v:f:W:e:' });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      if (flavour === 'busybox') throw new Misuse('', error.message);
      return say(`not an option: ${operands.find((operand) => operand.startsWith('-')) ?? ''}`);
    }
    const rest = [...parsed.operands];
    let source = '';
    let given = false;
    for (const { name, value } of parsed.options) {
      if (name === 'W' && flavour === 'busybox') await io.fail('warning: option -W is ignored');
      else if (name === 'W')
        for (const word of value!.split(',')) {
          const own = OWN.find((option) => option.startsWith(word.split('=')[0]!));
          if (own === 'exec') {
            // What is left begins with the program's file.
            parsed.options.push({ name: 'f', value: /^[^=]*=(.*)$/.exec(word)?.[1] ?? rest.shift() });
          } else if (own === 'version') {
            io.stdout.write('mawk 1.3.4 20200120\n');
            return 0;
          } else if (own === 'help' || own === 'usage') {
            await io.stderr.write(USAGE);
            return 0;
          } else if (own === 'interactive') io.stdout.buffering = 'none';
          else if (own === 'sprintf') {
            // A text of sprintf has the room that it needs.
          } else if (own !== undefined) throw new NotSimulated(`option '-W ${own}'`);
          else await say(`vacuous option: -W ${word}`);
        }
      if (name === 'e') source += `${value}\n`;
      if (name === 'f') {
        try {
          source += `${bytesToText(value === '-' ? await io.stdin.readAll() : await readFile(io.sys, value!))}\n`;
        } catch (error) {
          if (!isErrno(error)) throw error;
          return flavour === 'gnu'
            ? say(`cannot open ${value} (${error.message})`)
            : say(`${value}: ${error.message}`, 1);
        }
      }
      if (name === 'f' || name === 'e') given = true;
    }
    if (!given) {
      const text = rest.shift();
      if (text === undefined) {
        if (flavour === 'busybox') throw new Misuse('');
        io.stdout.write(USAGE);
        return 0;
      }
      source = text;
    }
    let program: AwkProgram;
    try {
      program = parseAwk(source);
    } catch (error) {
      if (!(error instanceof AwkSyntaxError)) throw error;
      return flavour === 'gnu'
        ? say(`line ${error.line}: ${error.message} at or near ${error.near}`)
        : say(
            `cmd. line:${error.line}: Syntax error`.replace(
              'Syntax error',
              error.near === 'end of file' ? 'Unexpected end of string' : 'Unexpected token',
            ),
            1,
          );
    }
    const interpreter = new Interpreter(io, program);
    for (const { name, value } of parsed.options) {
      if (name === 'F') interpreter.assign(`FS=${value === 't' ? '\t' : value}`);
      if (name === 'v') {
        if (!/^[A-Za-z_]\w*=/.test(value!)) return say(`improper assignment: -v ${value}`);
        interpreter.assign(value!);
      }
    }
    try {
      return await interpreter.run(rest);
    } catch (error) {
      if (error instanceof CannotOpen)
        return flavour === 'gnu'
          ? say(`cannot open ${error.file} (${error.message})`)
          : say(`${error.file}: ${error.message}`, 1);
      if (error instanceof AwkError || error instanceof RegexError)
        return say(
          flavour === 'gnu'
            ? error.message
            : `cmd. line:1: ${error.message}`.replace('division by zero', 'Division by zero'),
          flavour === 'gnu' ? 2 : 1,
        );
      throw error;
    }
  },
};

/** mawk's own options, behind -W; their beginnings will do. */
const OWN = ['version', 'dump', 'help', 'interactive', 'exec', 'random', 'sprintf', 'posix_space', 'usage'];

const USAGE = 'Usage: mawk [Options] [Program] [file ...]\n';
