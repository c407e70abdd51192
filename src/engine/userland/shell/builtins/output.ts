import { interpretEscapes } from '../../lib/escapes.ts';
import { type PrintfWords, printf } from '../../lib/printf.ts';
import { strftime } from '../../lib/strftime.ts';
import { assignChecked } from '../parameters.ts';
import { backslashQuote } from '../quote.ts';
import type { Shell } from '../shell.ts';
import { misuse } from './misuse.ts';
import type { BuiltinRun } from './table.ts';

/** `echo`: dash interprets backslashes always and knows -n; bash and BusyBox know -n, -e and -E. */
export const echo: BuiltinRun = async (shell, args) => {
  let newline = true;
  let escapes = shell.dialect.echoEscapes || shell.shopt.has('xpg_echo');
  let first = 0;
  const options = shell.dialect.name === 'dash' ? /^-n$/ : /^-[neE]+$/;
  for (; first < args.length && options.test(args[first]!); first++) {
    for (const letter of args[first]!.slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
    if (shell.dialect.name === 'dash') {
      first++;
      break;
    }
  }
  let text = (first === 0 ? args : args.slice(first)).join(' ');
  if (escapes) {
    const { name } = shell.dialect;
    const result = interpretEscapes(text, {
      octal: name === 'bash' ? 'zero' : 'either',
      hex: name !== 'dash',
      unicode: name === 'bash',
    });
    text = result.text;
    if (result.stop) newline = false;
  }
  return shell.print(newline ? `${text}\n` : text, 'echo');
};

export const printfBuiltin: BuiltinRun = async (shell, args) => {
  let words = args;
  let variable: string | undefined;
  if (shell.dialect.bashSyntax && words[0] === '-v') {
    variable = words[1];
    words = words.slice(2);
    if (variable === undefined || !/^[A-Za-z_]\w*(\[.+\])?$/s.test(variable)) {
      await shell.warn(shell.dialect.badName(variable ?? ''), 'printf');
      return 2;
    }
  } else if (shell.dialect.name === 'dash' && /^-[^-]/.test(words[0] ?? ''))
    return misuse(shell, 'printf', shell.dialect.illegalOption(words[0]![1]!), 2);
  if (words[0] === '--') words = words.slice(1);
  if (words.length === 0) {
    if (shell.dialect.name === 'bash') {
      await shell.error('printf: usage: printf [-v var] format [arguments]\n');
      return 2;
    }
    return misuse(shell, 'printf', 'usage: printf format [arg ...]', 2);
  }
  const result = printf(words[0]!, words.slice(1), printfWords(shell));
  let status = result.status;
  if (variable === undefined) status = (await shell.print(result.text, 'printf')) || status;
  else await assignTo(shell, variable, result.text);
  for (const message of result.messages) {
    if (shell.dialect.name === 'ash') await shell.error(`sh: ${message}\n`);
    else await shell.warn(message, 'printf');
  }
  return status;
};

async function assignTo(shell: Shell, target: string, text: string): Promise<void> {
  const element = /^(\w+)\[(.*)\]$/.exec(target);
  await assignChecked(shell, element?.[1] ?? target, text, element?.[2]);
}

function printfWords(shell: Shell): PrintfWords {
  switch (shell.dialect.name) {
    case 'dash':
      return {
        badNumber: (text) =>
          /^\s*[-+]?\d/.test(text) ? `${text}: not completely converted` : `${text}: expected numeric value`,
        outOfRange: (text) => `${text}: Numerical result out of range`,
        // dash has no length modifiers, nor strftime(3)'s formats.
        badDirective: (directive) => `${/^%[-+ 0#']*[\d.*]*[\s\S]?/.exec(directive)![0]}: invalid directive`,
        badDirectiveStatus: 2,
        byteValues: true,
        posixEscapes: true,
      };
    case 'ash':
      return {
        badNumber: (text) => `invalid number '${text}'`,
        outOfRange: (text) => `invalid number '${text}'`,
        badDirective: (_, rest) => `${rest.replace(/[hlLz]/, '')}: invalid format`,
        badIsZero: true,
      };
    default:
      return {
        badNumber: (text) => `${text}: invalid number`,
        outOfRange: (text) => `warning: ${text}: Numerical result out of range`,
        badDirective: (directive) => `\`${directive.at(-1)}': invalid format character`,
        quote: backslashQuote,
        time: (format, argument) =>
          strftime(
            format || '%H:%M:%S',
            argument === undefined || argument === '-1' ? shell.sys.clock_gettime() : Number(argument) * 1000,
          ),
      };
  }
}
