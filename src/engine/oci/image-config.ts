import { type Digest, digestOf } from './digest.ts';
import { parseObject } from './manifest.ts';

/** How a container of the image runs unless told otherwise (image-spec config.md, and Docker's additions). */
export interface ExecutionConfig {
  User?: string;
  ExposedPorts?: Record<string, Record<string, never>>;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  Volumes?: Record<string, Record<string, never>>;
  WorkingDir?: string;
  Labels?: Record<string, string>;
  StopSignal?: string;
  /** Docker's own: older images were written with it. */
  ArgsEscaped?: boolean;
  OnBuild?: string[];
  Shell?: string[];
  Healthcheck?: Healthcheck;
}

/** Durations in nanoseconds. */
export interface Healthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

/** One instruction that made the image; `empty_layer` when it changed no file. */
export interface History {
  created?: string;
  created_by?: string;
  author?: string;
  comment?: string;
  empty_layer?: boolean;
}

/** The document whose digest is the image's id (image-spec config.md). */
export interface ImageConfig {
  created?: string;
  author?: string;
  architecture: string;
  variant?: string;
  os: string;
  'os.version'?: string;
  'os.features'?: string[];
  config?: ExecutionConfig;
  rootfs: { type: 'layers'; diff_ids: Digest[] };
  history?: History[];
  /** Left by `docker commit` and the classic builder. */
  container?: string;
  docker_version?: string;
}

/** A document that is no image configuration. */
export class InvalidImageConfig extends Error {
  override name = 'InvalidImageConfig';
}

/** Reads an image configuration and checks what running it relies on. Unknown fields are kept; nulls, which Docker writes for what is absent, are not. */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const document = parseObject(bytes);
  for (const field of ['architecture', 'os'])
    if (typeof document[field] !== 'string') throw new InvalidImageConfig(`${field} must be a string`);
  for (const field of ['created', 'author', 'variant'])
    if (document[field] !== undefined && typeof document[field] !== 'string')
      throw new InvalidImageConfig(`${field} must be a string`);
  const rootfs = document['rootfs'] as { type?: unknown; diff_ids?: unknown } | undefined;
  if (rootfs?.type !== 'layers' || !isStrings(rootfs.diff_ids))
    throw new InvalidImageConfig('invalid image JSON, no RootFS key');
  checkExecution(document['config']);
  const history = document['history'];
  if (history !== undefined && !(Array.isArray(history) && history.every(isRecord)))
    throw new InvalidImageConfig('history must be a list');
  return document as unknown as ImageConfig;
}

/** The line of the history that made each layer; a hole where a line names nothing, none where lines and layers do not agree. */
export function createdBy(config: ImageConfig): (string | undefined)[] {
  const { history = [], rootfs } = config;
  const lines = history.filter((line) => !line.empty_layer);
  if (lines.length !== rootfs.diff_ids.length) return [];
  return lines.map((line) => line.created_by);
}

/**
 * Chain ids: what names the layers up to and with each one (config.md, "Layer ChainID").
 * `chain(L0) = diffID(L0)`, `chain(L0…Ln) = sha256(chain(L0…Ln-1) + " " + diffID(Ln))`.
 */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const out: Digest[] = [];
  for (const diffId of diffIds) {
    const parent = out.at(-1);
    out.push(parent === undefined ? diffId : digestOf(`${parent} ${diffId}`));
  }
  return out;
}

/** The chain id of the whole stack; empty for no layers. */
export const chainId = (diffIds: readonly Digest[]): Digest => chainIds(diffIds).at(-1) ?? '';

function checkExecution(config: unknown): void {
  if (config === undefined || config === null) return;
  if (!isRecord(config)) throw new InvalidImageConfig('config must be an object');
  for (const [field, value] of Object.entries(config)) if (value === null) delete config[field];
  for (const field of ['User', 'WorkingDir', 'StopSignal'])
    if (config[field] !== undefined && typeof config[field] !== 'string')
      throw new InvalidImageConfig(`config.${field} must be a string`);
  for (const field of ['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'])
    if (config[field] !== undefined && !isStrings(config[field]))
      throw new InvalidImageConfig(`config.${field} must be a list of strings`);
  for (const variable of (config['Env'] ?? []) as string[])
    if (!/^[^=]+=/.test(variable)) throw new InvalidImageConfig(`config.Env: "${variable}" is no NAME=value`);
  for (const field of ['ExposedPorts', 'Volumes', 'Labels'])
    if (config[field] !== undefined && !isRecord(config[field]))
      throw new InvalidImageConfig(`config.${field} must be an object`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
