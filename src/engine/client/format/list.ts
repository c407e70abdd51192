/**
 * Lists as the docker command prints them: a table, JSON lines or a Go template for each row.
 * Models docker/cli `cli/command/formatter`.
 */

import { alignColumns } from '../../base/go-tabwriter.ts';
import { CliError } from '../cli-error.ts';
import { Template } from '../go-template/template.ts';
import { GoMap, type GoMethod, GoStruct, type GoValue } from '../go-template/value.ts';
import { marshal } from './json.ts';

/** The titles of the columns that a kind of row can show, by the name that templates use. */
export type Headers = Readonly<Record<string, string>>;

/** A row's values by name. A function is a method with one argument (`.Label "x"`). */
export type Row = Readonly<Record<string, GoValue | ((argument: string) => GoValue)>>;

export interface ListFormat {
  /** The Go type of a row, for error messages. */
  readonly type: string;
  readonly headers: Headers;
  /** What `--format` gave; '' and `table` mean `table` below. */
  readonly format: string;
  /** The template of the default table, without `table `. */
  readonly table: string;
}

/**
 * The whole text of a list. Throws `CliError` when the template fails.
 *
 * @param inJson the rows as `json` shows them, where that differs
 */
export function formatList(list: ListFormat, rows: readonly Row[], inJson = rows): string {
  const { template, table } = listTemplate(list);
  try {
    const text = rows.map((row, i) => `${template.execute(rowValue(list.type, row, inJson[i]))}\n`).join('');
    if (!table) return text;
    const titles = new GoMap(new Map(Object.entries(list.headers)), TITLES, null, false, TITLE_METHODS);
    return alignColumns(`${template.header(titles)}\n${text}`, MIN_WIDTH, PADDING);
  } catch (error) {
    throw new CliError(`template parsing error: ${(error as Error).message}`);
  }
}

const TITLES = 'formatter.SubHeaderContext';

/** `.Label "com.example.some-key"` has the title `some key`. */
const TITLE_METHODS: ReadonlyMap<string, GoMethod> = new Map([
  ['Label', { arity: 1, call: ([name]) => String(name).split('.').at(-1)!.replace(/[-_]/g, ' ') }],
]);

/** How docker's tables are set (docker/cli formatter). */
const MIN_WIDTH = 10;
const PADDING = 3;

function listTemplate(list: ListFormat): { template: Template; table: boolean } {
  let format = list.format === '' ? 'table' : list.format;
  const table = format.startsWith('table');
  if (format === 'table') format = list.table;
  else if (table) format = format.slice('table'.length);
  else if (format === 'json') format = '{{json .}}';
  const text = unescapeFormat(format);
  try {
    return { template: new Template(text), table };
  } catch (error) {
    throw new CliError(`template parsing error: ${(error as Error).message}`);
  }
}

/** `\t` and `\n` typed in a format stand for a tab and a line break. */
export const unescapeFormat = (format: string) =>
  format
    .replace(/^ +| +$/g, '')
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');

/** A row as templates see it: methods by name, and its JSON. */
export function rowValue(type: string, row: Row, inJson = row): GoStruct {
  const methods = new Map<string, GoMethod>();
  const values = new Map<string, GoValue>();
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'function')
      methods.set(name, { arity: 1, call: ([argument]) => value(String(argument)) });
    else {
      methods.set(name, { arity: 0, call: () => value });
      values.set(name, inJson[name] as GoValue);
    }
  }
  return new GoStruct(type, new Map(), methods, () => marshal(new GoMap(values)));
}
