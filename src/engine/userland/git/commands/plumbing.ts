import { objectId } from '../../../git/objects.ts';
import { MODE, readTree } from '../../../git/tree.ts';
import { canonical } from '../../files.ts';
import { readFile } from '../../lib/stdio.ts';
import { type Command, misuse } from '../command.ts';
import { fatal, notSimulated } from '../fatal.ts';
import { shortRef } from '../fetching.ts';
import { openRemote } from '../open-remote.ts';
import { isBelow, repositoryPaths } from '../paths.ts';
import { expireAll } from '../reflog.ts';
import { Repository } from '../repository.ts';
import { ambiguous, findRef, findRevision } from '../revision.ts';

/** The commands that others are made of. */

const LS_REMOTE = 'ls-remote [-q] [--heads] [--tags] [--symref] [<repository> [<refs>...]]';

export const revParse: Command = {
  usage: 'rev-parse [<options>] <arg>...',
  options: {
    short: 'q',
    long: {
      verify: 'verify',
      quiet: 'q',
      short: 'short::',
      'abbrev-ref': 'abbrev-ref::',
      'show-toplevel': 'toplevel',
      'git-dir': 'git-dir',
      'is-inside-work-tree': 'inside',
      'is-bare-repository': 'bare',
      'show-prefix': 'prefix',
      'absolute-git-dir': 'absolute',
    },
    refused: ['prefix'],
  },
  async run({ io, globals, given, operands }) {
    const repository = await Repository.open(io, globals);
    const { workTree, gitDir } = repository;
    if (given.has('toplevel')) io.stdout.write(`${repository.root}\n`);
    if (given.has('git-dir'))
      io.stdout.write(
        `${workTree === (await io.sys.getcwd()) && gitDir === `${workTree}/.git` ? '.git' : gitDir}\n`,
      );
    if (given.has('absolute')) io.stdout.write(`${gitDir}\n`);
    if (given.has('inside')) io.stdout.write(`${workTree !== undefined}\n`);
    if (given.has('bare')) io.stdout.write(`${workTree === undefined}\n`);
    for (const text of operands) {
      const id = await findRevision(repository, text);
      if (id === undefined || (await repository.objects.find(id)) === undefined) {
        if (given.has('verify')) {
          if (given.has('q')) return 1;
          throw fatal('Needed a single revision');
        }
        io.stdout.write(`${text}\n`);
        throw ambiguous(text);
      }
      if (given.has('abbrev-ref')) {
        const ref = text === 'HEAD' ? await repository.branch() : (await findRef(repository, text))?.ref;
        io.stdout.write(`${ref === undefined ? text : shortRef(ref)}\n`);
      } else if (given.has('short')) io.stdout.write(`${id.slice(0, Number(given.value('short') ?? 7))}\n`);
      else io.stdout.write(`${id}\n`);
    }
    return 0;
  },
};

export const lsFiles: Command = {
  usage: 'ls-files [<options>] [<file>...]',
  options: {
    short: 'scmodz',
    long: { stage: 's', cached: 'c', modified: 'm', others: 'o', deleted: 'd' },
    refused: ['m', 'o', 'd', 'z'],
    inert: ['c'],
  },
  async run({ io, globals, given, operands, paths }) {
    const repository = await Repository.open(io, globals);
    const asked = await repositoryPaths(repository, [...operands, ...(paths ?? [])]);
    const cwd = await canonical(io.sys, '.', 'none');
    const here = cwd.startsWith(`${repository.root}/`) ? `${cwd.slice(repository.root.length + 1)}/` : '';
    for (const { path, mode, id } of (await repository.index()).entries()) {
      if (!path.startsWith(here)) continue;
      if (asked.length > 0 && !asked.some((one) => isBelow(path, one.path))) continue;
      const shown = path.slice(here.length);
      io.stdout.write(
        given.has('s') ? `${mode.toString(8).padStart(6, '0')} ${id} 0\t${shown}\n` : `${shown}\n`,
      );
    }
    return 0;
  },
};

export const lsRemote: Command = {
  usage: LS_REMOTE,
  options: {
    short: 'qht',
    long: { quiet: 'q', heads: 'h', tags: 't', symref: 'symref', refs: 'refs', 'exit-code': 'exit-code' },
  },
  async run({ io, globals, given, operands, paths }) {
    const [named, ...patterns] = [...operands, ...(paths ?? [])];
    let url = named;
    const repository = await Repository.open(io, globals).catch(() => undefined);
    const known = repository?.config.get(`remote.${named ?? 'origin'}.url`);
    if (known !== undefined) url = known;
    if (url === undefined) throw fatal('No remote configured to list refs from.');
    if (named === undefined && !given.has('q')) await io.stderr.write(`From ${url}\n`);
    const remote = await openRemote(io, url, globals);
    let count = 0;
    for (const { name, id, peeled, target } of await remote.refs([])) {
      const isKind =
        !given.has('h', 't') ||
        (given.has('h') && name.startsWith('refs/heads/')) ||
        (given.has('t') && name.startsWith('refs/tags/'));
      if (!isKind) continue;
      const rows: [string, string][] = [[id, name]];
      if (peeled !== undefined && !given.has('refs')) rows.push([peeled, `${name}^{}`]);
      for (const [one, shown] of rows) {
        if (patterns.length > 0 && !patterns.some((pattern) => `/${shown}`.endsWith(`/${pattern}`))) continue;
        if (given.has('symref') && target !== undefined) io.stdout.write(`ref: ${target}\t${shown}\n`);
        io.stdout.write(`${one}\t${shown}\n`);
        count++;
      }
    }
    return given.has('exit-code') && count === 0 ? 2 : 0;
  },
};

