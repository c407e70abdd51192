/** What `docker top` is told of ps(1): which columns, and of which processes. Models procps-ng `src/ps/parser.c`. */
import { systemError } from '../error.ts';

/** The arguments, read. */
export interface PsRequest {
  /** `-o`: names of columns, each with a title of its own where one was given. */
  readonly columns: readonly (readonly [name: string, title: string | undefined])[];
  /** Letters of formats: `f`, `F`, `l`, `j`, and of BSD's `u`, `bl`, `bj`, `v`; '' for the shortest. */
  readonly format: string;
  /** BSD's manner: states and short times. */
  readonly bsd: boolean;
  readonly forest: boolean;
  readonly headers: boolean;
  /** Only these. */
  readonly pids: readonly number[] | undefined;
  readonly commands: readonly string[] | undefined;
}

const error = (why: string) => systemError(`ps: error: ${why}`);

/** Throws `EngineError` in ps' words. */
export function parsePsArguments(text: string): PsRequest {
  const words = text.trim().split(/\s+/);
  const columns: (readonly [string, string | undefined])[] = [];
  let format = '';
  let bsd = false;
  let forest = false;
  let headers = true;
  let pids: number[] | undefined;
  let commands: string[] | undefined;

  const takeColumns = (list: string) => {
    const equals = list.indexOf('=');
    const [names, title] = equals < 0 ? [list, undefined] : [list.slice(0, equals), list.slice(equals + 1)];
    const all = names.split(/[,\s]+/).filter((name) => name !== '');
    all.forEach((name, i) => {
      columns.push([name, i === all.length - 1 ? title : undefined]);
    });
  };
  const takePids = (list: string) => {
    const numbers = list.split(/[,\s]+/);
    if (!numbers.every((number) => /^\d+$/.test(number))) throw error('process ID list syntax error');
    pids = [...(pids ?? []), ...numbers.map(Number)];
  };

  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word.startsWith('--')) {
      const [name = '', value] = word.slice(2).split('=', 2);
      if (['forest', 'headers', 'header', 'deselect'].includes(name)) forest ||= name === 'forest';
      else if (['no-headers', 'no-heading', 'no-header', 'help', 'version', 'info'].includes(name))
        headers = false;
      else if (['sort', 'cols', 'columns', 'width', 'rows', 'lines', 'user', 'group'].includes(name))
        i += value === undefined ? 1 : 0;
      else if (['pid', 'quick-pid'].includes(name)) takePids(value ?? words[++i] ?? '');
      else if (name === 'format') takeColumns(value ?? words[++i] ?? '');
      else throw error('unknown gnu long option');
      continue;
    }
    const dashed = word.startsWith('-');
    const letters = dashed ? word.slice(1) : word;
    if (!dashed && /^\d/.test(letters)) {
      takePids(letters);
      continue;
    }
    if (!dashed) bsd = true;
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at]!;
      /** What follows the letter, or the next word. */
      const argument = (missing: string): string => {
        const rest = letters.slice(at + 1);
        at = letters.length;
        if (rest !== '') return rest;
        const next = words[++i];
        if (next === undefined) throw error(missing);
        return next;
      };
      if (letter === 'o') takeColumns(argument(`format specification must follow ${dashed ? '-o' : 'o'}`));
      else if (letter === 'p' || letter === 'q')
        takePids(argument(`list of process IDs must follow ${dashed ? '-' : ''}${letter}`));
      else if (dashed && 'UugGts'.includes(letter)) argument('list missing');
      else if (dashed && letter === 'C') {
        commands = argument('list of command names must follow -C').split(',');
      } else if (dashed && letter === 'x') bsd = true;
      else if (letter === 'f' && !dashed) forest = true;
      else if (dashed && 'fFlj'.includes(letter)) format = letter === 'j' && format === 'f' ? format : letter;
      else if (!dashed && letter === 'u') format = 'u';
      else if (!dashed && 'ljv'.includes(letter)) format = `b${letter}`;
      else if (!(dashed ? 'aAdeHNwyc' : 'axwrTghncSe').includes(letter))
        throw error(dashed ? 'unsupported SysV option' : 'unsupported option (BSD syntax)');
    }
  }
  return { columns, format, bsd, forest, headers, pids, commands };
}
