import { type Database, WrongType } from './keyspace.ts';
import { failure, type Reply } from './resp.ts';
import type { Server } from './server.ts';
import type { Client } from './session.ts';

/** What a command works with. */
export interface Context {
  db: Database;
  client: Client;
  server: Server;
}

/** A command as COMMAND INFO shows it: a negative arity is a least number of words, the name counted. */
export interface Command {
  arity: number;
  /** Whether it changes the data: such changes are what is saved. */
  writes?: true;
  run(context: Context, args: string[]): Reply | Promise<Reply>;
}

export type CommandTable = Readonly<Record<string, Command>>;

/** A command that cannot be carried out; the message is the reply. */
export class CommandError extends Error {}

export const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
export const SYNTAX = 'ERR syntax error';

export function toInteger(text: string | undefined, message = NOT_AN_INTEGER): number {
  if (text === undefined || !/^-?(?:0|[1-9]\d*)$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new CommandError(message);
  return Number(text);
}

export function toFloat(text: string | undefined, message = 'ERR value is not a valid float'): number {
  if (text !== undefined && /^[-+]?inf(?:inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (text === undefined || text.trim() === '' || Number.isNaN(Number(text))) throw new CommandError(message);
  return Number(text);
}

/** A number as Redis shows it. */
export function showFloat(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return String(value);
}

/** Carries out a command: looks it up, counts its words, turns what it throws into a reply. */
export async function execute(
  table: CommandTable,
  context: Context,
  words: readonly string[],
): Promise<Reply> {
  const [name = '', ...args] = words;
  const command = find(table, name);
  const fault = faultOf(table, words);
  if (command === undefined || fault !== undefined) return fault!;
  try {
    const reply = await command.run(context, args);
    context.server.commands++;
    if (command.writes && reply.kind !== 'error') {
      context.server.changes++;
      context.server.onChange();
    }
    return reply;
  } catch (error) {
    if (error instanceof CommandError || error instanceof WrongType) return failure(error.message);
    throw error;
  }
}

export const find = (table: CommandTable, name: string): Command | undefined =>
  Object.hasOwn(table, name.toUpperCase()) ? table[name.toUpperCase()] : undefined;

/** Why words are no command at all. */
export function faultOf(table: CommandTable, [name = '', ...args]: readonly string[]): Reply | undefined {
  const command = find(table, name);
  if (command === undefined) {
    const shown = args
      .map((arg) => `'${arg}' `)
      .join('')
      .slice(0, 128);
    return failure(`ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${shown}`);
  }
  const count = args.length + 1;
  if (command.arity >= 0 ? count !== command.arity : count < -command.arity)
    return failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  return undefined;
}
