/** `docker context export` and `import`. Models docker/cli `cli/command/context` and `cli/context/store`. */
import { concat, decode, encode } from '../../base/bytes.ts';
import { marshal } from '../../base/go-json.ts';
import { O_CREAT, O_EXCL, O_WRONLY } from '../../kernel/fcntl.ts';
import { contentOf } from '../../oci/layer/entry.ts';
import { writeHeader } from '../../oci/layer/tar-header.ts';
import { readTar } from '../../oci/layer/tar-reader.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { ContextStore, checkContextName, DEFAULT_CONTEXT, parsed, storedForm } from '../contexts.ts';
import { fileError } from '../files/go-file.ts';
import { absolute } from '../parse/mount.ts';
import { defaultContext } from './context.ts';

const METADATA = 'meta.json';

export const exportContext: Action = async (cli, { args, directory }) => {
  const [name = '', to = `${name}.dockercontext`] = args;
  const context =
    name === DEFAULT_CONTEXT ? defaultContext(cli) : await new ContextStore(cli, directory).get(name);
  const bytes = archive(marshal(storedForm(context)));
  if (to === '-') {
    if (cli.terminal.stdout)
      throw new CliError('cowardly refusing to export to a terminal, specify a file path');
    await cli.outBytes(bytes);
    return undefined;
  }
  await writeNew(cli, to, bytes);
  await cli.err(`Written file ${JSON.stringify(to)}\n`);
  return undefined;
};

export const importContext: Action = async (cli, { args, directory }) => {
  const [name = '', from = ''] = args;
  const store = new ContextStore(cli, directory);
  checkContextName(name);
  if (await store.has(name)) throw new CliError(`context "${name}" already exists`);
  const bytes = await allOf(cli, from);
  const metadata = [...readTar(bytes)].find(({ path }) => path === METADATA);
  if (metadata === undefined) throw new CliError('invalid context: no metadata found');
  const text = decode(contentOf(metadata));
  await store.save({ ...parsed(text), name });
  await cli.out(`${name}\n`);
  await cli.err(`Successfully imported context "${name}"\n`);
  return undefined;
};

/** What is said of it, and a folder for certificates, of which there are none. */
function archive(metadata: string): Uint8Array {
  const content = encode(metadata);
  const nobody = { uid: 0, gid: 0, mtime: 0, linkname: '', uname: '', gname: '', devmajor: 0, devminor: 0 };
  const file = writeHeader({ name: METADATA, mode: 0o644, size: content.length, typeflag: '0', ...nobody });
  const folder = writeHeader({ name: 'tls', mode: 0o700, size: 0, typeflag: '5', ...nobody });
  return concat([
    file.block,
    content,
    new Uint8Array(-content.length & (BLOCK - 1)),
    folder.block,
    new Uint8Array(2 * BLOCK),
  ]);
}

const BLOCK = 512;

async function writeNew(cli: Cli, path: string, bytes: Uint8Array): Promise<void> {
  let fd: number;
  try {
    fd = await cli.sys.open(absolute(await cli.cwd(), path), O_WRONLY | O_CREAT | O_EXCL, 0o600);
  } catch (error) {
    throw fileError('open', path, error);
  }
  await cli.sys.write(fd, bytes);
  await cli.sys.close(fd);
}

async function allOf(cli: Cli, path: string): Promise<Uint8Array> {
  if (path !== '-')
    try {
      return await cli.readFile(absolute(await cli.cwd(), path));
    } catch (error) {
      throw fileError('open', path, error);
    }
  const chunks: Uint8Array[] = [];
  for (let chunk = await cli.stdin.read(); chunk !== null; chunk = await cli.stdin.read()) chunks.push(chunk);
  return concat(chunks);
}
