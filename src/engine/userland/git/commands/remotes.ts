import { type Command, misuse } from '../command.ts';
import { storeSetting } from '../config.ts';
import { readText, writeBytes } from '../disk.ts';
import { Failure, notSimulated } from '../fatal.ts';
import { Repository } from '../repository.ts';

const USAGE = 'remote [-v | --verbose]';

export const remote: Command = {
  usage: USAGE,
  options: { short: 'vf', long: { verbose: 'v', push: 'push', all: 'all' }, refused: ['f', 'push', 'all'] },
  async run({ io, globals, given, operands }) {
    const repository = await Repository.open(io, globals);
    const { config, sys, gitDir, refs } = repository;
    const urls = new Map(
      config.list().flatMap(([key, value]): [string, string][] => {
        const [, name] = /^remote\.(.+)\.url$/.exec(key) ?? [];
        return name === undefined ? [] : [[name, value]];
      }),
    );
    const [action, name = '', url] = operands;
    const known = (says = `error: No such remote '${name}'`) => {
      const found = urls.get(name);
      if (found === undefined) throw new Failure(says, 2);
      return found;
    };
    const path = `${gitDir}/config`;
    switch (action) {
      case undefined:
      case 'show':
        if (name !== '') throw notSimulated("'git remote show NAME'");
        for (const one of [...urls.keys()].sort())
          io.stdout.write(
            given.has('v')
              ? `${one}\t${urls.get(one)} (fetch)\n${one}\t${urls.get(one)} (push)\n`
              : `${one}\n`,
          );
        return 0;
      case 'add':
        if (url === undefined) throw misuse('', 'remote add [<options>] <name> <url>');
        if (urls.has(name)) throw new Failure(`error: remote ${name} already exists.`, 3);
        await storeSetting(sys, path, `remote.${name}.url`, url);
        await storeSetting(sys, path, `remote.${name}.fetch`, `+refs/heads/*:refs/remotes/${name}/*`);
        return 0;
      case 'get-url':
        io.stdout.write(`${known()}\n`);
        return 0;
      case 'set-url':
        known();
        await storeSetting(sys, path, `remote.${name}.url`, url ?? '');
        return 0;
      case 'remove':
      case 'rm': {
        known(`error: No such remote: '${name}'`);
        await writeBytes(sys, path, withoutSection((await readText(sys, path)) ?? '', name));
        for (const ref of (await refs.list(`refs/remotes/${name}/`)).keys()) await refs.delete(ref);
        return 0;
      }
      default:
        if (['rename', 'set-head', 'set-branches', 'prune', 'update'].includes(action))
          throw notSimulated(`'git remote ${action}'`);
        throw misuse(`error: Unknown subcommand: ${action}`, USAGE);
    }
  },
};

/** A file of settings without a remote's section. */
function withoutSection(text: string, name: string): string {
  const kept: string[] = [];
  let isInside = false;
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('[')) isInside = line === `[remote "${name}"]`;
    if (!isInside) kept.push(line);
  }
  return `${kept.join('\n')}\n`;
}
