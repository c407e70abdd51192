import { type Document, doc, numberOf } from '../values.ts';
import type { Database } from './database.ts';
import { inspect } from './inspect.ts';
import { ShellError } from './members.ts';

/** `show dbs`, `show collections`, `show users`. */
export async function showCommand(db: Database, what: string): Promise<string> {
  switch (what) {
    case 'dbs':
    case 'databases': {
      const answer = await db.shell.connection().run('admin', doc({ listDatabases: 1 }));
      const rows = (answer.get('databases') as Document[]).map(
        (one) => [String(one.get('name')), size(numberOf(one.get('sizeOnDisk')) ?? 0)] as const,
      );
      const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
      return rows
        .map(([name, weight]) => `${name.padEnd(widths[0]!)}  ${weight.padStart(widths[1]!)}`)
        .join('\n');
    }
    case 'collections':
    case 'tables':
      return (await db.collectionNames())
        .filter((name) => !name.startsWith('system.') || db.name === 'admin')
        .join('\n');
    case 'users': {
      const users = (await db.run(doc({ usersInfo: 1 }))).get('users') as Document[];
      return inspect(users);
    }
    default:
      throw new ShellError(
        'MongoshInvalidInputError',
        `[COMMON-10001] '${what}' is not a valid argument for "show".`,
      );
  }
}

/** `40.00 KiB` */
function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(2)} ${units[unit]}`;
}
