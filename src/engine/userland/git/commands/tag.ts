import { writeTag } from '../../../git/commit.ts';
import type { Command } from '../command.ts';
import { fatal } from '../fatal.ts';
import { identity } from '../identity.ts';
import { Repository } from '../repository.ts';
import { findRevision, short } from '../revision.ts';
import { isBranchName } from './branch.ts';

export const tag: Command = {
  usage: 'tag [-a] [-f] [-d] [-m <msg>] [<tagname> [<head>]]',
  options: {
    short: 'afdlm:n::s',
    long: { annotate: 'a', force: 'f', delete: 'd', list: 'l', message: 'm:', sign: 's' },
    refused: ['n', 's'],
  },
  async run({ io, globals, given, operands }) {
    const repository = await Repository.open(io, globals);
    const { refs, objects } = repository;
    const [name, text = 'HEAD'] = operands;
    if (given.has('d')) {
      let status = 0;
      for (const one of operands) {
        const id = await refs.read(`refs/tags/${one}`);
        if (id === undefined) {
          await io.stderr.write(`error: tag '${one}' not found.\n`);
          status = 1;
          continue;
        }
        await refs.delete(`refs/tags/${one}`);
        io.stdout.write(`Deleted tag '${one}' (was ${short(id)})\n`);
      }
      return status;
    }
    if (name === undefined || given.has('l')) {
      for (const ref of (await refs.list('refs/tags/')).keys()) io.stdout.write(`${ref.slice(10)}\n`);
      return 0;
    }
    if (!isBranchName(name)) throw fatal(`'${name}' is not a valid tag name.`);
    if (!given.has('f') && (await refs.read(`refs/tags/${name}`)) !== undefined)
      throw fatal(`tag '${name}' already exists`);
    const object = await findRevision(repository, text);
    if (object === undefined) throw fatal(`Failed to resolve '${text}' as a valid ref.`);
    const said = given.values('m').join('\n\n');
    if (given.has('a') && said === '') throw fatal('no tag message?');
    if (said === '') {
      await refs.write(`refs/tags/${name}`, object);
      return 0;
    }
    const tagger = await identity(io, repository.config, 'Committer');
    const { type } = await objects.get(object);
    const message = `${said.trimEnd()}\n`;
    await refs.write(
      `refs/tags/${name}`,
      await objects.write(writeTag({ object, type, name, tagger, message })),
    );
    return 0;
  },
};
