import type { Clause, Words } from './errors.ts';
import type { SqlType, Value } from './value.ts';

/** One table of a FROM clause, by the name that it goes by there. */
export interface Source {
  name: string;
  columns: readonly { name: string; type: SqlType; notNull?: boolean }[];
  /** Whether its row may be missing, as with an outer join. */
  optional?: boolean;
  /** Columns that a USING made one with those of an earlier source. */
  hidden?: ReadonlySet<string>;
}

/** What an expression is evaluated on: the columns of all sources side by side, and what is around the query. */
export interface Environment {
  tuple: readonly Value[];
  outer: Environment | undefined;
  /** Results of the aggregates of the group. */
  aggregates?: readonly Value[];
}

export interface Found {
  /** How many queries further out. */
  depth: number;
  place: number;
  type: SqlType;
  name: string;
  notNull: boolean;
}

/** The names that can be used in a place of a query. */
export class Scope {
  readonly sources: readonly Source[];
  readonly outer: Scope | undefined;
  readonly #words: Words;

  constructor(sources: readonly Source[], outer: Scope | undefined, words: Words) {
    this.sources = sources;
    this.outer = outer;
    this.#words = words;
  }

  /** The column that a name means here or further out. Throws SqlError. */
  find(table: string | undefined, name: string, clause: Clause, at: number): Found {
    for (let [scope, depth]: [Scope | undefined, number] = [this, 0]; scope; scope = scope.outer, depth++) {
      const found = scope.#own(table, name, clause, at);
      if (found !== undefined) return { ...found, depth };
    }
    if (table !== undefined && !this.#knows(table)) {
      const error = this.#words.noSource?.(table, at);
      if (error) throw error;
    }
    throw this.#words.noColumn(name, table, clause, at);
  }

  #knows(table: string): boolean {
    for (let scope: Scope | undefined = this; scope; scope = scope.outer)
      if (scope.sources.some(({ name }) => same(name, table))) return true;
    return false;
  }

  #own(table: string | undefined, name: string, clause: Clause, at: number) {
    let found: Omit<Found, 'depth'> | undefined;
    let place = 0;
    for (const source of this.sources) {
      const isMeant = table === undefined || same(source.name, table);
      source.columns.forEach((column, i) => {
        if (!isMeant || !same(column.name, name)) return;
        if (table === undefined && source.hidden?.has(column.name.toLowerCase())) return;
        if (found !== undefined) throw this.#words.ambiguousColumn(name, clause, at);
        const notNull = Boolean(column.notNull) && !source.optional;
        found = { place: place + i, type: column.type, name: column.name, notNull };
      });
      place += source.columns.length;
    }
    return found;
  }

  /** The columns that `*` or `table.*` stands for, with their places. */
  all(
    table: string | undefined,
    at: number,
  ): { name: string; type: SqlType; place: number; notNull: boolean }[] {
    const columns: { name: string; type: SqlType; place: number; notNull: boolean }[] = [];
    let place = 0;
    let known = false;
    for (const source of this.sources) {
      if (table === undefined || same(source.name, table)) {
        known = true;
        source.columns.forEach((column, i) => {
          if (table === undefined && source.hidden?.has(column.name.toLowerCase())) return;
          columns.push({
            name: column.name,
            type: column.type,
            place: place + i,
            notNull: Boolean(column.notNull) && !source.optional,
          });
        });
      }
      place += source.columns.length;
    }
    if (!known && table !== undefined) throw this.#words.noColumn('*', table, 'field list', at);
    return columns;
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
