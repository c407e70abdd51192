import type { Dialect } from '../sql/dialect.ts';
import type { Column, Table } from '../sql/table.ts';
import type { Flavour } from './words.ts';

/** A type as these servers write it: MariaDB still shows how wide integers were once printed. */
export function typeText({ type, written }: Column, flavour: Flavour): string {
  const widths: Record<string, number> = { tinyint: 4, smallint: 6, mediumint: 9, int: 11, bigint: 20 };
  const unsigned = written.unsigned ? ' unsigned' : '';
  if (/^bool/.test(written.name)) return 'tinyint(1)';
  const width = widths[type.name];
  if (width !== undefined) {
    if (written.name === 'tinyint' && written.args[0] === 1) return 'tinyint(1)';
    return `${type.name}${flavour === 'mariadb' ? `(${width - (unsigned && type.name !== 'bigint' ? 1 : 0)})` : ''}${unsigned}`;
  }
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`;
  if (type.length !== undefined) return `${type.name}(${type.length})`;
  return type.kind === 'timestamp' && type.scale ? `${type.name}(${type.scale})` : type.name;
}

export const isNow = (text: string): boolean => /^(?:current_timestamp|now|localtime)/i.test(text);

/** The default of a column as it is shown; null for none. */
export function defaultText(
  { default: byDefault, type }: Column,
  flavour: Flavour,
  dialect: Dialect,
): string | null {
  if (byDefault === undefined || /^null$/i.test(byDefault.text)) return null;
  if (isNow(byDefault.text)) return flavour === 'mariadb' ? 'current_timestamp()' : 'CURRENT_TIMESTAMP';
  const { expression } = byDefault;
  if (expression.kind !== 'literal') return byDefault.text;
  return type.kind === 'decimal' && typeof expression.value === 'number'
    ? dialect.show(expression.value, type)
    : String(typeof expression.value === 'boolean' ? Number(expression.value) : expression.value);
}

/** PRI, UNI or MUL. */
export const keyMark = (table: Table, place: number): string => {
  if (table.primary?.columns.includes(place)) return 'PRI';
  if (table.keys.some(({ columns, primary }) => !primary && columns.length === 1 && columns[0] === place))
    return 'UNI';
  const first = [...table.keys, ...table.indexes, ...table.foreignKeys].some(
    ({ columns }) => columns[0] === place,
  );
  return first ? 'MUL' : '';
};

/** The statement that makes a table. */
export function createTable(table: Table, flavour: Flavour, dialect: Dialect): string {
  const names = (places: readonly number[]) =>
    `(${places.map((place) => `\`${table.columns[place]!.name}\``).join(',')})`;
  const lines = table.columns.map((column) => {
    const text = defaultText(column, flavour, dialect);
    const isPlain =
      text !== null && (isNow(column.default!.text) || (flavour === 'mariadb' && /^-?[\d.]+$/.test(text)));
    const shown = text === null ? 'NULL' : isPlain ? text : `'${text}'`;
    const hasDefault =
      text !== null ||
      (!column.notNull &&
        !column.counts &&
        (flavour === 'mariadb' || !/text|json|blob/.test(column.type.name)));
    return `  \`${column.name}\` ${typeText(column, flavour)}${column.notNull ? ' NOT NULL' : ''}${hasDefault ? ` DEFAULT ${shown}` : ''}${column.counts ? ' AUTO_INCREMENT' : ''}${column.touches ? ` ON UPDATE ${flavour === 'mariadb' ? 'current_timestamp()' : 'CURRENT_TIMESTAMP'}` : ''}`;
  });
  for (const { name, columns: places, primary } of table.keys)
    lines.push(primary ? `  PRIMARY KEY ${names(places)}` : `  UNIQUE KEY \`${name}\` ${names(places)}`);
  for (const { name, columns: places } of table.indexes) lines.push(`  KEY \`${name}\` ${names(places)}`);
  // A foreign key has an index, if only one of its own.
  const indexed = [...table.keys, ...table.indexes].map(({ columns: places }) => places[0]);
  for (const { name, columns: places } of table.foreignKeys) {
    const [first = 0] = places;
    if (indexed.includes(first)) continue;
    indexed.push(first);
    const isNamed = !/_ibfk_\d+$/.test(name);
    lines.push(`  KEY \`${isNamed ? name : table.columns[first]!.name}\` ${names(places)}`);
  }
  for (const { name, columns: places, references, referenced, onDelete } of table.foreignKeys) {
    const action = onDelete === 'restrict' ? '' : ` ON DELETE ${onDelete.toUpperCase()}`;
    lines.push(
      `  CONSTRAINT \`${name}\` FOREIGN KEY ${names(places).replaceAll(',', ', ')} REFERENCES \`${references}\` (${referenced.map((one) => `\`${one}\``).join(', ')})${action}`,
    );
  }
  for (const { name, text } of table.checks) lines.push(`  CONSTRAINT \`${name}\` CHECK ${text}`);
  const counting =
    table.columns.some(({ counts }) => counts) && table.next > 1 ? ` AUTO_INCREMENT=${table.next}` : '';
  const collation = flavour === 'mariadb' ? 'utf8mb4_uca1400_ai_ci' : 'utf8mb4_0900_ai_ci';
  return `CREATE TABLE \`${table.name}\` (\n${lines.join(',\n')}\n) ENGINE=InnoDB${counting} DEFAULT CHARSET=utf8mb4 COLLATE=${collation}`;
}
