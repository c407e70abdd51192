import { isErrno } from '../../base/errno.ts';
import { parseBool } from '../../base/go-bool.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../../kernel/fcntl.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { goText } from '../files/go-file.ts';
import { fieldsOf } from './call.ts';

/** Where what is made of a build goes: `-o`. */
export interface AskedOutput {
  type: string;
  attributes: Record<string, string>;
  destination: string;
}

/** The same, with its place on the client's machine, where it has one. */
export interface Output {
  type: string;
  attributes: Record<string, string>;
  place: { kind: 'directory'; path: string } | { kind: 'file'; fd: number } | { kind: 'stdout' } | undefined;
}

/** `DIR`, `-`, or `type=TYPE[,dest=PATH][,key=value]`. Models buildx util/buildflags/export.go. Throws `CliError`. */
export const parseOutputs = (given: readonly string[]): AskedOutput[] =>
  given.filter((text) => text !== '').map(parseOutput);

function parseOutput(text: string): AskedOutput {
  const fields = fieldsOf(text);
  if (fields.length === 1 && fields[0] === text && !text.startsWith('type='))
    return { type: text === '-' ? 'tar' : 'local', attributes: {}, destination: text };
  const output: AskedOutput = { type: '', attributes: {}, destination: '' };
  for (const field of fields) {
    const equals = field.indexOf('=');
    if (equals === -1) throw new CliError(`ERROR: invalid value ${field}`);
    const key = field.slice(0, equals).toLowerCase().trim();
    const value = field.slice(equals + 1);
    if (key === 'type') output.type = value;
    else if (key === 'dest') output.destination = value;
    else output.attributes[key] = value;
  }
  if (output.type === '') throw new CliError('ERROR: type is required for output');
  return output;
}

const refused = (why: string): CliError => new CliError(`ERROR: failed to build: ${why}`);

/** Finds each one's place, and opens files. Models buildx build/opt.go, CreateExports. Throws `CliError`. */
export async function openOutputs(cli: Cli, asked: readonly AskedOutput[]): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const { type, attributes, destination } of asked) {
    const isTar = parseBool(attributes['tar'] ?? '') ?? true;
    const isArchive = type === 'oci' || type === 'docker';
    const isDirectory = type === 'local' || (isArchive && !isTar);
    const isFile = type === 'tar' || (isArchive && isTar);
    const output: Output = { type, attributes: { ...attributes }, place: undefined };
    if (type === 'registry') {
      output.type = 'image';
      output.attributes['push'] = 'true';
    }
    if (isDirectory) output.place = await directory(cli, type, destination);
    else if (isFile) {
      const path = destination === '' && type !== 'docker' ? '-' : destination;
      if (path === '-') {
        if (outputs.some(({ place }) => place?.kind === 'stdout'))
          throw refused('multiple outputs configured to write to stdout');
        if (cli.terminal.stdout)
          throw refused(`dest file is required for ${type} exporter. refusing to write to console`);
        output.place = { kind: 'stdout' };
      } else if (path !== '') output.place = await file(cli, path);
    }
    outputs.push(output);
  }
  return outputs;
}

async function directory(cli: Cli, type: string, path: string): Promise<Output['place']> {
  if (path === '') throw refused(`dest is required for ${type} exporter`);
  if (path === '-') throw refused(`dest cannot be stdout for ${type} exporter`);
  if ((await isThere(cli, path, 'directory')) === 'other')
    throw refused(`destination directory ${path} is a file`);
  return { kind: 'directory', path };
}

async function file(cli: Cli, path: string): Promise<Output['place']> {
  if ((await isThere(cli, path, 'file')) === 'directory')
    throw refused(`destination file ${path} is a directory`);
  try {
    return { kind: 'file', fd: await cli.sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666) };
  } catch (error) {
    if (!isErrno(error)) throw error;
    throw refused(`failed to open open ${path}: ${goText(error)}`);
  }
}

async function isThere(cli: Cli, path: string, wanted: string): Promise<'directory' | 'other' | undefined> {
  try {
    return ((await cli.sys.stat(path)).mode & S_IFMT) === S_IFDIR ? 'directory' : 'other';
  } catch (error) {
    if (!isErrno(error)) throw error;
    if (error.code === 'ENOENT') return undefined;
    throw refused(`invalid destination ${wanted}: ${path}: stat ${path}: ${goText(error)}`);
  }
}

/** `--push` and `--load`: each is said of an output that is there, or adds one. */
export function withShorthands(outputs: Output[], push: boolean, load: boolean): Output[] {
  if (push) {
    const images = outputs.filter(({ type }) => type === 'image');
    for (const { attributes } of images) attributes['push'] = 'true';
    if (images.length === 0) outputs.push({ type: 'image', attributes: { push: 'true' }, place: undefined });
  }
  if (load && !outputs.some(({ type }) => type === 'docker'))
    outputs.push({ type: 'docker', attributes: {}, place: undefined });
  return outputs;
}

/** As the driver that is the engine's own takes them. Models buildx build/opt.go, toSolveOpt. Throws `CliError`. */
export function forDockerDriver(outputs: readonly Output[], tags: readonly string[]): Output[] {
  for (const { type, attributes } of outputs)
    if (tags.length > 0) {
      if (['image', 'oci', 'docker'].includes(type)) attributes['name'] = tags.join(',');
    } else if (type === 'image' && !attributes['name'] && isPushed(attributes))
      throw refused('tag is needed when pushing to registry');
  return outputs.filter(({ type }) => type !== 'cacheonly').map(moby);
}

function moby(output: Output): Output {
  const { type, attributes, place } = output;
  if (type === 'oci') throw refused(unsupported('OCI exporter', 'build-exporters'));
  if (type === 'docker' && place?.kind === 'directory')
    throw refused('output directory is not supported by moby exporter');
  if (type === 'docker' && place !== undefined)
    throw refused(unsupported('Docker exporter', 'build-exporters'));
  if (type !== 'image' && type !== 'docker') return output;
  // Nor does the real driver, whose words these are.
  if (isPushed(attributes) && parseBool(attributes['push-by-digest'] ?? ''))
    throw refused(
      'push-by-digest is currently not implemented for docker driver, please create a new builder instance',
    );
  return { ...output, type: 'moby' };
}

/** Whether an image is to be pushed when it is made. */
export const isPushed = ({ push = '' }: Readonly<Record<string, string>>): boolean =>
  parseBool(push) ?? false;

/** What the driver refuses because the engine keeps images in its old store. */
export const unsupported = (feature: string, page: string): string =>
  `${feature} is not supported for the docker driver.
Switch to a different driver, or turn on the containerd image store, and try again.
Learn more at https://docs.docker.com/go/${page}/`;
