import { parseDigest } from '../../oci/digest.ts';
import { DockerfileError } from '../ast.ts';
import { type GitRef, parseGitRef } from '../git-ref.ts';
import type { CopyCommand } from '../instructions/command.ts';
import { cleanPath } from '../workdir.ts';
import type { CommandScope } from './command-scope.ts';
import { SAYS } from './lint.ts';
import type { PlannedCommand } from './stage-state.ts';
import { type CopyAction, inlineFile, type Root, type Vertex } from './vertex.ts';

/** COPY and ADD. Models dockerfile2llb/convert_copy.go. */
export function planCopy(
  says: CommandScope,
  asked: CopyCommand,
  { sources, isOnBuild }: PlannedCommand,
): void {
  const { stage } = says;
  const from = sources[0];
  if (from !== undefined && !from.isDispatched)
    throw new DockerfileError(
      `cannot copy from stage "${asked.from}", it needs to be defined before current stage "${stage.label}"`,
    );
  const command = expanded(says, asked);
  const destination = destinationOf(stage.cwd, command.destination);
  const mode = modeOf(command.chmod);
  checkChecksum(command);
  const name = stage.prefix(isOnBuild) + says.shown(asked.code);
  const step = (op: Vertex['op'], called = name): Vertex => ({
    op,
    name: called,
    location: command.location,
    ignoreCache: stage.ignoreCache,
  });
  const common = {
    kind: 'copy',
    destination,
    chown: command.chown,
    ...mode,
    exclude: command.exclude,
  } as const;
  const actions: CopyAction[] = command.sources.map((source) => {
    const repository = parseGitRef(source);
    if (repository !== undefined) {
      if (command.kind === 'copy') throw new DockerfileError("source can't be a git ref for COPY");
      return { ...common, ...cloned(repository, command, step) };
    }
    if (isHttp(source)) {
      if (command.kind === 'copy') throw new DockerfileError("source can't be a URL for COPY");
      return { ...common, ...fetched(source, command, step) };
    }
    if (from === undefined) warnIfIgnored(says, command, source);
    return { ...common, ...local(source, command, from === undefined ? CONTEXT : from.root) };
  });
  for (const { path, data } of command.contents)
    actions.push({ ...common, ...EXACTLY, from: inlineFile(path, data, 0o644), source: `/${path}` });

  // --link asks for a layer of its own, which dockerd's storage drivers cannot give: it is a COPY as any other there.
  stage.root = step({ kind: 'file', root: stage.root, actions });
  const words = [
    command.kind.toUpperCase(),
    ...(command.parents ? ['--parents'] : []),
    ...(command.chown === '' ? [] : [`--chown=${command.chown}`]),
    ...(command.chmod === '' ? [] : [`--chmod=${command.chmod}`]),
    ...command.sources,
    ...command.contents.map(({ path }) => `<<${path}`),
    command.destination,
  ];
  says.history(words.join(' '), true, true);
}

/** The build context: one for all. */
export const CONTEXT: Vertex = {
  op: { kind: 'context' },
  name: '[internal] load build context',
  location: undefined,
  ignoreCache: false,
};

function expanded(says: CommandScope, command: CopyCommand): CopyCommand {
  return {
    ...command,
    chown: says.expanded(command.chown),
    chmod: says.expanded(command.chmod),
    checksum: says.expanded(command.checksum),
    sources: command.sources.map((source) => says.expanded(source)),
    destination: says.expanded(command.destination),
    contents: command.contents.map((content) =>
      content.expand ? { ...content, data: says.expandedText(content.data) } : content,
    ),
  };
}

/** An absolute path, with the slash at its end that makes it a directory. Models pathRelativeToWorkingDir. */
export function destinationOf(cwd: string, path: string): string {
  const asked = path === '.' || path === '' ? './' : path;
  const clean = cleanPath(asked.startsWith('/') ? asked : `${cwd}/${asked}`);
  return /\/\.?$/.test(asked) && clean !== '/' ? `${clean}/` : clean;
}

/** As chmod(1) takes it: `u=rwX,go-w`. */
const SYMBOLIC_MODE = /^(?:(?:^|,)[ugoa]*(?:[-+=](?:[ugo]|[rwxXst]*))+)+$/;

