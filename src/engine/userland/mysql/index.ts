import type { Program } from '../../kernel/program.ts';
import { mysqlClient } from './mysql.ts';
import { mysqladmin } from './mysqladmin.ts';
import { installDb, mysqld } from './mysqld.ts';
import { mysqldump } from './mysqldump.ts';

/** MySQL's programs and MariaDB's, by the names of each. */
export const mysql: ReadonlyMap<string, (version: string) => Program> = new Map([
  ['mysqld', mysqld('mysql')],
  ['mysql', mysqlClient('mysql')],
  ['mysqladmin', mysqladmin('mysql')],
  ['mysqldump', mysqldump('mysql')],
  ['mariadbd', mysqld('mariadb')],
  ['mariadb', mysqlClient('mariadb')],
  ['mariadb-admin', mysqladmin('mariadb')],
  ['mariadb-install-db', installDb],
  ['mariadb-dump', mysqldump('mariadb')],
]);