export const catFile: Command = {
  usage: 'cat-file (-t | -s | -e | -p | <type>) <object>',
  options: { short: 'tsep', long: { batch: 'batch::', 'batch-check': 'batch::' }, refused: ['batch'] },
  async run({ io, globals, given, operands, paths }) {
    const repository = await Repository.open(io, globals);
    const words = [...operands, ...(paths ?? [])];
    const text = words.at(-1);
    if (text === undefined) throw misuse('', catFile.usage);
    const id = await findRevision(repository, text);
    const object = id && (await repository.objects.find(id));
    if (!object) {
      if (given.has('e') && id !== undefined) return 1;
      throw fatal(`Not a valid object name ${text}`);
    }
    if (given.has('e')) return 0;
    if (given.has('t')) io.stdout.write(`${object.type}\n`);
    else if (given.has('s')) io.stdout.write(`${object.body.length}\n`);
    else if (given.has('p') && object.type === 'tree')
      for (const { mode, name, id: one } of readTree(object.body)) {
        const kind = mode === MODE.tree ? 'tree' : mode === MODE.commit ? 'commit' : 'blob';
        io.stdout.write(`${mode.toString(8).padStart(6, '0')} ${kind} ${one}\t${name}\n`);
      }
    else io.stdout.write(object.body);
    return 0;
  },
};

export const hashObject: Command = {
  usage: 'hash-object [-w] [--stdin] <file>...',
  options: { short: 'wt:', long: { stdin: 'stdin' }, refused: ['t'] },
  async run({ io, globals, given, operands, paths }) {
    const read = (path: string) =>
      readFile(io.sys, path).catch(() => {
        throw fatal(`could not open '${path}' for reading: No such file or directory`);
      });
    const sources = [...operands, ...(paths ?? [])].map((path) => () => read(path));
    if (given.has('stdin')) sources.unshift(() => io.stdin.readAll());
    for (const source of sources) {
      const object = { type: 'blob', body: await source() } as const;
      if (given.has('w')) await (await Repository.open(io, globals)).objects.write(object);
      io.stdout.write(`${objectId(object)}\n`);
      await io.stdout.flush();
    }
    return 0;
  },
};

export const updateRef: Command = {
  usage: 'update-ref [--no-deref] <refname> <new-oid>',
  options: { short: 'd', long: { 'no-deref': 'no-deref' }, inert: ['no-deref'] },
  async run({ io, globals, given, operands }) {
    const repository = await Repository.open(io, globals);
    const [name = '', text = ''] = operands;
    if (given.has('d')) await repository.refs.delete(name);
    else {
      const id = await findRevision(repository, text);
      if (id === undefined) throw fatal(`${text}: not a valid SHA1`);
      await repository.refs.write(name, id);
    }
    return 0;
  },
};

export const showRef: Command = {
  usage: 'show-ref [--heads] [--tags] [<pattern>...]',
  options: { long: { heads: 'heads', tags: 'tags' } },
  async run({ io, globals, given, operands }) {
    const repository = await Repository.open(io, globals);
    let count = 0;
    for (const [name, id] of await repository.refs.list('refs/')) {
      if (given.has('heads', 'tags')) {
        const isKind =
          (given.has('heads') && name.startsWith('refs/heads/')) ||
          (given.has('tags') && name.startsWith('refs/tags/'));
        if (!isKind) continue;
      }
      if (operands.length > 0 && !operands.some((one) => `/${name}`.endsWith(`/${one}`))) continue;
      io.stdout.write(`${id} ${name}\n`);
      count++;
    }
    return count === 0 ? 1 : 0;
  },
};

/** Of the logs only that one can forget them. */
export const reflog: Command = {
  usage: 'reflog expire',
  options: { long: { expire: 'expire:', all: 'all' } },
  async run({ io, globals, given, operands }) {
    const repository = await Repository.open(io, globals);
    if (operands[0] !== 'expire') throw notSimulated(`'git reflog ${operands[0] ?? 'show'}'`);
    if (!given.has('all')) throw notSimulated("'git reflog expire' of some");
    await expireAll(repository);
    return 0;
  },
};

/** A repository without other ones in it has nothing to bring. */
export const submodule: Command = {
  usage: 'submodule update [--init] [--recursive]',
  options: {
    long: { init: 'init', recursive: 'recursive', depth: 'depth:' },
    inert: ['init', 'recursive', 'depth'],
  },
  async run({ io, globals, operands }) {
    const repository = await Repository.open(io, globals);
    const entries = (await repository.index()).entries();
    if (operands[0] !== 'update' || entries.some(({ mode }) => mode === MODE.commit))
      throw notSimulated(`'git submodule ${operands[0] ?? ''}'`.replace(" '", "'"));
    return 0;
  },
};