function modeOf(chmod: string): Pick<CopyAction, 'mode' | 'modeText'> {
  if (chmod === '') return { mode: undefined, modeText: '' };
  const refused = () =>
    new DockerfileError(
      `invalid chmod parameter: '${chmod}'. it should be octal string and between 0 and 07777`,
    );
  if (/^[0-7]+$/.test(chmod)) {
    const mode = Number.parseInt(chmod, 8);
    if (mode > 0o7777) throw refused();
    return { mode, modeText: '' };
  }
  if (/^\d/.test(chmod)) throw refused();
  if (!SYMBOLIC_MODE.test(chmod)) throw new DockerfileError('invalid syntax');
  return { mode: undefined, modeText: chmod };
}

function checkChecksum({ kind, checksum, sources }: CopyCommand): void {
  if (checksum === '') return;
  if (kind === 'copy') throw new DockerfileError("checksum can't be specified for COPY");
  if (sources.length !== 1) throw new DockerfileError("checksum can't be specified for multiple sources");
  if (!isHttp(sources[0]!) && !isGit(sources[0]!))
    throw new DockerfileError('checksum requires HTTP(S) or Git sources');
}

const isGit = (source: string): boolean => parseGitRef(source) !== undefined;

const isHttp = (source: string): boolean => /^https?:\/\//.test(source) && !isGit(source);

/** One file as it is. */
const EXACTLY = {
  followLinks: false,
  contentsOnly: false,
  wildcards: false,
  unpack: false,
  include: [],
  required: [],
} as const;

type Source = Omit<CopyAction, 'kind' | 'destination' | 'chown' | 'mode' | 'modeText' | 'exclude'>;

/** What is fetched is not unpacked unless that is asked for. */
function fetched(url: string, command: CopyCommand, step: (op: Vertex['op']) => Vertex): Source {
  const path = /^[^?#]*/.exec(url)![0].replace(/^https?:\/\/[^/]*/, '');
  const filename = path.replace(/\/+$/, '').split('/').at(-1) || '__unnamed__';
  if (command.checksum !== '') checkDigest(command.checksum);
  const from = step({ kind: 'http', url, filename, checksum: command.checksum });
  return { ...EXACTLY, from, source: filename, unpack: command.unpack ?? false };
}

function checkDigest(text: string): void {
  try {
    parseDigest(text);
  } catch (error) {
    throw new DockerfileError((error as Error).message);
  }
}

/** All of a repository, or of a directory in it; what its history is in goes along where that is asked for. */
function cloned(repository: GitRef, command: CopyCommand, step: (op: Vertex['op']) => Vertex): Source {
  const { checksum, keepGitDir } = repository;
  if (checksum !== '' && command.checksum !== '' && checksum !== command.checksum)
    throw new DockerfileError(
      `checksum mismatch ${JSON.stringify(command.checksum)} != ${JSON.stringify(checksum)}`,
    );
  const source: GitRef = {
    ...repository,
    checksum: command.checksum || checksum,
    keepGitDir: command.keepGitDir ?? keepGitDir,
  };
  return { ...EXACTLY, contentsOnly: true, from: step({ kind: 'git', source }), source: '/' };
}

function local(asked: string, command: CopyCommand, from: Root): Source {
  let source = asked;
  let include: string[] = [];
  let required: string[] = [];
  if (command.parents) {
    const pivot = asked.indexOf('/./');
    const [parent, pattern] = pivot === -1 ? ['/', asked] : [asked.slice(0, pivot), asked.slice(pivot + 3)];
    source = parent;
    const path = cleanPath(`/${pattern}`).slice(1);
    include = [path];
    if (!hasWildcards(parent) && !hasWildcards(pattern)) required = [cleanPath(`/${parent}/${path}`)];
  }
  return {
    from,
    source: cleanPath(`/${source}`),
    followLinks: true,
    contentsOnly: true,
    wildcards: true,
    unpack: command.unpack ?? command.kind === 'add',
    include,
    required,
  };
}

export function hasWildcards(path: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*[*?[]/.test(path);
}

/** Warns of a source that `.dockerignore` leaves out; of what may be taken out again nothing is known before it is looked at. */
function warnIfIgnored(says: CommandScope, { kind }: CopyCommand, source: string): void {
  const { ignored } = says.context;
  if (ignored === undefined || ignored.hasExceptions) return;
  const path = cleanPath(`/${source}`).slice(1);
  if (path === '' ? !ignored.matchesRoot : !ignored.matches(path)) return;
  says.warn('copyIgnoredFile', SAYS.copyIgnoredFile(kind === 'add' ? 'Add' : 'Copy', path || '.'));
}
