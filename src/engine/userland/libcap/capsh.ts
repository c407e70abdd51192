import { isErrno } from '../../base/errno.ts';
import { CAPABILITIES, type Capability, CapabilitySet } from '../../vfs/capabilities.ts';
import { execProgram } from '../lib/spawn.ts';
import { readFile, type Stdio } from '../lib/stdio.ts';
import { bytesToText } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import type { Utility } from '../utility.ts';
import { capabilityNamed, capName, iabText, namesOf, parseState, stateText } from './text.ts';

/** capsh(1) of libcap 2.66: looks at capabilities and changes them, argument by argument. */
export const capsh: Utility = {
  name: 'capsh',
  usage: '[args ...]',
  summary: 'Capability shell wrapper.',
  async run(io) {
    for (const [i, arg] of io.args.entries()) {
      if (arg === '--') return runShell(io, io.args.slice(i + 1));
      const equals = arg.indexOf('=');
      const name = equals === -1 ? arg : arg.slice(0, equals);
      if (NOT_SIMULATED.includes(name)) return io.fail(`${name}: not simulated in Drydock`);
      const status =
        equals === -1 ? await FLAGS[name]?.(io) : await SETTINGS[name]?.(io, arg.slice(equals + 1));
      if (status === undefined) {
        io.stdout.write(USAGE);
        return name === '--help' || name === '-h' ? 0 : 1;
      }
      if (status !== 0) return status;
    }
    return 0;
  },
};

const USAGE = `usage: capsh [args ...]
  --print        --current      --decode=HEX
  --drop=CAPS    --caps=TEXT    --inh=CAPS
  --addamb=CAPS  --delamb=CAPS  --noamb
  --has-p=CAP    --has-i=CAP    --has-a=CAP    --has-b=CAP    --supports=CAP
  --user=NAME    --uid=N        --gid=N        --groups=N,...
  --is-uid=N     --is-gid=N     --no-new-privs --has-no-new-privs
  --chroot=PATH  -- ARGS        run /bin/bash with these arguments
`;

const NOT_SIMULATED = [
  '--cap-uid',
  '--explain',
  '--forkfor',
  '--has-ambient',
  '--iab',
  '--inmode',
  '--keep',
  '--killit',
  '--license',
  '--mode',
  '--modes',
  '--noenv',
  '--quiet',
  '--secbits',
  '--shell',
  '--strict',
  '--suggest',
  '==',
];

/** Ends capsh with what it says of a failure, and no more. */
async function failed(io: Stdio, message: string): Promise<number> {
  await io.stdout.flush();
  await io.stderr.write(`${message}\n`);
  return 1;
}

/** Makes a system call; a failure is reported with its text. */
async function trying(io: Stdio, doing: string, call: () => Promise<unknown>): Promise<number> {
  try {
    await call();
    return 0;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return failed(io, `${doing}: ${error.message}`);
  }
}

const FLAGS: Readonly<Record<string, (io: Stdio) => Promise<number>>> = {
  async '--print'(io) {
    const sets = await io.sys.capget();
    const { sys } = io;
    const accounts = await readAccounts(sys);
    const name = (id: number, known: string | undefined) => `${id}(${known ?? '???'})`;
    const user = (uid: number) => name(uid, accounts.user(uid)?.name);
    const group = (gid: number) => name(gid, accounts.group(gid)?.name);
    io.stdout.write(`Current: ${stateText(sets)}
Bounding set =${namesOf(sets.bounding)}
Ambient set =${namesOf(sets.ambient)}
Current IAB: ${iabText(sets)}
Securebits: 00/0x0/1'b0 (no-new-privs=${(await noNewPrivileges(io)) ? 1 : 0})
 secure-noroot: no (unlocked)
 secure-no-suid-fixup: no (unlocked)
 secure-keep-caps: no (unlocked)
 secure-no-ambient-raise: no (unlocked)
uid=${user(sys.getuid())} euid=${user(sys.geteuid())}
gid=${group(sys.getgid())}
groups=${sys.getgroups().map(group).join(',')}
Guessed mode: HYBRID (4)
`);
    return 0;
  },
  async '--current'(io) {
    const sets = await io.sys.capget();
    io.stdout.write(`Current: ${stateText(sets)}\nCurrent IAB: ${iabText(sets)}\n`);
    return 0;
  },
  '--noamb': (io) =>
    trying(io, 'failed to reset ambient set', () => io.sys.capset({ ambient: CapabilitySet.NONE })),
  '--no-new-privs': (io) =>
    trying(io, 'unable to set no-new-privs', () => io.sys.prctl({ option: 'PR_SET_NO_NEW_PRIVS' })),
  '--has-no-new-privs': async (io) => ((await noNewPrivileges(io)) ? 0 : failed(io, 'no-new-privs not set')),
};

