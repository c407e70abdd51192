import { type Command, misuse } from '../command.ts';
import { configFiles, keyOf, loadConfig, storeSetting } from '../config.ts';
import { Failure, fatal } from '../fatal.ts';
import { Repository } from '../repository.ts';

const USAGE = 'config [<options>]';

/** `git config` */
export const config: Command = {
  usage: USAGE,
  options: {
    short: 'lef:',
    long: {
      global: 'global',
      local: 'local',
      system: 'system',
      list: 'l',
      get: 'get',
      'get-all': 'get-all',
      unset: 'unset',
      file: 'f:',
      edit: 'e',
      add: 'add',
      'show-origin': 'show-origin',
    },
    refused: ['e', 'add', 'show-origin'],
    // What is done where nothing else is asked for.
    inert: ['get'],
  },
  async run({ io, globals, given, operands }) {
    const { sys } = io;
    const repository = await Repository.open(io, globals).catch((error: unknown) => {
      if (error instanceof Failure) return undefined;
      throw error;
    });
    const { system, global } = configFiles(io.env);
    const local = repository && `${repository.gitDir}/config`;
    const only = given.has('global')
      ? global
      : given.has('system')
        ? system
        : given.has('local')
          ? local
          : given.value('f');
    const isOne = given.has('global', 'system', 'local', 'f');
    if (given.has('local') && local === undefined)
      throw fatal('--local can only be used inside a git repository');
    const settings = await loadConfig(
      sys,
      isOne ? [only] : [system, global, local],
      isOne ? [] : globals.settings,
    );
    if (given.has('l')) {
      for (const [key, value] of settings.list()) io.stdout.write(`${key}=${value}\n`);
      return 0;
    }
    const [key, value] = operands;
    if (key === undefined) throw misuse('', USAGE);
    if (keyOf(key) === undefined)
      throw new Failure(`error: key does not contain a section: ${key}`, key.includes('.') ? 2 : 1);
    if (given.has('unset') || value !== undefined) {
      const path = isOne ? only : local;
      if (path === undefined) throw fatal('not in a git directory');
      if (given.has('unset') && settings.get(key) === undefined) return 5;
      await storeSetting(sys, path, key, given.has('unset') ? undefined : value);
      return 0;
    }
    const found = settings.all(key);
    if (found.length === 0) return 1;
    for (const one of given.has('get-all') ? found : found.slice(-1)) io.stdout.write(`${one}\n`);
    return 0;
  },
};
