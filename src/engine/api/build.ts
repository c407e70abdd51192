import type { RequestAnswer } from './build-requests.ts';

/** What a build tells while it goes on: BuildKit's client.SolveStatus, as `docker build --progress=rawjson` prints it. */
export interface SolveStatus {
  vertexes?: StatusVertex[];
  statuses?: VertexStatus[];
  logs?: VertexLog[];
  warnings?: VertexWarning[];
}

/** A step. Times in ms. */
export interface StatusVertex {
  digest: string;
  name: string;
  inputs?: string[];
  started?: number;
  completed?: number;
  cached?: boolean;
  error?: string;
}

/** A part of a step that is under way, or through. */
export interface VertexStatus {
  id: string;
  vertex: string;
  current: number;
  /** 0 where it is not known. */
  total: number;
  timestamp: number;
  started: number;
  completed?: number;
}

/** What a program has printed. */
export interface VertexLog {
  vertex: string;
  /** 1 or 2 */
  stream: number;
  /** In base64. */
  data: string;
  timestamp: number;
}

/** What a build check has found. */
export interface VertexWarning {
  vertex: string;
  short: string;
  detail: string[];
  url: string;
  source: SourceExcerpt;
}

/** A place in a Dockerfile. */
export interface SourceExcerpt {
  filename: string;
  data: string;
  startLine: number;
  endLine: number;
}

/** Files beside the context of a build, under a name: those of an image, or a directory that the client sends. */
export interface NamedContext {
  name: string;
  image?: string;
}

/** What the build checks have found in a Dockerfile (BuildKit frontend/subrequests/lint LintResults). */
export interface CheckResult {
  warnings: { rule: string; description: string; detail: string; url: string; source: SourceExcerpt }[];
  /** What was looked at. */
  source: Pick<SourceExcerpt, 'filename' | 'data'>;
  /** Why it could not be looked at to its end. */
  error?: { message: string; source?: SourceExcerpt };
}

/** The same of messages whose `aux` is a CheckResult (`call=lint`). */
export const CHECK_ID = 'moby.buildkit.lint';

/** The id of messages in the answer to POST /build?version=2 whose `aux` is a SolveStatus. */
export const TRACE_ID = 'moby.buildkit.trace';
/** The id of the message whose `aux` names the image. */
export const IMAGE_ID = 'moby.image.id';

/** The id of messages whose `aux` is a part of an archive that the client unpacks, or writes where it was told. */
export const FILES_ID = 'moby.filesync';

/** A part of what is made for one of the outputs, by its place among them. */
export interface SentFiles {
  output: number;
  /** In base64. */
  data: string;
}

/** One message of that answer. */
export interface BuildMessage {
  id?: string;
  aux?: SolveStatus | CheckResult | RequestAnswer | SentFiles | { ID: string };
  error?: string;
  errorDetail?: { message: string; source?: SourceExcerpt };
}

/** The file of a sent context that tells what of the directory was left out: for those who look, not for the build. */
export const LEFT_OUT = 'left-out';

export interface LeftOut {
  /** A directory ends in a slash, and stands for all that is in it. */
  paths: { path: string /** That of the ignore file by which it is left out. */; pattern: string }[];
  /** How many more there are. */
  more: number;
}