const SETTINGS: Readonly<Record<string, (io: Stdio, value: string) => Promise<number>>> = {
  async '--decode'(io, hex) {
    const digits = /^(?:0x)?([0-9a-f]*)/i.exec(hex)![1]!;
    const bits = BigInt(`0x${digits || '0'}`);
    const set = CapabilitySet.of(CAPABILITIES.filter((_capability, i) => (bits >> BigInt(i)) & 1n));
    io.stdout.write(`0x${bits.toString(16).padStart(16, '0')}=${namesOf(set)}\n`);
    return 0;
  },
  '--drop': (io, names) =>
    eachNamed(io, names, (capability) =>
      trying(io, `failed to drop [${capName(capability)}]`, () =>
        io.sys.prctl({ option: 'PR_CAPBSET_DROP', capability }),
      ),
    ),
  async '--caps'(io, text) {
    const state = parseState(text);
    if (!state) return failed(io, `unable to interpret [${text}]`);
    return trying(io, `Unable to set capabilities [${text}]`, () => io.sys.capset(state));
  },
  async '--inh'(io, names) {
    const list = named(names);
    if (typeof list === 'string') return failed(io, `capability [${list}] is unknown to libcap`);
    return trying(io, 'Unable to set inheritable capabilities', () =>
      io.sys.capset({ inheritable: CapabilitySet.of(list) }),
    );
  },
  '--addamb': (io, names) => ambient(io, names, true),
  '--delamb': (io, names) => ambient(io, names, false),
  '--has-p': (io, name) => has(io, name, 'permitted', 'not permitted'),
  '--has-i': (io, name) => has(io, name, 'inheritable', 'not inheritable'),
  '--has-a': (io, name) => has(io, name, 'ambient', 'not in ambient vector'),
  '--has-b': (io, name) => has(io, name, 'bounding', 'not in bounding vector'),
  '--supports': async (io, name) =>
    capabilityNamed(name) === undefined ? failed(io, `cap[${name}] not recognized by library`) : 0,
  async '--user'(io, name) {
    const accounts = await readAccounts(io.sys);
    const user = accounts.user(name);
    if (!user) return failed(io, `User [${name}] not known`);
    return trying(io, `Unable to become [${name}]`, async () => {
      await io.sys.setgroups(accounts.groupsOf(user.name, user.gid));
      await io.sys.setgid(user.gid);
      await io.sys.setuid(user.uid);
    });
  },
  '--uid': (io, value) => trying(io, `Failed to set uid=${value}`, () => io.sys.setuid(Number(value))),
  '--gid': (io, value) => trying(io, `Failed to set gid=${value}`, () => io.sys.setgid(Number(value))),
  async '--groups'(io, value) {
    const accounts = await readAccounts(io.sys);
    const ids: number[] = [];
    for (const name of value.split(',').filter(Boolean)) {
      const gid = /^\d+$/.test(name) ? Number(name) : accounts.group(name)?.gid;
      if (gid === undefined) return failed(io, `Failed to identify gid for group [${name}]`);
      ids.push(gid);
    }
    return trying(io, 'Failed to setgroups.', () => io.sys.setgroups(ids));
  },
  '--is-uid': async (io, value) =>
    io.sys.getuid() === Number(value) ? 0 : failed(io, `uid: got=${io.sys.getuid()}, want=${value}`),
  '--is-gid': async (io, value) =>
    io.sys.getgid() === Number(value) ? 0 : failed(io, `gid: got=${io.sys.getgid()}, want=${value}`),
  '--chroot': (io, path) =>
    trying(io, `Unable to chroot/chdir to [${path}]`, async () => {
      await io.sys.chroot(path);
      await io.sys.chdir('/');
    }),
};

/** Capabilities separated by commas, `all` for every one; the first name that is unknown instead. */
function named(names: string): readonly Capability[] | string {
  if (names === 'all') return CAPABILITIES;
  const list: Capability[] = [];
  for (const name of names.split(',').filter(Boolean)) {
    const capability = capabilityNamed(name);
    if (capability === undefined) return name;
    list.push(capability);
  }
  return list;
}

async function eachNamed(
  io: Stdio,
  names: string,
  change: (capability: Capability) => Promise<number>,
): Promise<number> {
  const list = named(names);
  if (typeof list === 'string') return failed(io, `capability [${list}] is unknown to libcap`);
  for (const capability of list) {
    const status = await change(capability);
    if (status !== 0) return status;
  }
  return 0;
}

/** Raising an ambient capability makes it inheritable too. */
async function ambient(io: Stdio, names: string, raise: boolean): Promise<number> {
  return eachNamed(io, names, async (capability) => {
    const sets = await io.sys.capget();
    const one = CapabilitySet.of([capability]);
    const change = raise
      ? { inheritable: sets.inheritable.or(one), ambient: sets.ambient.or(one) }
      : { ambient: sets.ambient.without(one) };
    return trying(io, `failed to ${raise ? 'add' : 'delete'} ambient [${capName(capability)}]`, () =>
      io.sys.capset(change),
    );
  });
}

async function has(
  io: Stdio,
  name: string,
  set: 'permitted' | 'inheritable' | 'ambient' | 'bounding',
  otherwise: string,
): Promise<number> {
  const capability = capabilityNamed(name);
  if (capability === undefined) return failed(io, `cap[${name}] not recognized by library`);
  return (await io.sys.capget())[set].has(capability) ? 0 : failed(io, `cap[${name}] ${otherwise}`);
}

async function noNewPrivileges(io: Stdio): Promise<boolean> {
  return /^NoNewPrivs:\s*1$/m.test(bytesToText(await readFile(io.sys, '/proc/self/status')));
}

async function runShell(io: Stdio, args: readonly string[]): Promise<number> {
  await io.stdout.flush();
  try {
    return await execProgram(io.process, ['/bin/bash', ...args]);
  } catch (error) {
    if (!isErrno(error)) throw error;
    return failed(io, `execve '/bin/bash' failed!`);
  }
}
