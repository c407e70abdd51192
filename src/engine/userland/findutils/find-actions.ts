import { type Errno, isErrno } from '../../base/errno.ts';
import { isDirectory } from '../files.ts';
import { run } from '../lib/spawn.ts';
import { textToBytes } from '../lib/text.ts';
import { quote } from '../utility.ts';
import { formatted, longLine } from './find-printf.ts';
import { type Batch, Fault, Quit, type Search, type Test } from './find-search.ts';
import type { Words } from './find-words.ts';

/** An action by its name (find(1), "ACTIONS"); undefined where it is none. */
export function readAction(name: string, words: Words, search: Search): Test | undefined {
  const { io, gnu, accounts } = search;
  const { sys, stdout } = io;
  switch (name) {
    case '-prune':
      return (visit) => (visit.pruned = true);
    case '-quit':
      search.acts = true;
      return () => {
        throw new Quit();
      };
    case '-print':
    case '-print0':
      search.acts = true;
      return async ({ path }) => {
        await stdout.write(`${path}${name === '-print' ? '\n' : '\0'}`);
        return true;
      };
    case '-printf': {
      search.acts = true;
      const format = words.argument(name);
      return async (visit) => {
        stdout.write(await formatted(format, visit, accounts, sys));
        return true;
      };
    }
    case '-ls':
      search.acts = true;
      return async (visit) => {
        stdout.write(await longLine(visit, accounts, sys));
        return true;
      };
    case '-delete':
      search.acts = true;
      search.depthFirst = true;
      return async ({ path, stat }) => {
        if (path === '.') return true;
        try {
          await (isDirectory(stat) ? sys.rmdir(path) : sys.unlink(path));
          return true;
        } catch (error) {
          if (!isErrno(error)) throw error;
          search.status = await io.fail(
            gnu ? `cannot delete ${quote(io, path)}: ${error.message}` : `${path}: ${error.message}`,
          );
          return false;
        }
      };
    case '-exec':
    case '-ok':
      return readCommand(name, words, search);
    case '-execdir':
      return gnu ? readCommand(name, words, search) : undefined;
  }
  return undefined;
}

/** `-exec command ;` and `-exec command {} +` */
function readCommand(name: string, words: Words, search: Search): Test {
  const { io, gnu } = search;
  search.acts = true;
  const command: string[] = [];
  for (;;) {
    const word = words.next();
    if (word === undefined) throw new Fault(gnu ? `missing argument to \`${name}'` : `unrecognized: ${name}`);
    if (word === ';') break;
    if (word === '+' && command.at(-1) === '{}' && name !== '-execdir') {
      const batch: Batch = { command: command.slice(0, -1), paths: [] };
      search.batches.push(batch);
      return async ({ path }) => {
        batch.paths.push(path);
        if (batch.paths.length >= 5000) await flushBatch(batch, search);
        return true;
      };
    }
    command.push(word);
  }
  if (command.length === 0) throw new Fault(gnu ? `missing argument to \`${name}'` : `unrecognized: ${name}`);
  return async ({ path }) => {
    if (name === '-ok') {
      await io.stdout.flush();
      await io.stderr.write(`< ${command[0]} ... ${path} > ? `);
      if (!/^[yY]/.test((await io.stdin.line()) ?? '')) return false;
    }
    const [cwd, shown] = name === '-execdir' ? placeOf(path) : [undefined, path];
    const argv = command.map((word) => word.replaceAll('{}', shown));
    return (await runCommand(search, argv, cwd)) === 0;
  };
}

/** For -execdir: the directory of a file, and its name there. */
function placeOf(path: string): [directory: string, name: string] {
  const bare = path.replace(/(?<=.)\/+$/, '');
  const slash = bare.lastIndexOf('/');
  if (bare === '/' || slash === -1) return [bare === '/' ? '/' : '.', bare === '/' ? '/' : `./${bare}`];
  return [bare.slice(0, slash) || '/', `./${bare.slice(slash + 1)}`];
}

async function runCommand({ io, gnu }: Search, argv: string[], cwd?: string): Promise<number> {
  await io.stdout.flush();
  return run(io.process, argv, {
    cwd,
    failed: async (child, error: Errno) => {
      const text = gnu
        ? `find: ${quote(io, argv[0]!)}: ${error.message}\n`
        : `find: ${argv[0]}: ${error.message}\n`;
      await child.sys.write(2, textToBytes(text));
      return 1;
    },
  });
}

/** Runs the command of a batch on the paths that wait for it. */
export async function flushBatch(batch: Batch, search: Search): Promise<void> {
  if (batch.paths.length === 0) return;
  if ((await runCommand(search, [...batch.command, ...batch.paths.splice(0)])) !== 0) search.status = 1;
}
