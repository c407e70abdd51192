import type { HostConfig } from '../../api/containers.ts';
import { parseBool } from '../../base/go-bool.ts';
import { fromHumanSize, ramInBytes } from '../../base/go-units.ts';
import { GoError } from '../../runtime/go-error.ts';
import type { Configuration } from '../configuration.ts';
import { invalidParameter, notModelled } from '../error.ts';

/** What the json-file driver takes, and what every driver takes. */
const OPTIONS = ['max-file', 'max-size', 'compress', 'labels', 'labels-regex', 'env', 'env-regex', 'tag'];
const LOCAL_OPTIONS = ['max-file', 'max-size', 'compress'];
const COMMON = /^(mode|max-buffer-size|cache-(disabled|max-file|max-size|compress))$/;

type Options = Readonly<Record<string, string>>;

/** When a log's file is full, and how many are kept. */
export interface Rotation {
  /** Bytes. */
  size: number;
  files: number;
}

/** Refuses options that no json-file log has. Models moby daemon/logger/factory.go and jsonfilelog ValidateLogOpt. */
export function checkLogOptions({ Type, Config }: NonNullable<HostConfig['LogConfig']>): void {
  const options: Options = Config ?? {};
  const mode = options['mode'] ?? '';
  if (!['', 'blocking', 'non-blocking'].includes(mode))
    throw invalidParameter(`logger: logging mode not supported: ${mode}`);
  const buffer = options['max-buffer-size'];
  if (buffer !== undefined) {
    if (mode !== 'non-blocking')
      throw invalidParameter("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
    try {
      ramInBytes(buffer);
    } catch (error) {
      throw invalidParameter(`error parsing option max-buffer-size: ${(error as Error).message}`);
    }
  }
  if (Type === 'local') {
    for (const name of Object.keys(options))
      if (!LOCAL_OPTIONS.includes(name) && !COMMON.test(name))
        throw invalidParameter(`unknown log opt '${name}' for log driver local`);
    return;
  }
  if (Type !== 'json-file') return;
  for (const name of Object.keys(options))
    if (!OPTIONS.includes(name) && !COMMON.test(name))
      throw invalidParameter(`unknown log opt '${name}' for json-file log driver`);
  const packs = parseBool(options['compress'] ?? '') && options['max-size'] !== undefined;
  if (packs && Number(options['max-file']) > 1) throw notModelled('the log option "compress"');
}

/** The log of a container that names no driver, or the daemon's own without all of its options. Models moby mergeAndVerifyLogConfig. */
export function withLogDefaults(host: HostConfig, configuration: Configuration): HostConfig {
  const driver = configuration['log-driver'] || DEFAULT_LOG_DRIVER;
  const Type = host.LogConfig?.Type || driver;
  const defaults = Type === driver ? configuration['log-opts'] : {};
  return { ...host, LogConfig: { Type, Config: { ...defaults, ...host.LogConfig?.Config } } };
}

export const DEFAULT_LOG_DRIVER = 'json-file';

/** What the options say of rotation, undefined where a log grows without end. Throws `Error`. Models jsonfilelog New. */
export function rotationOf(options: Options): Rotation | undefined {
  const size = options['max-size'];
  const bytes = size === undefined ? undefined : fromHumanSize(size);
  const files = options['max-file'] === undefined ? 1 : integerOf(options['max-file']);
  if (files < 1) throw new GoError('max-file cannot be less than 1');
  const { compress } = options;
  const packs = compress === undefined ? false : parseBool(compress);
  if (packs === undefined)
    throw new GoError(`strconv.ParseBool: parsing ${JSON.stringify(compress)}: invalid syntax`);
  if (packs && (files < 2 || bytes === undefined))
    throw new GoError('compress cannot be true when max-file is less than 2 or max-size is not set');
  return bytes === undefined ? undefined : { size: bytes, files };
}

/** The same for the driver `local`, which always turns its files over. Throws `Error`. Models moby logger/local New. */
export function localRotation(options: Options): Rotation {
  const within = <T>(context: string, body: () => T): T => {
    try {
      return body();
    } catch (error) {
      throw new GoError(`${context}: ${(error as Error).message}`);
    }
  };
  const size = options['max-size'] ?? '20m';
  const bytes = within(`invalid value for max-size: ${size}`, () => fromHumanSize(size));
  const count = options['max-file'] ?? '5';
  const files = within(`invalid value for max-file: ${count}`, () => integerOf(count));
  const { compress = 'true' } = options;
  const packs = parseBool(compress);
  if (packs === undefined)
    throw new GoError(
      `error reading compress log option: strconv.ParseBool: parsing ${JSON.stringify(compress)}: invalid syntax`,
    );
  if (packs && files <= 1) throw new GoError('compression cannot be enabled when max file count is 1');
  return { size: bytes, files };
}

function integerOf(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new GoError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}
