import { execFileSync } from 'node:child_process';

/** The flags of each command of a real client, by its path: what `--help` names, `docker` itself included. */
export type RealCommands = Record<string, string[]>;

/** Reads what a client and its plugins say of themselves. */
export function readCommands(docker: string, environment: NodeJS.ProcessEnv): RealCommands {
  const all: RealCommands = {};
  const read = (path: readonly string[]): void => {
    const help = execFileSync(docker, [...path, '--help'], { encoding: 'utf8', env: environment });
    const below = section(help, /^(?:.* )?Commands:$/).map((line) => line.trim().split(/[ *]/)[0]!);
    const isGroup = below.length > 0;
    // Groups in groups are told as one, but for those of buildx, one of which is a command as well.
    const isDeep = /^build(?:x|er)$/.test(path[0] ?? '');
    if (path.length === 2 && isGroup && !isDeep) all[['docker', ...path].join(' ')] = [];
    if (!isGroup || path.length === 0 || path.slice(1).join(' ') === 'history inspect')
      all[['docker', ...path].join(' ')] = section(help, /^(?:Global )?Options:$/)
        .flatMap((line) => /^ {2,6}(?:-\w, )?--([\w-]+)/.exec(line)?.[1] ?? [])
        .filter((name) => name !== 'help')
        .sort();
    for (const name of below) if (path.length < 2 || isDeep) read([...path, name]);
  };
  read([]);
  // Left out of the help of a client whose engine is in no swarm.
  for (const group of ['config', 'node', 'secret', 'service', 'stack']) read([group]);
  for (const name of ['ca', 'join-token', 'leave', 'unlock', 'unlock-key', 'update']) read(['swarm', name]);
  return all;
}

/** The lines below a heading, up to an empty one. */
function section(help: string, heading: RegExp): string[] {
  const out: string[] = [];
  let isIn = false;
  for (const line of help.split('\n')) {
    if (heading.test(line)) isIn = true;
    else if (line.trim() === '') isIn = false;
    else if (isIn) out.push(line);
  }
  return out;
}
