import type { Signature } from '../../git/commit.ts';
import type { Stdio } from '../lib/stdio.ts';
import { readAccounts } from '../lib/users.ts';
import type { Config } from './config.ts';
import { Failure } from './fatal.ts';

/** Who makes a commit, and when. Throws `Failure` where nobody has said it. */
export async function identity(io: Stdio, config: Config, role: Role): Promise<Signature> {
  const { name, email, user, host, ...when } = await guess(io, config, role);
  if (email === undefined || name === '') throw new Failure(unknown(role, email, user, host), 128);
  return { name, email, ...when };
}

/** The same, made up where nobody has said it. */
export async function looseIdentity(io: Stdio, config: Config): Promise<Signature> {
  const { name, email, user, host, ...when } = await guess(io, config, 'Committer');
  return { name: name || user, email: email ?? `${user}@${host}`, ...when };
}

type Role = 'Author' | 'Committer';

async function guess(io: Stdio, config: Config, role: Role) {
  const prefix = `GIT_${role.toUpperCase()}`;
  const { sys, env } = io;
  const uid = sys.geteuid();
  const account = (await readAccounts(sys)).users.find((one) => one.uid === uid);
  const [gecos = ''] = account?.gecos.split(',') ?? [];
  const given = /^@?(\d+) ([-+]\d{4})$/.exec(env.get(`${prefix}_DATE`) ?? '');
  return {
    name: env.get(`${prefix}_NAME`) ?? config.get('user.name') ?? gecos,
    email: env.get(`${prefix}_EMAIL`) ?? config.get('user.email') ?? env.get('EMAIL'),
    user: account?.name ?? `${uid}`,
    host: (await sys.uname()).nodename,
    time: given ? Number(given[1]) : Math.floor(sys.clock_gettime() / 1000),
    zone: given?.[2] ?? '+0000',
  };
}

const unknown = (role: Role, email: string | undefined, user: string, host: string): string =>
  `${role} identity unknown

*** Please tell me who you are.

Run

  git config --global user.email "you@example.com"
  git config --global user.name "Your Name"

to set your account's default identity.
Omit --global to set the identity only in this repository.

fatal: ${
    email === undefined
      ? `unable to auto-detect email address (got '${user}@${host}.(none)')`
      : `empty ident name (for <${email}>) not allowed`
  }`;
