import { DockerfileError, type Heredoc, type Location } from '../ast.ts';
import type { RunCommand } from '../instructions/command.ts';
import { chomped } from '../instructions/parse.ts';
import { parseHeredoc } from '../parser.ts';
import { cleanPath } from '../workdir.ts';
import { type CommandScope, withShell } from './command-scope.ts';
import { CONTEXT } from './copy.ts';
import { parseRunMount, type RunMount } from './run-mount.ts';
import type { PlannedCommand, StageState } from './stage-state.ts';
import { type ExecMount, inlineFile, type Owner, type Root, type Vertex } from './vertex.ts';

/** RUN. Models dockerfile2llb's dispatchRun and convert_runmount.go. */
export function planRun(
  says: CommandScope,
  command: RunCommand,
  { sources, isOnBuild }: PlannedCommand,
): void {
  const { stage, context } = says;
  if (command.devices.length > 0)
    throw new DockerfileError('device feature is only supported in Dockerfile frontend 1.14.0-labs or later');
  const asked = command.mounts.map((text) => parseRunMount(text, (word) => says.expanded(word)));
  const { args: words, mounts: files, summary } = withHeredocs(command);
  const args = command.line.isShell ? withShell(stage, words) : words;
  const { shmSize, ...limits } = context.options.limits;
  const mounts: ExecMount[] = [
    ...files,
    ...(shmSize === undefined ? [] : [{ kind: 'tmpfs', target: '/dev/shm', size: shmSize } as const]),
    ...asked
      .map((mount, i) => mountOf(stage, mount, sources[i], command.location))
      .filter((mount) => mount !== undefined),
  ];
  const code = summary === '' ? command.code : `${command.code} (${summary})`;
  if (args.length === 0) context.isIncomplete = true;
  stage.root = {
    op: {
      kind: 'exec',
      root: stage.root,
      args,
      env: stage.environment.entries(),
      proxies: proxies(context.options.buildArgs),
      cwd: stage.cwd,
      user: stage.user,
      network: (command.network || context.options.network) as 'default' | 'none' | 'host',
      ...limits,
      mounts,
    },
    name:
      stage.prefix(isOnBuild) +
      says.shown(code, { rawQuotes: true, skipUnset: true }, new Set(asked.map(({ env }) => env))),
    location: command.location,
    ignoreCache: stage.ignoreCache,
  };
  says.history(`RUN ${[...buildArgsOf(stage), ...args].join(' ')}`, true, true);
}

interface WithHeredocs {
  args: string[];
  mounts: ExecMount[];
  /** The first line of a script, for progress. */
  summary: string;
}

/** A here-document is the script itself, or for the shell to read. */
function withHeredocs({ line, heredocs }: RunCommand): WithHeredocs {
  const [text = ''] = line.args;
  const [first] = heredocs;
  if (first === undefined) return { args: line.args, mounts: [], summary: '' };
  if (line.args.length !== 1 || !line.isShell)
    throw new DockerfileError(`parsing produced an invalid run command: [${line.args.join(' ')}]`);
  if (parseHeredoc(text) === undefined) {
    const rest = heredocs.map(({ content, name }) => `\n${content}${name}`).join('');
    return { args: [text + rest], mounts: [], summary: '' };
  }
  const summary = summaryOf(first);
  const data = first.chomp ? chomped(first.content) : first.content;
  if (!data.startsWith('#!')) return { args: [data], mounts: [], summary };
  // With a line that names its interpreter it is a program of its own.
  const from = inlineFile(first.name, data, 0o755);
  const mount: ExecMount = { kind: 'bind', target: '/dev/pipes', from, source: '/', readOnly: true };
  return { args: [`/dev/pipes/${first.name}`], mounts: [mount], summary };
}

function summaryOf({ content }: Heredoc): string {
  const [first = '', ...rest] = content.trim().split(/\r?\n/);
  return rest.length > 0 ? `${first}...` : first;
}

/** What the history tells of build arguments: how many there are, and each. */
function buildArgsOf({ buildArgs, environment }: StageState): string[] {
  const values = new Map<string, string>();
  for (const { key, value } of buildArgs) values.set(key, environment.get(key) ?? value ?? '');
  if (values.size === 0) return [];
  return [`|${values.size}`, ...[...values].map(([key, value]) => `${key}=${value}`)];
}

const PROXIES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'no_proxy', 'all_proxy'];

/** Proxies that are given reach every RUN, and no history. */
function proxies(buildArgs: Readonly<Record<string, string>>): string[] {
  return PROXIES.flatMap((name) => {
    const given = Object.keys(buildArgs).find((key) => key.toLowerCase() === name);
    const value = given === undefined ? undefined : buildArgs[given];
    return value === undefined ? [] : [`${name.toUpperCase()}=${value}`, `${name}=${value}`];
  });
}

function mountOf(
  stage: StageState,
  mount: RunMount,
  source: StageState | undefined,
  location: Location,
): ExecMount | undefined {
  const { type, readOnly } = mount;
  if (mount.from !== '' && source?.isDispatched === false)
    throw new DockerfileError(
      `cannot mount from stage "${mount.from}" to "${mount.target}", stage needs to be defined before current command`,
    );
  if (type === 'secret') {
    const secret = secretOf(mount);
    stage.parameters.takeSecret({ name: secret.id, required: secret.required, location });
    return secret;
  }
  if (type === 'ssh') return { kind: 'ssh', id: mount.id || 'default', required: mount.required };
  const target = cleanPath(mount.target.startsWith('/') ? mount.target : `/${stage.cwd}/${mount.target}`);
  if (target === '/') throw new DockerfileError(`invalid mount target "${target}"`);
  if (type === 'tmpfs') return { kind: 'tmpfs', target, size: mount.size };
  const from = mount.from === '' ? CONTEXT : source?.root;
  const path = cleanPath(`/${mount.source}`);
  if (type === 'bind') return { kind: 'bind', target, from, source: path, readOnly };
  const below = mount.from === '' ? undefined : source?.root;
  const isOwned = path === '/' && [mount.uid, mount.gid, mount.mode].some((said) => said !== undefined);
  return {
    kind: 'cache',
    target,
    id: mount.id || cleanPath(mount.target),
    ...(isOwned ? { from: ownedCache(below, mount), source: OWNED } : { from: below, source: path }),
    readOnly,
    owner: ownerOf(mount, 0o755),
  };
}

/** Where a cache begins that belongs to somebody. */
const OWNED = '/cache';

/** Models setCacheUIDGID. */
function ownedCache(below: Root, { uid = 0, gid = 0, mode = 0o755 }: RunMount): Vertex {
  const mkdir = { kind: 'mkdir', path: OWNED, mode, user: `${uid}:${gid}` } as const;
  return {
    op: { kind: 'file', root: below, actions: [mkdir] },
    name: '[internal] setting cache mount permissions',
    location: undefined,
    ignoreCache: false,
  };
}

const ownerOf = ({ uid = 0, gid = 0, mode }: RunMount, preset: number): Owner => ({
  uid,
  gid,
  mode: mode ?? preset,
});

function secretOf(mount: RunMount): Extract<ExecMount, { kind: 'secret' }> {
  const id = mount.id || mount.source || mount.target.split('/').at(-1)!;
  const target = mount.target || (mount.env === undefined ? `/run/secrets/${id}` : undefined);
  return {
    kind: 'secret',
    target: target === undefined ? undefined : cleanPath(`/${target}`),
    id,
    env: mount.env,
    required: mount.required,
    owner: ownerOf(mount, 0o400),
  };
}
