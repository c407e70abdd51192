import type { Command } from '../command.ts';
import { storeSetting } from '../config.ts';
import { Failure, failed, fatal } from '../fatal.ts';
import { shortRef } from '../fetching.ts';
import { paintOf } from '../paint.ts';
import { lastCheckout } from '../reflog.ts';
import { Repository } from '../repository.ts';
import { commitOf, findRef, short, subjectOf } from '../revision.ts';
import { ancestors, type Tracking, tracking } from '../tracking.ts';

/** What a branch may not be called (git-check-ref-format(1)). */
export const isBranchName = (name: string): boolean =>
  name !== '' &&
  name !== 'HEAD' &&
  name !== '@' &&
  !/^[-./]|\.\.|\/\/|\/\.|[\x00-\x20\x7f~^:?*[\\]|@\{|\.lock(?:\/|$)|[./]$/.test(name);

export const branch: Command = {
  usage: 'branch [<options>] [-r] [-a] [<branch-name> [<start-point>]]',
  options: {
    short: 'adDrvmMfu:qtc',
    long: {
      all: 'a',
      delete: 'd',
      remotes: 'r',
      verbose: 'v',
      move: 'm',
      force: 'f',
      'set-upstream-to': 'u:',
      'unset-upstream': 'unset',
      'show-current': 'current',
      list: 'list',
      quiet: 'q',
      track: 't',
      'no-track': 'no-track',
      copy: 'c',
      contains: 'contains::',
      merged: 'merged::',
    },
    refused: ['c', 'contains', 'merged', 't', 'unset'],
    inert: ['no-track'],
  },
  async run({ io, globals, given, operands }) {
    const repository = await Repository.open(io, globals);
    const { refs } = repository;
    const own = await repository.branch();
    if (given.has('current')) {
      if (own !== undefined) io.stdout.write(`${shortRef(own)}\n`);
      return 0;
    }
    if (given.has('d', 'D')) {
      if (operands.length === 0) throw fatal('branch name required');
      let status = 0;
      for (const name of operands) {
        const said = await deleteBranch(repository, name, given.has('D') || given.has('f'), given.has('r'));
        if (said.startsWith('error')) {
          await io.stderr.write(said);
          status = 1;
        } else if (!given.has('q')) io.stdout.write(said);
      }
      return status;
    }
    if (given.has('m', 'M')) {
      const [from, to] =
        operands.length === 1 ? [own === undefined ? '' : shortRef(own), operands[0]!] : operands;
      return rename(repository, from ?? '', to ?? '', given.has('M', 'f'));
    }
    if (given.has('u')) {
      const found = await findRef(repository, given.value('u')!);
      if (found === undefined || own === undefined)
        throw fatal(
          `the requested upstream branch '${given.value('u')}' does not exist\nhint: \nhint: If you are planning on basing your work on an upstream\nhint: branch that already exists at the remote, you may need to\nhint: run "git fetch" to retrieve it.\nhint: \nhint: If you are planning to push out a new local branch that\nhint: will track its remote counterpart, you may want to use\nhint: "git push -u" to set the upstream config as you push.\nhint: Disable this message with "git config advice.setUpstreamFailure false"`,
        );
      await follow(repository, operands[0] ?? shortRef(own), found.ref);
      io.stdout.write(`branch '${operands[0] ?? shortRef(own)}' set up to track '${shortRef(found.ref)}'.\n`);
      return 0;
    }
    const [name, start] = operands;
    if (name === undefined || given.has('list')) {
      io.stdout.write(await listed(repository, await paintOf(io, repository.config), given));
      return 0;
    }
    if (!isBranchName(name)) throw fatal(`'${name}' is not a valid branch name`);
    if (!given.has('f') && (await refs.read(`refs/heads/${name}`)) !== undefined)
      throw fatal(`a branch named '${name}' already exists`);
    await refs.write(`refs/heads/${name}`, await startOf(repository, start ?? 'HEAD'));
    return 0;
  },
};

async function startOf(repository: Repository, start: string): Promise<string> {
  try {
    return await commitOf(repository, start);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const unborn = start === 'HEAD' ? shortRef((await repository.branch()) ?? 'HEAD') : start;
    throw fatal(`not a valid object name: '${unborn}'`);
  }
}

/** Notes which ref of a remote a branch follows. */
export async function follow(repository: Repository, name: string, ref: string): Promise<void> {
  const [, remote = '.', rest] = /^refs\/remotes\/([^/]+)\/(.*)$/.exec(ref) ?? [];
  const path = `${repository.gitDir}/config`;
  await storeSetting(repository.sys, path, `branch.${name}.remote`, remote);
  await storeSetting(
    repository.sys,
    path,
    `branch.${name}.merge`,
    rest === undefined ? ref : `refs/heads/${rest}`,
  );
}

async function deleteBranch(
  repository: Repository,
  name: string,
  force: boolean,
  remote: boolean,
): Promise<string> {
  const { refs } = repository;
  const ref = `refs/${remote ? 'remotes' : 'heads'}/${name}`;
  const id = await refs.read(ref);
  if (id === undefined) return `error: ${remote ? 'remote-tracking ' : ''}branch '${name}' not found.\n`;
  if (!remote && (await repository.branch()) === ref)
    return `error: Cannot delete branch '${name}' checked out at '${repository.workTree}'\n`;
  const base = (await tracking(repository, ref))?.ref ?? 'HEAD';
  const into = await refs.read(base);
  const isMerged = into !== undefined && (await ancestors(repository, into)).has(id);
  if (!force && !remote && !isMerged)
    return `error: The branch '${name}' is not fully merged.\nIf you are sure you want to delete it, run 'git branch -D ${name}'.\n`;
  await refs.delete(ref);
  return `Deleted ${remote ? 'remote-tracking ' : ''}branch ${name} (was ${short(id)}).\n`;
}

async function rename(repository: Repository, from: string, to: string, force: boolean): Promise<number> {
  const { refs } = repository;
  const [before, after] = [`refs/heads/${from}`, `refs/heads/${to}`];
  if (!isBranchName(to)) throw fatal(`'${to}' is not a valid branch name`);
  const id = await refs.read(before);
  const isCurrent = (await repository.branch()) === before;
  if (id === undefined && !isCurrent)
    throw failed(`refname ${before} not found\nfatal: Branch rename failed`);
  if (!force && from !== to && (await refs.read(after)) !== undefined)
    throw fatal(`a branch named '${to}' already exists`);
  if (id !== undefined && from !== to) {
    await refs.delete(before);
    await refs.write(after, id);
  }
  if (isCurrent) await refs.writeSymbolic('HEAD', after);
  return 0;
}

async function detachedName(repository: Repository, head: string): Promise<string> {
  const last = await lastCheckout(repository);
  if (last === undefined) return '(no branch)';
  const isNamed = (await findRef(repository, last.to)) !== undefined && last.to !== 'HEAD';
  return `(HEAD detached ${head === last.id ? 'at' : 'from'} ${isNamed ? last.to : short(last.id)})`;
}

async function listed(
  repository: Repository,
  paint: Awaited<ReturnType<typeof paintOf>>,
  given: Parameters<Command['run']>[0]['given'],
): Promise<string> {
  const { refs } = repository;
  const own = await repository.branch();
  const rows: { mark: string; name: string; id: string; ref: string; colour: 'green' | 'red' | undefined }[] =
    [];
  if (!given.has('r')) {
    const head = await repository.head();
    if (own === undefined && head !== undefined)
      rows.push({
        mark: '*',
        name: await detachedName(repository, head),
        id: head,
        ref: '',
        colour: 'green',
      });
    for (const [ref, id] of await refs.list('refs/heads/'))
      rows.push({
        mark: ref === own ? '*' : ' ',
        name: shortRef(ref),
        id,
        ref,
        colour: ref === own ? 'green' : undefined,
      });
  }
  if (given.has('a', 'r'))
    for (const [ref, id] of await refs.list('refs/remotes/')) {
      const target = await refs.symbolic(ref);
      const name = (given.has('a') ? 'remotes/' : '') + shortRef(ref);
      const arrow = target === undefined ? '' : ` -> ${shortRef(target)}`;
      rows.push({ mark: ' ', name, id: target === undefined ? id : arrow, ref, colour: 'red' });
    }
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  let out = '';
  for (const { mark, name, id, ref, colour } of rows) {
    const shown = (text: string) => (colour === undefined ? text : paint(colour, text));
    if (id.startsWith(' ->')) out += `${mark} ${shown(given.has('v') ? name.padEnd(width) : name)}${id}\n`;
    else if (!given.has('v')) out += `${mark} ${shown(name)}\n`;
    else {
      const subject = subjectOf((await repository.commit(id)).message);
      const found = ref.startsWith('refs/heads/') ? await tracking(repository, ref) : undefined;
      const told = found === undefined ? '' : trackingNote(found, given.values('v').length > 1, paint);
      out += `${mark} ${shown(name.padEnd(width))} ${short(id)} ${told}${subject}\n`;
    }
  }
  return out;
}

/** `[origin/main: ahead 1, behind 2] `; the name where it is asked for twice. */
function trackingNote(
  { upstream, counts }: Tracking,
  isNamed: boolean,
  paint: Awaited<ReturnType<typeof paintOf>>,
): string {
  const parts =
    counts === undefined
      ? ['gone']
      : [
          ...(counts.ahead > 0 ? [`ahead ${counts.ahead}`] : []),
          ...(counts.behind > 0 ? [`behind ${counts.behind}`] : []),
        ];
  if (!isNamed) return parts.length === 0 ? '' : `[${parts.join(', ')}] `;
  return `[${paint('blue', upstream)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}] `;
}
