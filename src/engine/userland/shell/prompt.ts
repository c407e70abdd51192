import { strftime } from '../lib/strftime.ts';
import { readAccounts } from '../lib/users.ts';
import { workingDirectory } from './builtins/directories.ts';
import { expandToText } from './expand.ts';
import type { Shell } from './shell.ts';
import { template } from './source-text.ts';

/** A prompt as it is shown: bash's and BusyBox' backslash escapes, then expansions. */
export async function promptText(shell: Shell, value: string, historyNumber: number): Promise<string> {
  const { status } = shell;
  const decoded = shell.dialect.name === 'dash' ? value : await decode(shell, value, historyNumber);
  const text = await expandToText(shell, template(shell, decoded));
  shell.status = status;
  return text;
}

async function decode(shell: Shell, value: string, historyNumber: number): Promise<string> {
  if (!value.includes('\\')) return value;
  let out = '';
  for (let i = 0; i < value.length; i++) {
    if (value[i] !== '\\' || i + 1 >= value.length) {
      out += value[i];
      continue;
    }
    const octal = /^[0-7]{3}/.exec(value.slice(i + 1));
    if (octal) {
      out += String.fromCharCode(Number.parseInt(octal[0], 8));
      i += 3;
      continue;
    }
    const letter = value[++i]!;
    if (letter === 'D') {
      const format = /^\{([^}]*)\}/.exec(value.slice(i + 1));
      if (format) {
        out += strftime(format[1] || '%X', shell.sys.clock_gettime());
        i += format[0].length;
        continue;
      }
    }
    out += await escapeText(shell, letter, historyNumber);
  }
  return out;
}

/** Text from outside must not be expanded again. */
const literal = (text: string): string => text.replace(/[\\$`]/g, '\\$&');

async function escapeText(shell: Shell, letter: string, historyNumber: number): Promise<string> {
  const { sys } = shell;
  switch (letter) {
    case 'u':
      return literal((await readAccounts(sys)).user(sys.geteuid())?.name ?? 'I have no name!');
    case 'h':
      return literal((await sys.uname()).nodename.split('.')[0]!);
    case 'H':
      return literal((await sys.uname()).nodename);
    case 'w':
    case 'W': {
      const cwd = await workingDirectory(shell).catch(() => shell.variables.get('PWD') ?? '?');
      const home = shell.variables.get('HOME');
      const tilde =
        home && home !== '/' && (cwd === home || cwd.startsWith(`${home}/`))
          ? `~${cwd.slice(home.length)}`
          : cwd;
      return literal(
        letter === 'w' || tilde === '/' || tilde === '~' ? tilde : tilde.slice(tilde.lastIndexOf('/') + 1),
      );
    }
    case '$':
      return sys.geteuid() === 0 ? '#' : '\\$';
    case 's':
      return literal(shell.arg0.replace(/^.*\//, ''));
    case 'v':
      return shell.dialect.name === 'bash' ? '5.2' : '1.35.0';
    case 'V':
      return shell.dialect.name === 'bash' ? '5.2.15' : '1.35.0';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 'a':
      return '\x07';
    case 'e':
      return '\x1b';
    case '[':
      return '\x01';
    case ']':
      return '\x02';
    case '\\':
      return '\\\\';
    case '!':
    case '#':
      return String(historyNumber);
    case 'j':
      return String(shell.jobs.list.length);
    case 'l':
      return 'pts/0';
    case 't':
      return strftime('%H:%M:%S', sys.clock_gettime());
    case 'T':
      return strftime('%I:%M:%S', sys.clock_gettime());
    case '@':
      return strftime('%I:%M %p', sys.clock_gettime());
    case 'A':
      return strftime('%H:%M', sys.clock_gettime());
    case 'd':
      return strftime('%a %b %d', sys.clock_gettime());
    default:
      return `\\${letter}`;
  }
}
