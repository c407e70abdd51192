import type { UlimitSetting } from '../../api/containers.ts';
import type { Location } from '../ast.ts';
import type { GitRef } from '../git-ref.ts';

/** A step of a build. Models BuildKit's low-level definition (solver/pb/ops.proto). */
export interface Vertex {
  op: Op;
  /** As progress shows it: `[base 2/5] WORKDIR /app`. */
  name: string;
  /** The instruction that asks for it. */
  location: Location | undefined;
  /** It runs even where its result is known. */
  ignoreCache: boolean;
}

/** A file system that a step begins with or takes from; undefined for an empty one. */
export type Root = Vertex | undefined;

export type Op = ImageOp | ContextOp | HttpOp | GitOp | InlineOp | ExecOp | FileOp;

/** The files of an image. */
export interface ImageOp {
  kind: 'image';
  /** Normalised, with a digest where it is known. */
  reference: string;
}

/** The files that the client sent: of the context, or of a directory beside it. */
export interface ContextOp {
  kind: 'context';
  name?: string;
}

/** A file fetched from elsewhere, called `filename`. */
export interface HttpOp {
  kind: 'http';
  url: string;
  filename: string;
  checksum: string;
}

/** The files of a Git repository. */
export interface GitOp {
  kind: 'git';
  source: GitRef;
}

/** A file whose content stands in the Dockerfile. */
export interface InlineOp {
  kind: 'inline';
  filename: string;
  data: string;
  mode: number;
}

/** A program that runs in a root. */
export interface ExecOp {
  kind: 'exec';
  root: Root;
  args: string[];
  /** `NAME=value` */
  env: string[];
  /** The same of proxies: whatever they are, the result is taken for the same. */
  proxies: string[];
  cwd: string;
  user: string;
  network: 'default' | 'none' | 'host';
  cgroupParent?: string;
  ulimits?: readonly UlimitSetting[];
  mounts: ExecMount[];
}

/** What else lies in the root while a program runs. */
export type ExecMount =
  | { kind: 'bind'; target: string; from: Root; source: string; readOnly: boolean }
  | { kind: 'cache'; target: string; id: string; from: Root; source: string; readOnly: boolean; owner: Owner }
  | { kind: 'tmpfs'; target: string; size: number }
  | { kind: 'ssh'; id: string; required: boolean }
  | {
      kind: 'secret';
      target: string | undefined;
      id: string;
      env: string | undefined;
      required: boolean;
      owner: Owner;
    };

/** Who a made file belongs to, and what may be done with it. */
export interface Owner {
  uid: number;
  gid: number;
  mode: number;
}

/** Files made or copied into a root. */
export interface FileOp {
  kind: 'file';
  root: Root;
  actions: FileAction[];
}

export type FileAction = MkdirAction | CopyAction;

export interface MkdirAction {
  kind: 'mkdir';
  path: string;
  mode: number;
  /** Empty for root. */
  user: string;
  /** When it was made, ms; left out, when it is. */
  time?: number;
}

export interface CopyAction {
  kind: 'copy';
  /** Where the files are. */
  from: Root;
  source: string;
  /** Ends in a slash where it is a directory in any case. */
  destination: string;
  /** USER[:GROUP]; empty leaves root. */
  chown: string;
  /** Octal; undefined leaves them. */
  mode: number | undefined;
  /** Symbolic, `u=rwX,go=rX`. */
  modeText: string;
  followLinks: boolean;
  contentsOnly: boolean;
  wildcards: boolean;
  unpack: boolean;
  include: readonly string[];
  exclude: readonly string[];
  /** Of what `include` names, what must be there. */
  required: readonly string[];
}

/** What a step takes from: the root it begins with first. */
export function inputsOf({ op }: Vertex): Root[] {
  switch (op.kind) {
    case 'exec':
      return [op.root, ...op.mounts.flatMap((mount) => ('from' in mount ? [mount.from] : []))];
    case 'file':
      return [op.root, ...op.actions.flatMap((action) => (action.kind === 'copy' ? [action.from] : []))];
    default:
      return [];
  }
}

/** The step that writes a file of the Dockerfile's own. */
export const inlineFile = (filename: string, data: string, mode: number): Vertex => ({
  op: { kind: 'inline', filename, data, mode },
  name: '[internal] preparing inline document',
  location: undefined,
  ignoreCache: false,
});
