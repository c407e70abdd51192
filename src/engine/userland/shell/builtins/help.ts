import { compilePattern } from '../../lib/glob.ts';
import { columns } from '../../lib/width.ts';
import type { Shell } from '../shell.ts';
import { HELP } from './help-texts.ts';
import { parseOptions } from './parse-options.ts';
import type { BuiltinRun } from './table.ts';

/** `help`: what builtins and keywords are for, in words of our own. */
export const help: BuiltinRun = async (shell, args) => {
  if (shell.dialect.name === 'ash') return shell.print(ashHelp(shell), 'help');
  const { on, operands } = await parseOptions(shell, 'help', args, 'dms', 'help [-dms] [pattern ...]');
  if (operands.length === 0) return shell.print(overview(), 'help');
  let out = '';
  let missing: string | undefined;
  for (const pattern of operands) {
    const names = topics(pattern);
    if (names.length === 0) missing = pattern;
    else if (/[*?[]/.test(pattern)) out += `Shell commands matching keyword \`${pattern}'\n\n`;
    for (const name of names) out += entry(name, on);
  }
  await shell.print(out, 'help');
  if (out !== '' || missing === undefined) return 0;
  await shell.warn(
    `no help topics match \`${missing}'.  Try \`help help' or \`man -k ${missing}' or \`info ${missing}'.`,
    'help',
  );
  return 1;
};

/** A pattern names topics; a word that is none the topics that begin with it. */
function topics(pattern: string): string[] {
  const all = [...HELP.keys()];
  const { matches } = compilePattern(pattern);
  const exact = all.filter(matches);
  return exact.length > 0 ? exact : all.filter((name) => name.startsWith(pattern));
}

function entry(name: string, on: ReadonlyMap<string, string>): string {
  const [synopsis, purpose] = HELP.get(name)!;
  if (on.has('d')) return `${name} - ${purpose}\n`;
  if (on.has('s')) return `${name}: ${synopsis}\n`;
  if (on.has('m'))
    return `NAME\n    ${name} - ${purpose}\n\nSYNOPSIS\n    ${synopsis}\n\nDESCRIPTION\n    ${purpose}\n\nSEE ALSO\n    bash(1)\n\n`;
  return `${name}: ${synopsis}\n    ${purpose}\n`;
}

function overview(): string {
  const lines = [...HELP.values()].map(([synopsis]) => synopsis);
  const half = Math.ceil(lines.length / 2);
  const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}>` : text);
  let out = 'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n';
  out += "These commands are part of the shell. `help NAME' says more about one of them.\n\n";
  for (let i = 0; i < half; i++)
    out += ` ${cut(lines[i]!, 38).padEnd(39)} ${cut(lines[i + half] ?? '', 39)}`.trimEnd().concat('\n');
  return out;
}

function ashHelp(shell: Shell): string {
  let out = 'Built-in commands:\n------------------\n';
  for (const line of columns([...shell.evaluator.builtinNames(shell)], 70)) out += `\t${line}\n`;
  return out;
}
